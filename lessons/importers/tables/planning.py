"""What a row would do: which record it names, and what becomes of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lessons.models import Record

from . import cells
from .batch import Batch
from .changing import Change
from .creating import MOST_OF_TITLE, Creation
from .planned import BY_CONTENT, Given, Planned


def plan(batch: Batch, given: Given, planned: Planned) -> None:
    """Say in ``planned`` what the row would do, or what is wrong with it."""
    planned.title = _called(given["title"] or given["statement"])
    for problem in given.row.problems:
        planned.wrong(problem.text.said(_), problem.column)
    planned.record = record = _named(batch, given, planned)
    if record is None:
        if not planned.has_problem:
            Creation(batch, given, planned).plan()
        return
    planned.title = record.title
    if planned.key.startswith(BY_CONTENT):
        planned.imported_before = True
    elif record.merged_into:
        _merged(batch, given, planned, record)
    else:
        Change(batch, given, planned, record).plan()


def _called(text: str) -> str:
    """Return what a row is called, whatever is wrong with it."""
    beginning = text[: MOST_OF_TITLE * 8]
    words = cells.without_markup(beginning) if cells.has_markup(beginning) else beginning
    return cells.line_of(words)[:MOST_OF_TITLE]


def _named(batch: Batch, given: Given, planned: Planned) -> Record | None:
    if not given["code"]:
        return batch.existing.by_identifier.get(planned.key)
    record = batch.existing.by_code(planned.key)
    if record is None:
        planned.wrong(
            _("There is no record %(code)s. Leave the code empty to make a new one.")
            % {"code": given["code"]},
            batch.mapping.column("code"),
        )
    return record


def _merged(batch: Batch, given: Given, planned: Planned, record: Record) -> None:
    survivor = record.merged_into
    codes = {"code": record.code, "survivor": survivor.code if survivor else ""}
    if given["code"]:
        said = _("%(code)s was merged into %(survivor)s: change that one.") % codes
        planned.wrong(said, batch.mapping.column("code"))
    else:
        planned.imported_before = True
        planned.note(_("It was imported as %(code)s and merged into %(survivor)s.") % codes)

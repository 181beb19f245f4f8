"""The source that a row names beside what the record that is there rests on.

An import gives sources to new records alone. What a row says of the source of another must be so
already, or it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from lessons.models import Record, Report

from . import cells, sources
from .batch import Batch
from .cells import CellError
from .fields import FIELDS
from .planned import Given, Planned

NAMES = ("source_url", "source_title")
TOLD: dict[str, Callable[[Report], Any]] = {
    "source_title": lambda report: report.title,
    "source_date": lambda report: (str(report.issued or ""), report.issued_precision),
    "source_publisher": lambda report: report.publisher,
    "source_authors": lambda report: report.authors,
}


def compare(batch: Batch, given: Given, planned: Planned, record: Record) -> None:
    """Note in ``planned`` what the row says of a source that is not so."""
    if not any(given[name] for name in (*NAMES, *TOLD, "passage")):
        return
    try:
        _compare(batch, given, planned, record)
    except CellError as error:
        planned.wrong(str(error), batch.mapping.column(_named(given)))


def _named(given: Given) -> str:
    return next((name for name in NAMES if given[name]), "")


def _compare(batch: Batch, given: Given, planned: Planned, record: Record) -> None:
    citations = list(record.citations.all())
    reports = {one.passage.report for one in citations}
    name = _named(given)
    if name:
        reports = {one for one in reports if _is(one, name, given[name])}
    if name and not reports:
        said = _(
            "%(code)s does not rest on this source, and an import gives sources to new records "
            "alone: empty the cell, and quote the source in the workbench."
        )
        planned.wrong(said % {"code": record.code}, batch.mapping.column(name))
        return
    passage = FIELDS["passage"]
    words = batch.plain(passage, given["passage"], planned)
    if words and all(words not in (one.exact, one.passage.text) for one in citations):
        said = _(
            "%(code)s does not quote these words, and an import quotes for new records alone: "
            "empty the cell, and quote them in the workbench."
        )
        planned.wrong(said % {"code": record.code}, batch.mapping.column(passage.name))
    _others(batch, given, planned, reports)


def _is(report: Report, name: str, text: str) -> bool:
    if name == "source_url":
        return report.url == sources.url_of(text)
    return report.title == sources.title_of(text)


def _others(batch: Batch, given: Given, planned: Planned, reports: set[Report]) -> None:
    """Note what else the row says of its source, where no report says so."""
    order = batch.settings.date_order
    read: dict[str, Callable[[str], Any]] = {
        "source_title": sources.title_of,
        "source_date": lambda text: cells.date(text, order),
        "source_publisher": sources.publisher_of,
        "source_authors": sources.authors_of,
    }
    for name, is_told in TOLD.items():
        if given[name] and read[name](given[name]) not in [is_told(one) for one in reports]:
            said = _("“%(field)s” stays as it is: change it on the page of the report.")
            planned.note(said % {"field": FIELDS[name].label}, batch.mapping.column(name))

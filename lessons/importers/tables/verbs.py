"""The verbs of imports: begin one, name its columns, look at its rows, do it or discard it.

``by`` is the person who acts; None is the operator at the console. Refusals are ValidationError or
PermissionDenied.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons import files
from lessons.importers import sheets
from lessons.importers.sheets import Refused, Sheet
from lessons.jobs import Progress
from lessons.models import Import, ImportState, Job, Outcome
from lessons.models.imports import KEPT
from lessons.permissions import require

from . import applying, staging
from .fields import SEPARATORS, Settings
from .mapping import check_mapping, guess, layout_of, remembered

BACKGROUND = 2_000  # rows; more are looked at and written by a worker
SAMPLE = 50  # rows that are looked at to guess how they are written
LISTS = {"themes", "tags", "countries", "aliases"}


def said(problem: Refused) -> ValidationError:
    """Return what a reader of tables refuses as what verbs raise."""
    return ValidationError(problem.message.said(_), code="refused")


@transaction.atomic
def start(
    file: File[Any],
    name: str,
    *,
    by: Any,
    sheet: str = "",
    header_row: int | None = None,
) -> Import:
    """Keep the table ``file``, called ``name`` by its owner, and read what its columns are called.

    Raises ValidationError if it is no table that can be read.
    """
    require(by, "add_record")
    one = Import(name=name[-200:], created_by=by, sheet=sheet, header_row=header_row)
    one.file.save("table", file, save=False)
    try:
        _read_columns(one)
    except ValidationError:
        one.file.delete(save=False)
        raise
    one.save()
    return one


def _read_columns(one: Import) -> None:
    found = {table.name: table for table in _tables_of(one)}
    table = found.get(one.sheet) if one.sheet else next(iter(found.values()), None)
    if table is None:
        raise ValidationError(
            _("There is no sheet “%(name)s”. There are: %(names)s.")
            % {"name": one.sheet, "names": ", ".join(found)},
            code="no_sheet",
        )
    one.sheets = [_kept(sheet) for sheet in found.values()]
    one.sheet = table.name
    header = table.header
    if one.header_row not in (None, table.header_row):
        header = _header_at(one)
    elif table.problems:
        twice = (f"{problem.column}: {problem.text.said(_)}" for problem in table.problems)
        raise ValidationError(list(twice), code="table")
    one.columns, one.layout = list(header), layout_of(header)


def _tables_of(one: Import) -> list[Sheet]:
    try:
        with files.local(one.file) as path:
            return sheets.sheets(path, one.name)
    except Refused as problem:
        raise said(problem) from None


def _kept(sheet: Sheet) -> dict[str, Any]:
    notes = [note.said(_) for note in sheet.notes]
    return {"name": sheet.name, "rows": sheet.row_count or 0, "notes": notes}


def _header_at(one: Import) -> tuple[str, ...]:
    try:
        with files.local(one.file) as path:
            return sheets.header(path, one.name, one.sheet, one.header_row or 1)
    except Refused as problem:
        raise said(problem) from None


@transaction.atomic
def choose_table(one: Import, sheet: str, header_row: int | None, *, by: Any) -> Import:
    """Read another sheet of the file, or the names of its columns from another row."""
    _require_own(one, by)
    _require_open(one)
    one.sheet, one.header_row = sheet, header_row
    one.mapping, one.state = {}, ImportState.MAPPING
    _read_columns(one)
    one.save()
    return one


def suggested(
    one: Import, sample: list[sheets.Row] | None = None
) -> tuple[dict[str, str], Settings]:
    """Return by column the field it may fill, and what may hold for all rows: as the import says,
    as was said of the same layout before, or as names and first rows (``sample``) suggest."""
    known = one if one.mapping else remembered(one.layout)
    if known:
        return known.mapping, Settings.of(known.settings)
    mapping = guess(one.columns)
    return mapping, Settings(
        separator=_separator(one, mapping, first_rows(one) if sample is None else sample)
    )


def _separator(one: Import, mapping: dict[str, str], sample: list[sheets.Row]) -> str:
    """Return what stands most often between values in the columns that hold several."""
    places = [place for place, name in enumerate(one.columns) if mapping.get(name) in LISTS]
    cells = [row.cells[place] for row in sample for place in places]
    counts = {mark: sum(mark in cell for cell in cells) for mark in SEPARATORS}
    return max(SEPARATORS, key=lambda mark: counts[mark]) if any(counts.values()) else ";"


def first_rows(one: Import, number: int = SAMPLE) -> list[sheets.Row]:
    """Return the first rows of the table; raises ValidationError."""
    try:
        return list(islice(staging.read(one), number))
    except Refused as problem:
        raise said(problem) from None


@transaction.atomic
def name_columns(one: Import, mapping: dict[str, str], settings: Settings, *, by: Any) -> Import:
    """Say which field each column fills (empty: it is left out), and what holds for all rows.

    Raises ValidationError for a column of which nothing is said.
    """
    _require_own(one, by)
    _require_open(one)
    check_mapping(one.columns, mapping)
    one.mapping = {column: mapping[column] for column in one.columns}
    one.settings = {name: value for name, value in vars(settings).items() if value}
    one.state, one.counts = ImportState.MAPPING, {}
    one.save()
    return one


def _told(done: int, total: int | None = None, message: str = "") -> None:
    """Where nobody waits for news."""


@transaction.atomic
def check(one: Import, *, by: Any, progress: Progress = _told) -> Import:
    """Say what each row would do; nothing is written but that.

    Raises ValidationError if the table cannot be read to its end.
    """
    one = _held(one)
    _require_own(one, by)
    _require_open(one)
    check_mapping(one.columns, one.mapping)
    try:
        staging.stage(one, by=by, progress=progress)
    except Refused as problem:
        raise said(problem) from None
    one.state = ImportState.CHECKED
    one.save()
    return one


@transaction.atomic
def apply(
    one: Import, *, by: Any, leave_out_problems: bool = False, progress: Progress = _told
) -> Import:
    """Do what was shown, all or nothing; rows with problems only if they are to be left out.

    Raises ValidationError if there are problems, or nothing to do; `Outdated` if the rows must be
    looked at again; PermissionDenied if ``by`` may not do it.
    """
    one = _held(one)
    _require_own(one, by)
    if one.state != ImportState.CHECKED:
        raise ValidationError(_("Look at what the rows would do first."), code="not_checked")
    _require_something(one, leave_out_problems)
    one.act = applying.write(one, by=by, progress=progress)
    one.rows.exclude(outcome=Outcome.PROBLEM).delete()
    one.state, one.applied_at = ImportState.APPLIED, timezone.now()
    one.save()
    return one


def _require_something(one: Import, leave_out_problems: bool) -> None:
    if one.counts.get(Outcome.PROBLEM) and not leave_out_problems:
        raise ValidationError(
            _("There are rows with problems. Mend them, or say that they are to be left out."),
            code="problems",
        )
    if not (one.counts.get(Outcome.CREATE) or one.counts.get(Outcome.CHANGE)):
        raise ValidationError(
            _("There is nothing to import: no row is new or changed."), code="none"
        )


@transaction.atomic
def discard(one: Import, *, by: Any) -> None:
    """Forget an import that was not done, with its file."""
    _require_own(one, by)
    _require_open(one)
    file = one.file
    one.rows.all().delete()
    one.delete()
    transaction.on_commit(lambda: file.delete(save=False))


@transaction.atomic
def prune() -> int:
    """Forget imports that nobody confirmed within `KEPT`, and the files of the others; return how
    many. How their columns were named stays known."""
    old = Import.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(file="")
    found = list(
        old.exclude(job__in=Job.objects.active()).select_for_update(skip_locked=True, of=("self",))
    )
    for one in found:
        file = one.file
        if one.state == ImportState.APPLIED:
            Import.objects.filter(pk=one.pk).update(file="")
        else:
            one.rows.all().delete()
            one.delete()
        transaction.on_commit(partial(file.storage.delete, str(file.name)))
    return len(found)


def _held(one: Import) -> Import:
    return Import.objects.select_for_update().get(pk=one.pk)


def _require_own(one: Import, by: Any) -> None:
    require(by, "add_record")
    if by is not None and one.created_by_id != by.pk:
        raise PermissionDenied(_("This is somebody else's import."))


def _require_open(one: Import) -> None:
    if one.state == ImportState.APPLIED:
        raise ValidationError(_("This was imported already."), code="applied")


# In the background, for `lessons.jobs`


def check_job(job: Job, progress: Progress) -> dict[str, Any]:
    """Look at the rows of the import that a job names."""
    one = Import.objects.get(pk=job.parameters["number"])
    return _result(check(one, by=job.created_by, progress=progress))


def apply_job(job: Job, progress: Progress) -> dict[str, Any]:
    """Do the import that a job names."""
    one = Import.objects.get(pk=job.parameters["number"])
    leave_out = bool(job.parameters["leave_out_problems"])
    return _result(apply(one, by=job.created_by, leave_out_problems=leave_out, progress=progress))


def _result(one: Import) -> dict[str, Any]:
    return {"address": one.get_absolute_url()}

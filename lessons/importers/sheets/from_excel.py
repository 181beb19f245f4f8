"""Spreadsheets: Excel from 97 on (.xls, .xlsx, .xlsm, .xlsb) and OpenDocument, by calamine.

A formula's cell holds the value that was calculated when the file was saved.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ...sandbox import Message, Refused
from ...sandbox import marked as _
from .cells import text_of, unprotected
from .defects import Defects, defects_of
from .table import MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, Flaw, Grid, Line, Source

PROTECTED = _("The workbook is protected by a password. Save it without one and try again.")
CUT = "[cut: the cell limit of Excel]"  # as our own export ends what Excel could not hold


def grids(source: Source, kind: str) -> list[Grid]:
    """Return the sheets that are not hidden, or all where all are; charts are none.

    ``kind`` is xlsx, xlsb, xls or ods, as told by the content.
    """
    book = _book(source)
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    shown = [one for one in sheets if one.visible == SheetVisibleEnum.Visible]
    hidden = [one.name for one in sheets if one not in shown]
    notes: tuple[Message, ...] = ()
    if hidden and shown:
        text = _("Hidden sheets were left out: %(sheets)s.")
        notes = (Message(text, sheets=", ".join(hidden)),)
    found = defects_of(source) if kind == "xlsx" else {}
    return [
        _grid(book, one.name, kind, notes, found.get(one.name, {}))
        for one in (shown or sheets)[:MAX_SHEETS]
    ]


def _book(source: Source) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(source.whole())
    except PasswordError:
        raise Refused(PROTECTED) from None
    except (CalamineError, OSError) as error:
        text = _("The workbook cannot be read: %(reason)s.")
        raise Refused(text, reason=str(error)) from None


def _grid(
    book: CalamineWorkbook, name: str, kind: str, notes: tuple[Message, ...], defects: Defects
) -> Grid:
    try:
        sheet = book.get_sheet_by_name(name)
    except (CalamineError, OSError) as error:
        text = _("The sheet “%(sheet)s” cannot be read: %(reason)s.")
        raise Refused(text, sheet=name, reason=str(error)) from None
    if sheet.total_width >= MAX_COLUMNS or sheet.total_height > MAX_ROWS:
        text = _("The sheet “%(sheet)s” has more than %(rows)s rows or %(columns)s columns.")
        raise Refused(text, sheet=name, rows=MAX_ROWS, columns=MAX_COLUMNS)
    merged = _Merged(sheet)
    return Grid(
        name=name,
        format=kind,
        lines=lambda: _lines(sheet, merged, defects),
        groups=merged.groups,
        notes=(*notes, *merged.notes()),
    )


class _Merged:
    """Merged cells: what is merged down holds for each row, what is merged across is a heading."""

    def __init__(self, sheet: CalamineSheet) -> None:
        ranges = sheet.merged_cell_ranges or []
        self.down = {
            (row, left): (top, left)
            for (top, left), (bottom, _right) in ranges
            for row in range(top + 1, min(bottom, MAX_ROWS) + 1)
        }
        across = [one for one in ranges if one[0][1] < one[1][1]]
        first = _first_cells(sheet, {top for (top, _left), _end in across})
        self.groups: dict[int, dict[int, str]] = {}
        for (top, left), (_bottom, right) in across:
            columns = range(left, min(right, MAX_COLUMNS) + 1)
            text = text_of(first.get((top, left), "")).strip()
            self.groups.setdefault(top + 1, {}).update(dict.fromkeys(columns, text))

    def notes(self) -> Iterator[Message]:
        if self.down:
            yield Message(_("Cells merged over several rows were read as if each row held them."))


def _first_cells(sheet: CalamineSheet, rows: set[int]) -> dict[tuple[int, int], Any]:
    left = sheet.start[1] if sheet.start else 0
    return {
        (number, column): value
        for number, row in enumerate(islice(sheet.iter_rows(), max(rows, default=-1) + 1))
        if number in rows
        for column, value in enumerate(row, start=left)
    }


def _lines(sheet: CalamineSheet, merged: _Merged, defects: Defects) -> Iterator[Line]:
    left = [""] * (sheet.start[1] if sheet.start else 0)
    held: dict[tuple[int, int], str] = {}
    above = set(merged.down.values())
    for number, row in enumerate(sheet.iter_rows()):
        cells = unprotected([*left, *(v if isinstance(v, str) else text_of(v) for v in row)])
        if merged.down:
            for column in range(len(cells)):
                if (number, column) in above:
                    held[number, column] = cells[column]
                if (number, column) in merged.down:
                    cells[column] = held[merged.down[number, column]]
        yield Line(number + 1, cells, _flaws(cells, defects.get(number + 1)))


def _flaws(cells: list[str], defects: dict[int, str] | None) -> tuple[Flaw, ...]:
    flaws = [Flaw(Message(text), place) for place, text in (defects or {}).items()]
    text = _(
        "It was cut when it was exported, as Excel holds no longer text; "
        "import CSV or JSON instead."
    )
    flaws += [Flaw(Message(text), i) for i, cell in enumerate(cells) if cell.endswith(CUT)]
    return tuple(flaws)

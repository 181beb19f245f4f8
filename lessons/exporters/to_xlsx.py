"""XLSX: a sheet of records, one for each thing they have many of, one that says what it all is.

Takes constant memory. Rows are written past xlsxwriter's cell by cell methods, which take three
times as long; all the rest of the workbook is its work.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from .formulas import guarded

Heads = Mapping[str, tuple[str, ...]]
Batch = Mapping[str, Iterable[tuple[Any, ...]]]
MAX_CELL = 32_767  # UTF-16 units that Excel keeps in a cell
MAX_ROWS = 1_048_575  # that a sheet holds below its head
MAX_LINKS = 10_000  # of a sheet: they alone are kept in memory; Excel takes 65,530
CUT = " … [cut: the cell limit of Excel]"
PIECE = 1 << 16
WIDTHS = {
    "title": 50, "statement": 60, "discussion": 60, "quotations": 60, "quotation": 60,
    "sources": 60, "reference": 80, "note": 40, "permalink": 30, "address": 40,
}  # fmt: skip
LINKS = {"permalink", "address"}
DATES = {"published", "updated", "date"}
DAY_ZERO, FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)  # before it Excel counts differently
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
# What XML has no character for, or reads as another; and what Excel would read as such a mark.
SPECIAL = re.compile("[&<>\0-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\ufffe": "\ufffd", "\uffff": "\ufffd"}


@dataclass
class Sheet:
    """A sheet that rows are added to, and what of them it had no room for."""

    sheet: Any
    columns: tuple[str, ...]
    dated: int  # the style of a date
    rows: int = 0
    cut: int = 0
    left_out: int = 0
    names: list[str] = field(default_factory=list)
    linked: list[int] = field(default_factory=list)
    days: set[int] = field(default_factory=set)

    def begin(self, bold: Any) -> None:
        """Write the head, which stays in sight."""
        self.sheet.freeze_panes(1, 1)
        for index, column in enumerate(self.columns):
            self.sheet.set_column(index, index, WIDTHS.get(column, 18))
            self.sheet.write_string(0, index, column, bold)
        self.names = [xl_col_to_name(index) for index in range(len(self.columns))]
        self.linked = [n for n, column in enumerate(self.columns) if column in LINKS]
        self.days = {n for n, column in enumerate(self.columns) if column in DATES}

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows below those that are there."""
        for row in rows:
            if self.rows >= MAX_ROWS:
                self.left_out += 1
                continue
            self.rows += 1
            for index in self.linked if self.rows <= MAX_LINKS else ():
                if row[index]:
                    self.sheet.write_url(self.rows, index, row[index])
            self._flush(self.rows + 1)
            self.sheet.row_data_fh.write(self._row(row))

    def end(self) -> None:
        """Let every column be filtered."""
        if self.columns:
            self._flush(self.rows + 1)
            self.sheet.dim_rowmax = self.rows
            self.sheet.autofilter(0, 0, self.rows, len(self.columns) - 1)

    def _flush(self, following: int) -> None:
        """Let xlsxwriter write its head, and forget the text of a link: it is in our row."""
        if self.sheet.previous_row == 0:
            self.sheet._write_single_row(following)
        self.sheet.table.clear()

    def _row(self, row: tuple[Any, ...]) -> str:
        number = self.rows + 1
        cells = [
            self._cell(value, f"{self.names[index]}{number}", index)
            for index, value in enumerate(row)
            if value is not None and value != ""
        ]
        return f'<row r="{number}">{"".join(cells)}</row>'

    def _cell(self, value: Any, place: str, index: int) -> str:
        if isinstance(value, int | float):
            return f'<c r="{place}"><v>{value}</v></c>'
        text = str(value)
        if index in self.days and (day := _serial(text)):
            return f'<c r="{place}" s="{self.dated}"><v>{day}</v></c>'
        if text.startswith("'"):  # or the importer would take it for our protection
            text = guarded(text)
        if len(text) > MAX_CELL // 2:
            text = self._fitting(text)
        if SPECIAL.search(text):
            text = SPECIAL.sub(_escaped, text)
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

    def _fitting(self, text: str) -> str:
        encoded = text.encode("utf-16-le")
        if len(encoded) <= 2 * MAX_CELL:
            return text
        self.cut += 1
        room = 2 * (MAX_CELL - len(CUT))
        return encoded[:room].decode("utf-16-le", errors="ignore") + CUT


def write(about: Mapping[str, Any], heads: Heads, batches: Iterable[Batch]) -> Iterator[bytes]:
    """Yield the file once it is whole: a workbook is a zip archive, its index comes last."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "export.xlsx"
        with xlsxwriter.Workbook(path, {**OPTIONS, "tmpdir": directory}) as book:
            _fill(book, about, heads, batches)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _fill(book: Any, about: Mapping[str, Any], heads: Heads, batches: Iterable[Batch]) -> None:
    bold = book.add_format({"bold": True})
    dated = book.add_format({"num_format": "yyyy-mm-dd"})._get_xf_index()
    sheets = {
        name: Sheet(book.add_worksheet(name), columns, dated) for name, columns in heads.items()
    }
    for sheet in sheets.values():
        sheet.begin(bold)
    for batch in batches:
        for name, rows in batch.items():
            sheets[name].add(rows)
    for sheet in sheets.values():
        sheet.end()
    _write_about(book.add_worksheet("About"), {**about, **_shortened(sheets)}, bold)


def _shortened(sheets: Mapping[str, Sheet]) -> dict[str, str]:
    """Return what the workbook had no room for."""
    cut = sum(sheet.cut for sheet in sheets.values())
    found = {"cells_cut": f"{cut}: Excel keeps {MAX_CELL} characters in a cell"} if cut else {}
    missing = {name: sheet.left_out for name, sheet in sheets.items() if sheet.left_out}
    if missing:
        told = ", ".join(f"{name} {number}" for name, number in missing.items())
        found["rows_left_out"] = f"{told}: Excel keeps {MAX_ROWS} rows in a sheet"
    return found


def _write_about(sheet: Any, about: Mapping[str, Any], bold: Any) -> None:
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 100)
    for number, (name, value) in enumerate(about.items()):
        sheet.write_string(number, 0, name, bold)
        if isinstance(value, int):
            sheet.write_number(number, 1, value)
        else:
            sheet.write_string(number, 1, str(value)[:MAX_CELL])


def _escaped(found: re.Match[str]) -> str:
    """Return a character as Office Open XML writes it (ECMA-376, 22.9.2.19, ST_Xstring)."""
    character = found[0]
    return NAMED.get(character) or f"_x{ord(character):04X}_"


def _serial(text: str) -> int | None:
    """Return the day as Excel counts them; None for what is no whole date, or too long ago."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return (day - DAY_ZERO).days if day >= FIRST_DAY else None

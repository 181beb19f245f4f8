"""XLSX: a sheet of records and a sheet that says where they come from, in constant memory."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

from .table import Table, cell, doubtful

MAX_CELL = 32_767  # characters Excel keeps in a cell
CUT = " … [cut: the cell limit of Excel]"
PIECE = 1 << 16
WIDTHS = {"title": 50, "statement": 60, "quotations": 60, "sources": 60}
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def write(table: Table) -> Iterator[bytes]:
    """Yield the file once it is whole: a workbook is a zip archive, its index comes last."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "export.xlsx"
        with xlsxwriter.Workbook(path, {**OPTIONS, "tmpdir": directory}) as book:
            bold = book.add_format({"bold": True})
            _write_records(book.add_worksheet("Records"), table, bold)
            _write_about(book.add_worksheet("About"), table, bold)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _write_records(sheet: Any, table: Table, bold: Any) -> None:
    sheet.freeze_panes(1, 1)
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, WIDTHS.get(column, 18))
        sheet.write_string(0, index, column, bold)
    last = 0
    for last, row in enumerate(table.rows, start=1):
        for index, column in enumerate(table.columns):
            _write_cell(sheet, last, index, cell(row[column]))
    sheet.autofilter(0, 0, last, len(table.columns) - 1)


def _write_about(sheet: Any, table: Table, bold: Any) -> None:
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 80)
    for number, (name, value) in enumerate(table.about.items()):
        sheet.write_string(number, 0, name, bold)
        _write_cell(sheet, number, 1, cell(value))


def _write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif value:
        text = str(value)
        if text.startswith("'") and doubtful(text):  # a bare formula stays a text here
            text = f"'{text}"
        fits = text if len(text) <= MAX_CELL else text[: MAX_CELL - len(CUT)] + CUT
        sheet.write_string(row, column, fits)

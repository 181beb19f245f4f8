"""Table files in, rows with their true places out: CSV and its kin, spreadsheets, JSON.

The file is read in a process of its own (`lessons.sandbox`), row by row, without Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lessons.sandbox import Limits, Refused, stream

from .reading import row_from, sheet_from
from .table import MAX_FILE, Problem, Row, Sheet

__all__ = ["Problem", "Refused", "Row", "Sheet", "header", "rows", "sheets"]

LIMITS = Limits(seconds=120, waiting=240, output=4 * MAX_FILE)


def sheets(path: Path, name: str) -> list[Sheet]:
    """Return the tables that the file at ``path``, called ``name`` by its owner, holds.

    Raises Refused, with a sentence that says why and what to do, where there is none.
    """
    reader = f"{__name__}.reading:list_sheets"
    return [sheet_from(said) for said in stream(reader, path, name, limits=LIMITS)]


def header(path: Path, name: str, sheet: str, row: int) -> tuple[str, ...]:
    """Return the names that ``row`` of a table gives to its columns; raises Refused."""
    (names,) = stream(f"{__name__}.reading:list_header", path, name, sheet, row, limits=LIMITS)
    return tuple(names)


def rows(
    path: Path,
    name: str,
    sheet: str | None = None,
    *,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Iterator[Row]:
    """Yield the rows of one table of the file, the first by default, as they are read.

    What was detected may be overridden. Raises Refused, at the latest where reading fails.
    """
    reader = f"{__name__}.reading:list_rows"
    told = {
        "sheet": sheet,
        "header_row": header_row,
        "encoding": encoding,
        "delimiter": delimiter,
    }
    for batch in stream(reader, path, name, told, limits=LIMITS):
        yield from map(row_from, batch)

"""Shared by the tests of the readers of tables: bytes in, the first sheet and its rows out."""

import tempfile
from pathlib import Path
from typing import Any

from lessons.importers.sheets import reading
from lessons.importers.sheets.table import Row, Sheet


def sheets_of(path: Path) -> list[Sheet]:
    return [reading.sheet_from(said) for said in reading.list_sheets(path, path.name)]


def rows_of(path: Path, **told: Any) -> list[Row]:
    batches = reading.list_rows(path, path.name, told)
    return [reading.row_from(said) for batch in batches for said in batch]


def read(data: bytes | str, name: str = "lessons.csv", **told: Any) -> tuple[Sheet, list[Row]]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return sheets_of(path)[0], rows_of(path, **told)


def cells(data: bytes | str, **told: Any) -> list[tuple[str, ...]]:
    """Return header and rows as a grid."""
    sheet, rows = read(data, **told)
    return [sheet.header, *(row.cells for row in rows)]


def problems(data: bytes | str) -> list[tuple[int, str, str]]:
    """Return where each problem is, by row and column, and what it says."""
    return [(row.number, one.column, one.text) for row in read(data)[1] for one in row.problems]

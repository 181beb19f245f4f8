"""CSV for spreadsheets: RFC 4180 in UTF-8, with the byte order mark that Excel needs."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from .table import Table, cell, doubtful

ROWS_PER_PIECE = 200


def write(table: Table) -> Iterator[bytes]:
    """Yield the file in pieces of some 200 rows."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(table.columns)
    for number, row in enumerate(table.rows, start=1):
        writer.writerow([safe(cell(row[column])) for column in table.columns])
        if number % ROWS_PER_PIECE == 0:
            yield _drain(buffer)
    yield _drain(buffer)


def safe(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if doubtful(value) else value


def _drain(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece

"""CSV for spreadsheets: RFC 4180 in UTF-8, with the byte order mark that Excel needs.

Lines end with LF, as PostgreSQL writes them; everything that reads the RFC's CR LF takes it.
"""

import csv
import io
from collections.abc import Iterable, Iterator

BYTE_ORDER_MARK = "\ufeff"


def write(columns: Iterable[str], lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the head, then ``lines``, which are CSV already."""
    yield (BYTE_ORDER_MARK + line(columns)).encode()
    yield from lines


def line(cells: Iterable[object]) -> str:
    """Return one line, quoted where it must be."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow(cells)  # with its own line end, or it would not quote that
    return buffer.getvalue().removesuffix("\r\n") + "\n"

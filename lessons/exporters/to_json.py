"""JSON: one object with ``about`` and the list ``records``; several values stay a list."""

import json
from collections.abc import Iterator

from .table import Table


def write(table: Table) -> Iterator[bytes]:
    """Yield the file record by record."""
    yield f'{{"about": {json.dumps(dict(table.about), ensure_ascii=False)},\n"records": ['.encode()
    separator = "\n"
    for row in table.rows:
        yield (separator + json.dumps(dict(row), ensure_ascii=False)).encode()
        separator = ",\n"
    yield b"\n]}\n"

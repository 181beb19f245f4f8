"""Shared by the tests of the exporters."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lessons.exporters.table import Table

FORMULAS = [
    '=HYPERLINK("http://example.org")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
]


def table(*rows: Mapping[str, Any], columns: tuple[str, ...] = ("code", "title")) -> Table:
    about = {"title": "Lessons", "records": len(rows)}
    return Table(title="Lessons", about=about, columns=columns, rows=rows)


class Counted:
    """Rows that count how many of them were asked for."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.taken = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.number + 1):
            self.taken = number
            yield {"code": f"L-{number}", "title": "Listen"}

    def table(self) -> Table:
        return Table(title="Many", about={}, columns=("code", "title"), rows=self)


def whole(pieces: Iterable[bytes]) -> bytes:
    return b"".join(pieces)

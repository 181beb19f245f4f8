"""Tables of documents, row by row: where cells span, each row still reads whole. Plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .document import Block, BlockKind

SPAN = 1_000  # columns or rows at most


@dataclass(frozen=True)
class Cell:
    """A cell's text, and how many columns and rows it spans."""

    text: str
    columns: int = 1
    rows: int = 1


def rows(table: Iterable[Iterable[Cell]]) -> Iterator[Block]:
    """Yield each row as a block: a cell over several rows is said in each, over columns once."""
    hanging: dict[int, tuple[int, int, str]] = {}  # by first column: rows left, columns, text
    for row in table:
        texts: list[str] = []
        column = 0
        left: dict[int, tuple[int, int, str]] = {}
        for cell in [*row, None]:
            while column in hanging:
                more, width, text = hanging.pop(column)
                left |= {column: (more - 1, width, text)} if more > 1 else {}
                texts.append(text)
                column += width
            if cell:
                columns, over = min(max(cell.columns, 1), SPAN), min(cell.rows, SPAN)
                left |= {column: (over - 1, columns, cell.text)} if over > 1 else {}
                texts.append(cell.text)
                column += columns
        hanging = {**{k: v for k, v in hanging.items() if k > column}, **left}
        if any(text.strip() for text in texts):
            yield Block(" | ".join(" ".join(text.split()) for text in texts), BlockKind.ROW)

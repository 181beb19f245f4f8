"""What every reader of tables hands over, without a word of Django."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO, NamedTuple

from lessons.sandbox import Message

SEPARATOR = "; "  # between several values of one cell, as the exports write them

# More than any list of lessons needs; what goes beyond is refused, not cut.
MAX_FILE = 200 << 20  # bytes
MAX_UNPACKED = 1 << 30  # bytes
MAX_RATIO = 200  # of unpacked to packed bytes; honest tables reach some 40
MAX_ROWS = 1_000_000
MAX_COLUMNS = 1_000
MAX_CELL = 1_000_000  # characters
MAX_NESTING = 50  # of lists and objects in JSON
MAX_SHEETS = 200


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, or with the row where ``column`` is empty; says what to do."""

    text: Message
    column: str = ""


@dataclass(frozen=True)
class Row:
    """One record. ``cells`` stand in the order of the sheet's header and are as many.

    ``number`` is where a person finds it: the row of the spreadsheet, the line of the text file
    on which it begins, or its place in a JSON list, each counted from 1.
    """

    number: int
    cells: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One table of a file, as it was detected.

    ``header`` holds the names of the named columns, stripped; a name that stands there twice is
    one of the ``problems``, which keep the table from being read until they are mended. ``notes``
    are sentences on what was detected or left out. ``header_row`` is counted as a row's number is,
    and 0 where names come with each row (JSON). ``encoding`` and ``delimiter`` are empty where
    the format has none. ``format`` is csv, xlsx, xls, ods, json or jsonl.
    """

    name: str
    format: str
    header: tuple[str, ...]
    header_row: int = 1
    encoding: str = ""
    delimiter: str = ""
    row_count: int | None = None
    notes: tuple[Message, ...] = ()
    problems: tuple[Problem, ...] = ()


# What the readers say among themselves


@dataclass(frozen=True)
class Source:
    """A file, or what an archive holds: ``open`` reads it from its start, at each call."""

    name: str
    open: Callable[[], BinaryIO]

    def whole(self) -> BytesIO:
        """Return it in memory, for what must go to and fro in it."""
        with self.open() as file:
            return BytesIO(file.read())


class Flaw(NamedTuple):
    """What is wrong with the cell at ``place``, counted from 0, or with the whole row."""

    text: Message
    place: int | None = None


class Line(NamedTuple):
    """The cells of one row by their place, before it is known what the columns are called."""

    number: int
    cells: list[str]
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True)
class Grid:
    """One table as a format's reader finds it; ``lines`` reads it from its start at each call.

    ``header`` is set where names come with each row. ``groups`` maps a row to the headings that
    stand above several of its columns, by column.
    """

    name: str
    format: str
    lines: Callable[[], Iterator[Line]]
    header: tuple[str, ...] | None = None
    encoding: str = ""
    delimiter: str = ""
    groups: dict[int, dict[int, str]] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()

"""Lines become rows: cells under their names, and whatever does not fit said with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lessons.sandbox import Message, Refused
from lessons.sandbox import marked as _

from .heading import Heading
from .table import MAX_CELL, MAX_ROWS, Flaw, Grid, Line, Problem, Row

# PostgreSQL keeps no NUL, and no text is left of half a surrogate pair.
UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
ERRORS = {"#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
ERROR = _("The cell holds an error of the spreadsheet, not a value; mend it there.")
MOST_NOTES = 20  # rows below a table that can be notes
ALWAYS = 3  # columns that each row fills, without which nothing is taken for a note
NOTE_CELLS = 2
OURS = {"code", "kind", "title"}  # columns of our exports: a new row at their end may be short


@dataclass
class Alignment:
    """Reads the rows of a grid. ``left_out`` are the rows that were notes below it, at the end."""

    grid: Grid
    heading: Heading
    left_out: list[int] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header; empty ones are passed over."""
        places = list(self.heading.names)
        for count, line in enumerate(self._lines(), start=1):
            if count > MAX_ROWS:
                text = _("The table has more than %(most)s rows. Split it into smaller files.")
                raise Refused(text, most=MAX_ROWS)
            yield _row(line, places, self.heading.names)

    def _lines(self) -> Iterator[Line]:
        """Yield what belongs to the table.

        Rows at its end may be notes until another follows; they are if most have but one cell.
        """
        always: set[int] = set()
        waiting: list[Line] = []
        for line in self.grid.lines():
            if line.number <= self.heading.row:
                continue
            filled = {place for place, cell in enumerate(line.cells) if cell and not cell.isspace()}
            if not filled and not line.flaws:
                continue
            if self._may_be_note(filled, always) and len(waiting) < MOST_NOTES:
                waiting.append(line)
                continue
            yield from waiting
            for one in waiting:
                always &= {place for place, cell in enumerate(one.cells) if cell.strip()}
            waiting.clear()
            always = always & filled if always else filled
            yield line
        if sum(_count(line) == 1 for line in waiting) * 2 > len(waiting):
            self.left_out = [line.number for line in waiting]
        else:
            yield from waiting

    def _may_be_note(self, filled: set[int], always: set[int]) -> bool:
        """Tell whether a row has next to nothing of what each row has."""
        return (
            self.grid.header is None
            and len(always) >= ALWAYS
            and len(filled & always) * 2 < len(always)
            and len(filled) <= NOTE_CELLS
            and not set(self.heading.header) >= OURS
        )


def _count(line: Line) -> int:
    return sum(bool(cell.strip()) for cell in line.cells)


def _row(line: Line, places: list[int], names: dict[int, str]) -> Row:
    cells = line.cells
    flaws = list(line.flaws)
    joined = "".join(cells)
    if "#" in joined:
        flaws += [Flaw(Message(ERROR), i) for i, cell in enumerate(cells) if cell in ERRORS]
    if len(joined) > MAX_CELL and max(map(len, cells)) > MAX_CELL:
        text = _("A cell of row %(row)s is longer than %(most)s characters.")
        raise Refused(text, row=line.number, most=MAX_CELL)
    if not _keepable(joined):
        cells, more = _kept(cells)
        flaws += more
    flaws += _beyond(cells, names)
    count = len(cells)
    return Row(
        line.number,
        tuple([cells[place] if place < count else "" for place in places]),
        tuple(Problem(text, names.get(place, "") if place is not None else "")
              for text, place in flaws),
    )  # fmt: skip


def _keepable(text: str) -> bool:
    """Tell the same as the pattern, at a tenth of its time."""
    if "\0" in text:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _kept(cells: list[str]) -> tuple[list[str], list[Flaw]]:
    text = _(
        "It held characters that stand for nothing (NUL or half a letter); they were left out."
    )
    flaws = [Flaw(Message(text), i) for i, cell in enumerate(cells) if UNKEEPABLE.search(cell)]
    return [UNKEEPABLE.sub("", cell) for cell in cells], flaws


def _beyond(cells: list[str], names: dict[int, str]) -> Iterator[Flaw]:
    """Yield a flaw for each value that stands in a column without a name."""
    if len(cells) <= len(names) and names and next(reversed(names)) == len(names) - 1:
        return
    for place, cell in enumerate(cells):
        if place not in names and cell and not cell.isspace():
            text = _("Column %(letter)s has no name, but holds “%(value)s”. Name it or empty it.")
            yield Flaw(Message(text, letter=letters(place), value=cell.strip()[:40]))


def letters(place: int) -> str:
    """Return what a spreadsheet calls the column at ``place``, counted from 0: A, …, Z, AA."""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("A") + letter) + name
    return name

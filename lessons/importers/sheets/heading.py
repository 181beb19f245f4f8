"""Which row names the columns: the first that is nearly as full as the fullest, all of it names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from lessons.sandbox import Message, Refused
from lessons.sandbox import marked as _

from .table import MAX_COLUMNS, Grid, Line, Problem

LOOKED_AT = 40  # rows that are not empty
FULL, ENOUGH = 0.85, 0.6  # of the cells that the fullest rows fill
FEW = 2
MAX_NAME = 200  # characters
YEAR = re.compile(r"(1[89]|20)\d\d$")
VALUE = re.compile(r"[-+]?[\d.,\s]*\d[\d.,\s]*%?$|\d{4}-\d\d-\d\d|(?:true|false)$", re.IGNORECASE)
SHOWN = 3  # names or titles that a sentence quotes


@dataclass(frozen=True)
class Heading:
    """``names`` maps the place of each named column, from 0, to its name."""

    row: int
    names: dict[int, str]
    notes: tuple[Message, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """The names in order."""
        return tuple(self.names.values())

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Names that stand there more than once, however they are written."""
        times = Counter(_folded(name) for name in self.header)
        said = _("Several columns are called this; give each a name of its own.")
        twice = {name: None for name in self.header if times[_folded(name)] > 1}
        return tuple(Problem(Message(said), name) for name in twice)


def heading_of(grid: Grid, row: int | None = None) -> Heading:
    """Return the heading of ``grid``, which is in ``row`` where a person says so.

    Raises Refused where that row is empty or not there, or the table has none at all.
    """
    if grid.header is not None:
        return Heading(0, _named(list(grid.header)))
    if row is not None:
        return _told(grid, row)
    lines = list(islice((line for line in grid.lines() if any(_filled(line))), LOOKED_AT))
    if not lines:
        return Heading(0, {}, (Message(_("The sheet is empty.")),))
    found = _detected(lines)
    return Heading(found.number, _names(grid, found), tuple(_notes(lines, found)))


def _told(grid: Grid, row: int) -> Heading:
    for line in grid.lines():
        if line.number == row and any(_filled(line)):
            return Heading(row, _names(grid, line))
        if line.number > row:
            break
    raise Refused(_("Row %(row)s is empty, so it cannot name the columns."), row=row)


def _detected(lines: list[Line]) -> Line:
    fills = sorted((sum(_filled(line)) for line in lines), reverse=True)
    # A few rows with too many cells shall not matter.
    usual = fills[max(1, len(fills) // 10) if len(fills) > FEW else 0]
    for share in (FULL, ENOUGH):
        for line in lines:
            if sum(_filled(line)) >= share * usual and _are_names(line):
                return line
    return lines[0]


def _are_names(line: Line) -> bool:
    cells = [cell.strip() for cell in line.cells if cell.strip()]
    return len({_folded(cell) for cell in cells}) * 2 > len(cells) and not any(
        len(cell) > MAX_NAME or (VALUE.match(cell) and not YEAR.match(cell)) for cell in cells
    )


def _names(grid: Grid, line: Line) -> dict[int, str]:
    """Return the names, where several headings stand above them, each with the one above it."""
    above = grid.groups.get(line.number - 1, {})
    if len(set(above.values())) == 1:
        above = {}  # a title over the table
    return _named(
        [
            " / ".join(filter(None, (above.get(place, ""), cell))) if cell.strip() else ""
            for place, cell in enumerate(line.cells)
        ]
    )


def _named(cells: list[str]) -> dict[int, str]:
    names = {place: name for place, cell in enumerate(cells) if (name := " ".join(cell.split()))}
    if len(names) > MAX_COLUMNS:
        raise Refused(_("The table has more than %(most)s columns."), most=MAX_COLUMNS)
    return names


def _notes(lines: list[Line], found: Line) -> list[Message]:
    notes = []
    if above := [line for line in lines if line.number < found.number]:
        titles = [" ".join(next(filter(str.strip, line.cells)).split())[:80] for line in above]
        text = _("The header is in row %(row)s; what is above it was taken for a title: %(titles)s")
        shown = "; ".join([*titles[:SHOWN], *(["…"] if len(titles) > SHOWN else [])])
        notes.append(Message(text, row=found.number, titles=shown))
    if not _are_names(found):
        text = _("Row %(row)s was taken for the header, though it looks like values.")
        notes.append(Message(text, row=found.number))
    return notes


def _filled(line: Line) -> list[bool]:
    return [bool(cell.strip()) for cell in line.cells]


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()

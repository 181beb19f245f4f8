"""In which order the runs of a page are read: columns, and rows within them. Plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from .letters import Run

GUTTER = 6.0  # points at least between two columns
LINES = 4  # of each column at least
# Of a column's width that many of its lines have, and most have, or they are cells of a table.
FULL, MANY, HALF = 0.8, 0.3, 0.45
CROSSING = 0.35  # of the lines at most, such as titles over both columns
# In sizes of a letter: the gap between cells, where none stand above or below, and between words.
APART, WIDE, SPACE = 0.9, 2.2, 0.15
ALIGNED = 2.0  # points
MIDDLE = (0.25, 0.75)  # of the width: where the gap between two columns may be


@dataclass(frozen=True)
class Row:
    """What stands on one line of one column, from left to right."""

    cells: Sequence[Run]

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(one.left for one in self.cells)

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(one.right for one in self.cells)

    @property
    def middle(self) -> float:
        """Where it is, half way up."""
        return self.cells[0].middle

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        return max(self.cells, key=lambda one: len(one.text)).size

    @property
    def bold(self) -> bool:
        """Whether all of it is."""
        return all(one.bold for one in self.cells)

    @property
    def text(self) -> str:
        """What it says."""
        return " ".join(one.text for one in self.cells)


def columns(runs: list[Run]) -> Iterator[list[Row]]:
    """Yield the rows of each column, in the order in which the columns are read."""
    gutter = _gutter(runs)
    if gutter is None:
        if found := rows(runs):
            yield found
        return
    for crossing, band in _bands(runs, gutter):
        if crossing:
            yield rows(band)
        else:
            yield from columns([one for one in band if one.right <= gutter + 1])
            yield from columns([one for one in band if one.right > gutter + 1])


def _gutter(runs: list[Run]) -> float | None:
    """Return where the gap between two columns of running text is."""
    if len(runs) < 2 * LINES:
        return None
    left, right = min(one.left for one in runs), max(one.right for one in runs)
    low, high = (left + (right - left) * share for share in MIDDLE)
    starts = sorted({round(one.left, 1) for one in runs if low < one.left < high})
    best: tuple[int, float] | None = None
    for start in starts:
        at = start - 1
        crossing = sum(one.left < at - 1 and one.right > at for one in runs)
        if (best is None or crossing < best[0]) and _is_gutter(runs, at, crossing):
            best = (crossing, at)
    return best[1] if best else None


def _is_gutter(runs: list[Run], at: float, crossing: int) -> bool:
    first = [one for one in runs if one.right <= at]
    second = [one for one in runs if one.left >= at - 1]
    if min(len(first), len(second)) < LINES or crossing > CROSSING * len(runs):
        return False
    edge = sorted(one.right for one in first)[int(0.95 * (len(first) - 1))]
    return at - edge >= GUTTER - 1 and all(_is_running(side) for side in (first, second))


def _is_running(runs: list[Run]) -> bool:
    """Tell whether lines fill their column, as running text does and a table does not."""
    width = max(one.right for one in runs) - min(one.left for one in runs)
    full = sum(one.width >= FULL * width for one in runs)
    return full >= MANY * len(runs) and median(one.width for one in runs) >= HALF * width


def _bands(runs: list[Run], gutter: float) -> Iterator[tuple[bool, list[Run]]]:
    """Part a page of columns where something stands over both of them."""
    held: list[Run] = []
    before = False
    for one in sorted(runs, key=lambda run: -run.middle):
        crossing = one.left < gutter - 1 and one.right > gutter + 1
        if held and crossing != before:
            yield before, held
            held = []
        before = crossing
        held.append(one)
    if held:
        yield before, held


def rows(runs: list[Run]) -> list[Row]:
    """Return the runs of a column line by line."""
    found: list[list[Run]] = []
    for one in sorted(runs, key=lambda run: -run.middle):
        if found and found[-1][0].beside(one):
            found[-1].append(one)
        else:
            found.append([one])
    lines = [_in_order(cells) for cells in found]
    edge = max((one.right for one in runs), default=0)
    around = [[one for cells in lines[max(n - 2, 0) : n + 3] if cells is not lines[n]
               for one in cells[1:]] for n in range(len(lines))]  # fmt: skip
    return [Row(_whole(cells, near, edge)) for cells, near in zip(lines, around, strict=True)]


def _whole(cells: list[Run], near: list[Run], edge: float) -> list[Run]:
    """Put together what is no cell: a raised letter, a word in another font, a wide space.

    ``near`` are the cells of the lines around, that cells would stand under; ``edge`` is where
    lines end that fill the column.
    """
    found = cells[:1]
    for one in cells[1:]:
        last = found[-1]
        gap = max(one.left - last.right, last.left - one.right)
        aligned = any(
            abs(one.left - other.left) < ALIGNED
            or abs(one.right - other.right) < ALIGNED < edge - one.right
            or abs(one.left + one.right - other.left - other.right) < ALIGNED
            for other in near
        )
        if gap < (APART if aligned else WIDE) * max(one.size, last.size):
            space = " " if gap > SPACE * one.size else ""
            found[-1] = last.with_(one, space)
        else:
            found.append(one)
    return found


def _in_order(cells: list[Run]) -> list[Run]:
    right_to_left = any("\u0590" <= one <= "\u08ff" for run in cells for one in run.text)
    return sorted(cells, key=lambda run: -run.right if right_to_left else run.left)

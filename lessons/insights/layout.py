"""Where the records of a network stand: a column a stage, few lines crossing, linked ones near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

SWEEPS = 6  # forth and back; more changes little

Pair = tuple[int, int]


def places(
    columns: Sequence[Sequence[int]], pairs: Sequence[Pair]
) -> tuple[dict[int, tuple[int, float]], float]:
    """Return the column and row of each member, and how many rows there are.

    What is not linked stands apart: one part below the other, the largest first. Within a part
    each member stands as near to the middle of its neighbours as the others of its column allow.
    """
    found: dict[int, tuple[int, float]] = {}
    below = 0.0
    for part in _parts(columns, pairs):
        within = [pair for pair in pairs if pair[0] in part]
        ordered = rows([[pk for pk in column if pk in part] for column in columns], within)
        at = _beside_neighbours(ordered, within)
        least, most = min(at.values()), max(at.values())
        for number, column in enumerate(ordered):
            found |= {pk: (number, at[pk] - least + below) for pk in column}
        below += most - least + 1
    return found, below


def _parts(columns: Sequence[Sequence[int]], pairs: Sequence[Pair]) -> list[set[int]]:
    """Return the connected parts, the largest first, those as large in the order they come."""
    part_of = {pk: {pk} for column in columns for pk in column}
    for one, other in pairs:
        less, more = sorted((part_of[one], part_of[other]), key=len)
        if less is not more:
            more |= less
            part_of |= dict.fromkeys(less, more)
    return sorted({id(part): part for part in part_of.values()}.values(), key=len, reverse=True)


def _beside_neighbours(columns: Sequence[Sequence[int]], pairs: Sequence[Pair]) -> dict[int, float]:
    """Return the row of each member, from the longest column to those on either side of it."""
    neighbours = _neighbours(columns, pairs)
    longest = max(range(len(columns)), key=lambda number: len(columns[number]))
    at = {pk: float(row) for row, pk in enumerate(columns[longest])}
    for number in sorted(range(len(columns)), key=lambda number: abs(number - longest))[1:]:
        wanted: list[float] = []
        for pk in columns[number]:
            rows_beside = [at[other] for other in neighbours[pk] if other in at]
            wanted.append(fmean(rows_beside) if rows_beside else wanted[-1] if wanted else 0.0)
        at |= dict(zip(columns[number], apart(wanted), strict=True))
    return at


def apart(wanted: Sequence[float]) -> list[float]:
    """Return rows at least one apart, in this order, with the least squares from those wanted.

    Neighbours that stand too close share what they yield, by pooling adjacent violators
    (M. Ayer and others, «An empirical distribution function for sampling with incomplete
    information», 1955).
    """
    pools: list[tuple[float, int]] = []  # the sum of what is wanted beyond the row, of how many
    for row, place in enumerate(wanted):
        total, number = place - row, 1
        while pools and pools[-1][0] / pools[-1][1] > total / number:
            before, members = pools.pop()
            total, number = total + before, number + members
        pools.append((total, number))
    shifts = [total / number for total, number in pools for _member in range(number)]
    return [row + shift for row, shift in enumerate(shifts)]


def rows(columns: Sequence[Sequence[int]], pairs: Sequence[Pair]) -> list[list[int]]:
    """Return the columns with their members in an order that lets few lines cross.

    Each member moves to the mean place of its neighbours, column by column, forth and back: the
    barycentre rule of K. Sugiyama, S. Tagawa and M. Toda, «Methods for visual understanding of
    hierarchical system structures» (1981). The best order met is kept.
    """
    neighbours = _neighbours(columns, pairs)
    ordered = [list(column) for column in columns]
    best, fewest = [list(column) for column in ordered], crossings(ordered, pairs)
    for sweep in range(SWEEPS):
        for column in ordered if sweep % 2 == 0 else reversed(ordered):
            places = _places(ordered)
            column.sort(key=lambda pk: _mean(places, neighbours[pk], places[pk]))
        if (number := crossings(ordered, pairs)) < fewest:
            best, fewest = [list(column) for column in ordered], number
    return best


def _neighbours(columns: Sequence[Sequence[int]], pairs: Sequence[Pair]) -> dict[int, list[int]]:
    neighbours: dict[int, list[int]] = {pk: [] for column in columns for pk in column}
    for one, other in pairs:
        neighbours[one].append(other)
        neighbours[other].append(one)
    return neighbours


def crossings(columns: Sequence[Sequence[int]], pairs: Sequence[Pair]) -> int:
    """Return how many pairs of lines between the same two columns cross."""
    places = _places(columns)
    column = {pk: number for number, members in enumerate(columns) for pk in members}
    spans: dict[Pair, list[tuple[float, float]]] = {}
    for one, other in pairs:
        ends = sorted((one, other), key=column.__getitem__)
        key = (column[ends[0]], column[ends[1]])
        spans.setdefault(key, []).append((places[ends[0]], places[ends[1]]))
    return sum(_inversions([right for _left, right in sorted(lines)]) for lines in spans.values())


def _inversions(numbers: list[float]) -> int:
    """Return how many pairs of numbers stand in the wrong order, by merging halves."""
    return _sorted_counting(numbers)[1]


def _sorted_counting(numbers: list[float]) -> tuple[list[float], int]:
    if len(numbers) <= 1:
        return numbers, 0
    middle = len(numbers) // 2
    left, in_left = _sorted_counting(numbers[:middle])
    right, in_right = _sorted_counting(numbers[middle:])
    merged, count, i = [], in_left + in_right, 0
    for number in right:
        while i < len(left) and left[i] <= number:
            merged.append(left[i])
            i += 1
        merged.append(number)
        count += len(left) - i
    return merged + left[i:], count


def _places(columns: Sequence[Sequence[int]]) -> dict[int, float]:
    """Return each member's place between 0 and 1, so that long and short columns compare."""
    return {pk: (row + 0.5) / len(column) for column in columns for row, pk in enumerate(column)}


def _mean(places: Mapping[int, float], neighbours: list[int], own: float) -> float:
    return fmean(places[pk] for pk in neighbours) if neighbours else own

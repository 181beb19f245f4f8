"""Where the records of a network stand: a column a stage, rows so that few lines cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

SWEEPS = 6  # forth and back; more changes little

Pair = tuple[int, int]


def rows(columns: Sequence[Sequence[int]], pairs: Sequence[Pair]) -> list[list[int]]:
    """Return the columns with their members in an order that lets few lines cross.

    Each member moves to the mean place of its neighbours, column by column, forth and back: the
    barycentre rule of K. Sugiyama, S. Tagawa and M. Toda, «Methods for visual understanding of
    hierarchical system structures» (1981). The best order met is kept.
    """
    neighbours: dict[int, list[int]] = {pk: [] for column in columns for pk in column}
    for one, other in pairs:
        neighbours[one].append(other)
        neighbours[other].append(one)
    ordered = [list(column) for column in columns]
    best, fewest = [list(column) for column in ordered], crossings(ordered, pairs)
    for sweep in range(SWEEPS):
        for column in ordered if sweep % 2 == 0 else reversed(ordered):
            places = _places(ordered)
            column.sort(key=lambda pk: _mean(places, neighbours[pk], places[pk]))
        if (number := crossings(ordered, pairs)) < fewest:
            best, fewest = [list(column) for column in ordered], number
    return best


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

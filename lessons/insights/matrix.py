"""Themes laid against another facet: how many records bear both, as a list of both would count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lessons.search import Facet, Filters, Found
from lessons.search.facets import FacetValue
from lessons.search.filters import DECADE

ACROSS = ("actor", "phase", "country", DECADE, "report", "kind")
MOST = 12  # columns; the rarer ones are reached by narrowing


@dataclass(frozen=True)
class Cell:
    """How many records stand under both; ``query`` lists them, ``tenths`` shades it."""

    count: int
    query: str
    tenths: int


@dataclass(frozen=True)
class Line:
    """A theme and its cells, one a column."""

    theme: FacetValue
    query: str
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """``columns`` are the values laid across, the most frequent, in the facet's own order."""

    name: str
    columns: list[FacetValue]
    lines: list[Line]
    left_out: int


def matrix(found: Found, across: str) -> Matrix:
    """Count themes against the facet ``across``, in one pass if there are no words."""
    facets = {facet.name: facet for facet in found.facets("theme", across)}
    values = _chosen(_values(facets.get(across)))
    often = sorted(values, key=lambda value: -value.count)[:MOST]
    columns = [value for value in values if value in often]
    asked = found.asked
    narrowed = [_at(asked, across, column.value) for column in columns]
    whole = Found(_at(asked.with_(theme=()), across, None), found.user)
    crossed = whole.crossed(across, [column.value for column in columns], "theme")
    if crossed is None:
        counted = [_counts(one, found.user) for one in narrowed]
    else:
        counted = [crossed.get(column.value, {}) for column in columns]
    most = max((count for counts in counted for count in counts.values()), default=1)
    lines = [
        Line(
            theme,
            _at(asked, "theme", theme.value).query(),
            [
                Cell(n, _at(one, "theme", theme.value).query(), -(-10 * n // most))
                for one, counts in zip(narrowed, counted, strict=True)
                for n in [counts.get(theme.value, 0)]
            ],
        )
        for theme in _chosen(_values(facets.get("theme")))
    ]
    return Matrix(across, columns, lines, len(values) - len(columns))


def _values(facet: Facet | None) -> list[FacetValue]:
    return [value for value in facet.values if value.count] if facet else []


def _chosen(values: list[FacetValue]) -> list[FacetValue]:
    """Keep the values that are chosen, with those below them; all if none is."""
    kept: list[FacetValue] = []
    depth: int | None = None  # of the chosen value that we are below
    for value in values:
        below = depth is not None and value.depth > depth
        if value.selected or below:
            kept.append(value)
            depth = depth if below else value.depth
        else:
            depth = None
    return kept or values


def _at(asked: Filters, name: str, value: str | None) -> Filters:
    """Return ``asked`` with this value alone of the facet ``name``, or with none of them."""
    if name != DECADE:
        return asked.with_(**{name: (value,) if value else ()})
    free = asked.with_(year_from=None, year_to=None)
    return free.toggled(DECADE, value) if value else free


def _counts(asked: Filters, user: Any) -> dict[str, int]:
    (facet, *_) = (*Found(asked, user).facets("theme"), None)
    return {value.value: value.count for value in _values(facet)}

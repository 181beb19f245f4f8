"""Facets: the values a list can be narrowed by, with the number of records behind each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from django.utils.translation import gettext_lazy as _

from lessons.models import Kind, Phase, Status

from .filters import DECADE, Filters
from .kept import Kept

NAMES = {
    "kind": _("Kind"),
    "theme": _("Theme"),
    "actor": _("Actor"),
    "tag": _("Tag"),
    "report": _("Report"),
    "country": _("Country"),
    "phase": _("Phase"),
    DECADE: _("Years of the events"),
    "status": _("Status"),
}


@dataclass(slots=True)
class FacetValue:
    """One line: ``count`` records bear it, ``query`` switches it, ``depth`` indents a tree."""

    value: str
    label: str
    count: int
    selected: bool
    query: str
    depth: int = 0


@dataclass(frozen=True)
class Facet:
    """A parameter to narrow by, its values counted as if none of them were chosen yet."""

    name: str
    label: str
    values: list[FacetValue]


@dataclass(slots=True)
class Counted:
    """A value as it was counted."""

    value: str
    label: str
    count: int
    depth: int = 0


def facet(name: str, lines: Iterable[Counted], filters: Filters) -> Facet:
    """Return the facet of what was counted; what is chosen stays, so that it can be let go."""
    chosen = getattr(filters, name)
    # Hundreds of lines differ in the value alone; no parameter can hold a NUL.
    marked = "" if name == DECADE else filters.toggled(name, "\0").query()
    before, _mark, after = marked.partition("%00")

    def switch(value: str) -> str:
        if value in chosen or name == DECADE:
            return filters.toggled(name, value).query()
        return f"{before}{quote_plus(value)}{after}"

    values = [
        FacetValue(
            value=line.value,
            label=line.label,
            count=line.count,
            selected=line.value in chosen,
            query=switch(line.value),
            depth=line.depth,
        )
        for line in lines
        if line.count or line.value in chosen
    ]
    return Facet(name=name, label=str(NAMES[name]), values=values)


def labelled(name: str, counts: Mapping[str, int], user: Any, known: Kept) -> list[Counted]:
    """Return counts with the labels of their values, in the order they are shown."""
    if name in FIXED:
        choices, label = FIXED[name]
        return [Counted(one.value, label(one), counts.get(one.value, 0)) for one in choices]
    if name == DECADE:
        return decade_lines(counts)
    if 0 in counts.values():
        known = Kept()  # what nothing bears may be renamed without a word to the index
    if name == "theme":
        return [
            Counted(theme.slug, theme.label, counts.get(theme.slug, 0), depth)
            for theme, depth in known.tree()
        ]
    names = known.labels(name, counts, user)
    return by_count(
        Counted(value, named, count)
        for value, count in counts.items()
        if (named := names[value]) is not None
    )


def decade_lines(counts: Mapping[str, int]) -> list[Counted]:
    """Return counts of decades, named by their first years, from the earliest to the latest."""
    years = sorted(map(int, counts))
    return [Counted(str(y), f"{max(1, y)}–{y + 9}", counts[str(y)]) for y in years]


def by_count(lines: Iterable[Counted]) -> list[Counted]:
    """Return the lines in the order they are shown: most first, then by label."""
    return sorted(lines, key=lambda line: (-line.count, line.label))


FIXED: dict[str, tuple[Iterable[Any], Callable[[Any], str]]] = {
    "kind": (Kind, lambda kind: kind.plural_label),
    "phase": (Phase, lambda phase: str(phase.label)),
    "status": (Status, lambda status: str(status.label)),
}

"""Facets: the values a list can be narrowed by, with the number of records behind each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from django.utils.translation import gettext_lazy as _

from lessons.models import Country, Kind, Record, Report, Status, Tag, Theme

from .filters import Filters

NAMES = {
    "kind": _("Kind"),
    "theme": _("Theme"),
    "actor": _("Actor"),
    "tag": _("Tag"),
    "report": _("Report"),
    "country": _("Country"),
    "status": _("Status"),
}


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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
    before, _mark, after = filters.toggled(name, "\0").query().partition("%00")

    def switch(value: str) -> str:
        if value in chosen:
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


def labelled(name: str, counts: Mapping[str, int], user: Any) -> list[Counted]:
    """Return counts with the labels of their values, in the order they are shown; one query."""
    return LABELLERS[name](counts, user)


def _fixed(choices: Iterable[Any], label: Callable[[Any], str]) -> Callable[..., list[Counted]]:
    def lines(counts: Mapping[str, int], user: Any) -> list[Counted]:
        return [Counted(one.value, label(one), counts.get(one.value, 0)) for one in choices]

    return lines


def _theme_lines(counts: Mapping[str, int], user: Any) -> list[Counted]:
    children: dict[int | None, list[Theme]] = defaultdict(list)
    for theme in Theme.objects.all():
        children[theme.broader_id].append(theme)
    return list(_branches(children, counts, None, 0))


def _branches(
    children: Mapping[int | None, list[Theme]],
    counts: Mapping[str, int],
    parent: int | None,
    depth: int,
) -> Iterable[Counted]:
    for theme in children.get(parent, []):
        yield Counted(theme.slug, theme.label, counts.get(theme.slug, 0), depth)
        yield from _branches(children, counts, theme.pk, depth + 1)


def _actor_lines(counts: Mapping[str, int], user: Any) -> list[Counted]:
    ids = [int(code.partition("-")[2]) for code in counts]
    actors = Record.objects.visible_to(user).filter(pk__in=ids)
    return by_count(Counted(a.code, a.title, counts[a.code]) for a in actors.only("title", "kind"))


def _tag_lines(counts: Mapping[str, int], user: Any) -> list[Counted]:
    tags = Tag.objects.filter(slug__in=counts)
    return by_count(Counted(tag.slug, tag.name, counts[tag.slug]) for tag in tags)


def _report_lines(counts: Mapping[str, int], user: Any) -> list[Counted]:
    reports = Report.objects.filter(slug__in=counts).only("slug", "title")
    return by_count(Counted(one.slug, one.title, counts[one.slug]) for one in reports)


def _country_lines(counts: Mapping[str, int], user: Any) -> list[Counted]:
    countries = Country.objects.filter(code__in=counts)
    return by_count(Counted(one.code, one.label, counts[one.code]) for one in countries)


def by_count(lines: Iterable[Counted]) -> list[Counted]:
    """Return the lines in the order they are shown: most first, then by label."""
    return sorted(lines, key=lambda line: (-line.count, line.label))


LABELLERS: dict[str, Callable[[Mapping[str, int], Any], list[Counted]]] = {
    "kind": _fixed(Kind, lambda kind: kind.plural_label),
    "status": _fixed(Status, lambda status: str(status.label)),
    "theme": _theme_lines,
    "actor": _actor_lines,
    "tag": _tag_lines,
    "report": _report_lines,
    "country": _country_lines,
}

"""Each parameter of a Filters object but its words as a condition on records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from lessons.models import (
    Citation,
    Country,
    Kind,
    Link,
    Record,
    Report,
    Sight,
    Status,
    Tag,
    Theme,
    sight_of,
)

from .filters import BadQuery, Filters


def conditions(filters: Filters, user: Any) -> dict[str, Q]:
    """Return the condition of each parameter that is given, by the parameter's name.

    Raises BadQuery for names that nothing bears, and for states that ``user`` may not see.
    """
    _refuse_hidden_states(filters, user)
    made = {name: make(filters) for name, make in CONDITIONS.items() if getattr(filters, name)}
    seen = {name: make(filters, user) for name, make in SEEN.items() if getattr(filters, name)}
    return made | seen


def current(filters: Filters) -> Filters:
    """Return ``filters`` with what was merged or replaced meanwhile under its name of today."""
    changes: dict[str, Any] = {}
    for name, successors in SUCCESSORS.items():
        asked = getattr(filters, name)
        if asked and (moved := dict(successors(asked))):
            changes[name] = tuple(dict.fromkeys(moved.get(value, value) for value in asked))
    return replace(filters, **changes)


def _refuse_hidden_states(filters: Filters, user: Any) -> None:
    if set(filters.status) - {Status.PUBLISHED} and sight_of(user) is not Sight.DESK:
        raise BadQuery(_("status: only published records are open to you."))


def _known(name: str, rows: Iterable[Any], field: str, values: tuple[str, ...]) -> list[Any]:
    """Return the rows, one for each of ``values``; raises BadQuery for one that names none."""
    by_value = {str(getattr(row, field)): row for row in rows}
    for value in values:
        if value not in by_value:
            raise BadQuery(
                _("%(name)s: there is no “%(value)s” here.") % {"name": name, "value": value}
            )
    return [by_value[value] for value in values]


def _in_themes(filters: Filters) -> Q:
    rows = Theme.objects.filter(slug__in=filters.theme)
    themes = _known("theme", rows, "slug", filters.theme)
    with_narrower = Theme.objects.with_narrower(themes)
    return _has(Record.themes.through.objects.filter(theme__in=with_narrower), "record")


def _tagged(filters: Filters) -> Q:
    tags = _known("tag", Tag.objects.filter(slug__in=filters.tag), "slug", filters.tag)
    return _has(Record.tags.through.objects.filter(tag__in=tags), "content_object")


def _linked_to_actors(filters: Filters, user: Any) -> Q:
    codes = filters.actor
    ids = [int(code.partition("-")[2]) for code in codes]
    rows = Record.objects.visible_to(user).filter(pk__in=ids, kind=Kind.ACTOR)
    actors = _known("actor", rows, "code", codes)
    links = Link.objects.readable_by(user)
    return _has(links.filter(target__in=actors), "source") | _has(
        links.filter(source__in=actors), "target"
    )


def _cites_reports(filters: Filters, user: Any) -> Q:
    rows = Report.objects.visible_to(user).filter(slug__in=filters.report)
    reports = _known("report", rows, "slug", filters.report)
    return _has(Citation.objects.filter(passage__report__in=reports), "record")


def _of_countries(filters: Filters) -> Q:
    rows = Country.objects.filter(code__in=filters.country)
    countries = _known("country", rows, "code", filters.country)
    return _has(Record.countries.through.objects.filter(country__in=countries), "record")


def _has(rows: QuerySet[Any], record: str) -> Q:
    return Q(Exists(rows.filter(**{record: OuterRef("pk")})))


def _not_before(filters: Filters) -> Q:
    year = filters.year_from
    return Q(year_to__gte=year) | Q(year_to=None, year_from__gte=year)


def _not_after(filters: Filters) -> Q:
    year = filters.year_to
    return Q(year_from__lte=year) | Q(year_from=None, year_to__lte=year)


def _merged_actors(codes: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    ids = [int(code.partition("-")[2]) for code in codes]
    merged = Record.objects.filter(pk__in=ids, kind=Kind.ACTOR).exclude(merged_into=None)
    pairs = merged.values_list("pk", "merged_into")
    return ((f"{Kind.ACTOR.letter}-{old}", f"{Kind.ACTOR.letter}-{new}") for old, new in pairs)


def _merged_tags(slugs: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    merged = Tag.objects.filter(slug__in=slugs).exclude(merged_into=None)
    return merged.values_list("slug", "merged_into__slug")


def _replaced_themes(slugs: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    replaced = Theme.objects.filter(slug__in=slugs).exclude(replaced_by=None)
    return replaced.values_list("slug", "replaced_by__slug")


SUCCESSORS: Mapping[str, Callable[[tuple[str, ...]], Iterable[tuple[str, str]]]] = {
    "theme": _replaced_themes,
    "tag": _merged_tags,
    "actor": _merged_actors,
}
CONDITIONS: dict[str, Callable[[Filters], Q]] = {
    "kind": lambda filters: Q(kind__in=filters.kind),
    "theme": _in_themes,
    "tag": _tagged,
    "country": _of_countries,
    "year_from": _not_before,
    "year_to": _not_after,
    "phase": lambda filters: Q(phase__in=filters.phase),
    "status": lambda filters: Q(status__in=filters.status),
}
# What depends on how far a person sees.
SEEN: dict[str, Callable[[Filters, Any], Q]] = {
    "actor": _linked_to_actors,
    "report": _cites_reports,
}

"""Counting facets by SQL, one or two queries each: for browsing while there is no index."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from lessons.models import Country, Kind, Link, Phase, Record, Report, Status, Tag, Theme
from lessons.models.records import RecordQuerySet

from .documents import decades
from .facets import Counted, by_count, decade_lines
from .filters import DECADE

Chosen = tuple[str, ...]


def _kinds(records: RecordQuerySet, chosen: Chosen, user: Any) -> Iterable[Counted]:
    counts = dict(records.values_list("kind").annotate(Count("pk")))
    return [Counted(kind, kind.plural_label, counts.get(kind, 0)) for kind in Kind]


def _statuses(records: RecordQuerySet, chosen: Chosen, user: Any) -> Iterable[Counted]:
    counts = dict(records.values_list("status").annotate(Count("pk")))
    return [Counted(status, str(status.label), counts.get(status, 0)) for status in Status]


def _phases(records: RecordQuerySet, chosen: Chosen, user: Any) -> Iterable[Counted]:
    counts = dict(records.values_list("phase").annotate(Count("pk")))
    return [Counted(phase, str(phase.label), counts.get(phase, 0)) for phase in Phase]


def _themes(records: RecordQuerySet, chosen: Chosen, user: Any) -> Iterable[Counted]:
    """Count each theme with its narrower ones and what it replaces, a record once."""
    rows = Record.themes.through.objects.filter(record__in=records)
    borne: dict[int, set[int]] = defaultdict(set)
    stands_for = Coalesce("theme__replaced_by", "theme")
    for theme, record in rows.values_list(stands_for, "record_id"):
        borne[theme].add(record)
    children: dict[int | None, list[Theme]] = defaultdict(list)
    for row in Theme.objects.all():
        children[row.broader_id].append(row)
    return _tree(children, borne, None, 0)[0]


def _tree(
    children: dict[int | None, list[Theme]],
    borne: dict[int, set[int]],
    parent: int | None,
    depth: int,
) -> tuple[list[Counted], set[int]]:
    lines: list[Counted] = []
    records: set[int] = set()
    for theme in children[parent]:
        below, theirs = _tree(children, borne, theme.pk, depth + 1)
        theirs |= borne[theme.pk]
        lines += [Counted(theme.slug, theme.label, len(theirs), depth), *below]
        records |= theirs
    return lines, records


def _tags(records: RecordQuerySet, chosen: Chosen, user: Any) -> Iterable[Counted]:
    tags = Tag.objects.annotate(
        records_here=Count("record_tags", filter=Q(record_tags__content_object__in=records))
    ).filter(Q(records_here__gt=0) | Q(slug__in=chosen))
    return by_count(Counted(tag.slug, tag.name, tag.records_here) for tag in tags)


def _actors(records: RecordQuerySet, chosen: Chosen, user: Any) -> Iterable[Counted]:
    """Count an actor once a record, however many links join the two."""
    ids = records.values("pk")
    links = Link.objects.readable_by(user)
    pairs = set(
        links.filter(source__in=ids, target__kind=Kind.ACTOR).values_list("target", "source")
    ) | set(links.filter(target__in=ids, source__kind=Kind.ACTOR).values_list("source", "target"))
    counts = Counter(actor for actor, _record in pairs)
    actors = Record.objects.visible_to(user).filter(
        pk__in={*counts, *(int(code.partition("-")[2]) for code in chosen)}
    )
    return by_count(Counted(actor.code, actor.title, counts[actor.pk]) for actor in actors)


def _reports(records: RecordQuerySet, chosen: Chosen, user: Any) -> Iterable[Counted]:
    here = Count(
        "passages__citations__record",
        filter=Q(passages__citations__record__in=records),
        distinct=True,
    )
    reports = (
        Report.objects.visible_to(user)
        .annotate(records_here=here)
        .filter(Q(records_here__gt=0) | Q(slug__in=chosen))
    )
    return by_count(Counted(one.slug, one.title, one.records_here) for one in reports)


def _countries(records: RecordQuerySet, chosen: Chosen, user: Any) -> Iterable[Counted]:
    here = Count("records", filter=Q(records__in=records), distinct=True)
    countries = Country.objects.annotate(records_here=here).filter(
        Q(records_here__gt=0) | Q(code__in=chosen)
    )
    return by_count(Counted(one.code, one.label, one.records_here) for one in countries)


def _decades(records: RecordQuerySet, chosen: Chosen, user: Any) -> Iterable[Counted]:
    counts: Counter[str] = Counter(dict.fromkeys(chosen, 0))
    years = records.exclude(year_from=None, year_to=None).values_list("year_from", "year_to")
    for first, last, number in years.annotate(Count("pk")):
        counts.update(dict.fromkeys(decades(first or last, last or first), number))
    return decade_lines(counts)


CountFunction = Callable[[RecordQuerySet, Chosen, Any], Iterable[Counted]]
COUNTERS: dict[str, CountFunction] = {
    "kind": _kinds,
    "theme": _themes,
    "actor": _actors,
    "tag": _tags,
    "report": _reports,
    "country": _countries,
    "phase": _phases,
    DECADE: _decades,
    "status": _statuses,
}

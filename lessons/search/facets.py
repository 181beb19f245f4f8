"""Facets: the values a list can be narrowed by, with the number of records behind each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from lessons.models import Country, Kind, Link, Record, Report, Status, Tag, Theme
from lessons.models.records import RecordQuerySet

from .filters import Filters

Chosen = tuple[str, ...]


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
    """A value as a counter hands it over."""

    value: str
    label: str
    count: int
    depth: int = 0


def facet(name: str, records: RecordQuerySet, filters: Filters) -> Facet:
    """Count parameter ``name`` over ``records``: one query for ids, one for labels."""
    label, count = COUNTERS[name]
    chosen = getattr(filters, name)
    values = [
        FacetValue(
            value=line.value,
            label=line.label,
            count=line.count,
            selected=line.value in chosen,
            query=filters.toggled(name, line.value).query(),
            depth=line.depth,
        )
        for line in count(records, chosen)
        if line.count or line.value in chosen
    ]
    return Facet(name=name, label=str(label), values=values)


def _kinds(records: RecordQuerySet, chosen: Chosen) -> Iterable[Counted]:
    counts = dict(records.values_list("kind").annotate(Count("pk")))
    return [Counted(kind, kind.plural_label, counts.get(kind, 0)) for kind in Kind]


def _statuses(records: RecordQuerySet, chosen: Chosen) -> Iterable[Counted]:
    counts = dict(records.values_list("status").annotate(Count("pk")))
    return [Counted(status, str(status.label), counts.get(status, 0)) for status in Status]


def _themes(records: RecordQuerySet, chosen: Chosen) -> Iterable[Counted]:
    """Count each theme with its narrower ones, a record once however many of them it bears."""
    rows = Record.themes.through.objects.filter(record__in=records)
    borne: dict[int, set[int]] = defaultdict(set)
    for theme, record in rows.values_list("theme_id", "record_id"):
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


def _tags(records: RecordQuerySet, chosen: Chosen) -> Iterable[Counted]:
    tags = Tag.objects.annotate(
        records_here=Count("record_tags", filter=Q(record_tags__content_object__in=records))
    ).filter(Q(records_here__gt=0) | Q(slug__in=chosen))
    return [
        Counted(tag.slug, tag.name, tag.records_here)
        for tag in tags.order_by("-records_here", "name")
    ]


def _actors(records: RecordQuerySet, chosen: Chosen) -> Iterable[Counted]:
    """Count an actor once a record, however many links join the two."""
    ids = records.values("pk")
    pairs = set(
        Link.objects.filter(source__in=ids, target__kind=Kind.ACTOR).values_list("target", "source")
    ) | set(
        Link.objects.filter(target__in=ids, source__kind=Kind.ACTOR).values_list("source", "target")
    )
    counts = Counter(actor for actor, _record in pairs)
    actors = Record.objects.published().filter(
        pk__in={*counts, *(int(code.partition("-")[2]) for code in chosen)}
    )
    lines = [Counted(actor.code, actor.title, counts[actor.pk]) for actor in actors]
    return sorted(lines, key=lambda line: (-line.count, line.label))


def _reports(records: RecordQuerySet, chosen: Chosen) -> Iterable[Counted]:
    here = Count(
        "passages__citations__record",
        filter=Q(passages__citations__record__in=records),
        distinct=True,
    )
    reports = Report.objects.annotate(records_here=here).filter(
        Q(records_here__gt=0) | Q(slug__in=chosen)
    )
    return [Counted(report.slug, report.title, report.records_here) for report in reports]


def _countries(records: RecordQuerySet, chosen: Chosen) -> Iterable[Counted]:
    here = Count("records", filter=Q(records__in=records), distinct=True)
    countries = Country.objects.annotate(records_here=here).filter(
        Q(records_here__gt=0) | Q(code__in=chosen)
    )
    return [Counted(country.code, country.label, country.records_here) for country in countries]


CountFunction = Callable[[RecordQuerySet, Chosen], Iterable[Counted]]
COUNTERS: dict[str, tuple[object, CountFunction]] = {
    "kind": (_("Kind"), _kinds),
    "theme": (_("Theme"), _themes),
    "actor": (_("Actor"), _actors),
    "tag": (_("Tag"), _tags),
    "report": (_("Report"), _reports),
    "country": (_("Country"), _countries),
    "status": (_("Status"), _statuses),
}

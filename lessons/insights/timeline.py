"""When what is spoken of happened, and when it was written of: years, or spans where many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.db.models.functions import Coalesce, ExtractYear

from lessons.models import Citation, Kind, Report
from lessons.models.records import RecordQuerySet
from lessons.search import Filters
from lessons.search.facets import FacetValue

STEPS = (1, 10, 100)  # years that a bar may stand for
MOST = 100  # bars, if need be of more years each
LATEST = 9999  # year that a list can be asked for

Event = tuple[int, int, str]  # the first and the last year, and the kind
Events = Counter[Event]


@dataclass(frozen=True)
class Span:
    """The years ``first`` to ``last``: the records that speak of them by kind, and reports."""

    first: int
    last: int
    query: str = ""
    kinds: Counter[str] = field(default_factory=Counter)
    issued: Counter[int] = field(default_factory=Counter)

    @property
    def label(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"

    @property
    def total(self) -> int:
        return self.kinds.total()

    @property
    def reports(self) -> int:
        return self.issued.total()

    @property
    def cells(self) -> list[tuple[Kind, int]]:
        return [(kind, self.kinds[kind.value]) for kind in Kind]


def events(records: RecordQuerySet) -> Events:
    """Return how many of ``records`` speak of which years, by kind; one query."""
    dated = records.exclude(year_from=None, year_to=None).annotate(
        first=Coalesce("year_from", "year_to"), last=Coalesce("year_to", "year_from")
    )
    rows = dated.values_list("first", "last", "kind").annotate(n=Count("pk"))
    return Counter({(first, last, kind): n for first, last, kind, n in rows})


def issues(records: RecordQuerySet, user: Any) -> Counter[int]:
    """Return how many of the reports that ``records`` cite were issued in which year; one query."""
    cited = Citation.objects.readable_by(user).filter(record__in=records).order_by()
    reports = Report.objects.filter(pk__in=cited.values("passage__report")).exclude(issued=None)
    years = reports.order_by().values_list(ExtractYear("issued"))
    return Counter(dict(years.annotate(n=Count("pk"))))


def spans(told: Events, issued: Counter[int], asked: Filters) -> list[Span]:
    """Return the years from the earliest to the latest, none left out.

    Years that are not asked for count no records, but the reports that were issued in them.
    """
    least, most = asked.year_from or 1, asked.year_to or LATEST
    within = {event: n for event, n in told.items() if event[0] <= most and event[1] >= least}
    years = {min(max(year, least), most) for event in within for year in event[:2]} | set(issued)
    if not years:
        return []
    made = [
        Span(first, last, _listed(max(first, least), min(last, most), asked))
        for first, last in _bounds(min(years), max(years))
    ]
    place = {year: n for n, one in enumerate(made) for year in range(one.first, one.last + 1)}
    for (first, last, kind), n in within.items():
        for number in range(place[max(first, least)], place[min(last, most)] + 1):
            made[number].kinds[kind] += n
    for year, n in issued.items():
        made[place[year]].issued[year] += n
    return made


def _listed(first: int, last: int, asked: Filters) -> str:
    """Return the query that lists the records of these years, if any are asked for."""
    return asked.with_(year_from=first, year_to=last).query() if first <= last else ""


def _bounds(least: int, most: int) -> list[tuple[int, int]]:
    """Cut the years into spans, as short as MOST allows, the outer ones at the ends."""
    step = next((step for step in STEPS if (most - least) // step < MOST), STEPS[-1])
    starts = range(least // step * step, most + 1, step)
    return [(max(start, least), min(start + step - 1, most)) for start in starts]


@dataclass(frozen=True)
class Land:
    """A country: ``count`` records speak of it, ``query`` lists them, ``tenths`` shades it."""

    code: str
    label: str
    count: int
    query: str
    tenths: int


def lands(values: Iterable[FacetValue], asked: Filters) -> list[Land]:
    """Return the countries of a facet, of those chosen in it alone if any are, as tiles."""
    shown = [one for one in values if one.count and (one.selected or not asked.country)]
    most = max((one.count for one in shown), default=1)
    return [
        Land(
            one.value,
            one.label,
            one.count,
            asked.with_(country=(one.value,)).query(),
            -(-10 * one.count // most),
        )
        for one in shown
    ]

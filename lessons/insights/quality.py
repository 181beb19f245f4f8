"""How far the reports are read and cited, how what is published grows, and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, QuerySet, Sum
from django.db.models.functions import Extract, TruncMonth

from lessons.coverage import Coverage
from lessons.models import AnchorState, Citation, PassageReading, Report
from lessons.models.desk import QUALITIES
from lessons.models.records import RecordQuerySet

MOST_MONTHS = 60  # drawn month by month; a longer time is drawn year by year


class Growth(NamedTuple):
    """By ``step`` (day, month or year): its first day, what was counted in it, and by its end."""

    step: str
    rows: list[tuple[date, int, int]]


@dataclass(frozen=True)
class Covered:
    """How far ``report`` is read; how many people marked passages, how many quotations are lost."""

    report: Report
    coverage: Coverage
    readers: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Weakness:
    """How many of ``total`` records lack something; ``name`` is one of QUALITIES."""

    name: str
    count: int
    total: int

    @property
    def label(self) -> str:
        return str(QUALITIES[self.name])

    @property
    def percent(self) -> int:
        return round(100 * self.count / self.total) if self.total else 0


def readings() -> tuple[Any, ...]:
    """Return what differs once somebody marks or unmarks a passage; one query."""
    moment = Extract("at", "epoch")
    told = PassageReading.objects.aggregate(n=Count("pk"), last=Max("pk"), moments=Sum(moment))
    return tuple(told.values())


def covered(
    user: Any, found: Mapping[int, Coverage], *, among: RecordQuerySet | None
) -> list[Covered]:
    """Return the coverage of each report ``user`` may read that ``among`` cite (None: of all).

    ``found`` is the coverage by the report's id. What is left most comes first, what has no text
    here last. One query.
    """
    reports = Report.objects.visible_to(user)
    if among is not None:
        cited = Citation.objects.filter(record__in=among).order_by()
        reports = reports.filter(pk__in=cited.values("passage__report"))
    rows = [Covered(one, found.get(one.pk, Coverage())) for one in reports]
    return sorted(rows, key=lambda one: (not one.coverage.total, -one.coverage.left))


def total(rows: list[Covered]) -> Coverage:
    """Return the coverage of all reports together."""
    every = [one.coverage for one in rows]
    return Coverage(
        cited=sum(one.cited for one in every),
        read=sum(one.read for one in every),
        empty=sum(one.empty for one in every),
        left=sum(one.left for one in every),
    )


def with_readers(rows: list[Covered]) -> list[Covered]:
    """Add how many people marked passages and the lost quotations: for the desk; two queries."""
    ids = [one.report.pk for one in rows]
    current = F("passage__report__text_version")
    readings = PassageReading.objects.filter(passage__text_version=current)
    readers = _by_report(readings, ids, Count("reader", distinct=True))
    citations = Citation.objects.filter(state=AnchorState.LOST, record__merged_into=None)
    lost = _by_report(citations, ids, Count("pk"))
    return [
        replace(one, readers=readers.get(one.report.pk, 0), lost=lost.get(one.report.pk, 0))
        for one in rows
    ]


def _by_report(rows: QuerySet[Any], reports: list[int], counted: Count) -> dict[int, int]:
    of = rows.filter(passage__report__in=reports).order_by().values_list("passage__report")
    return dict(of.annotate(n=counted))


def weaknesses(records: RecordQuerySet) -> list[Weakness]:
    """Return what ``records`` lack, in the order of QUALITIES; a query for each and one more."""
    total = records.count()
    return [Weakness(name, records.lacking(name).count(), total) for name in QUALITIES]


def growth(records: RecordQuerySet) -> Growth:
    """Return how many of ``records`` were published when; one query.

    Months (local time) without any are there; more than MOST_MONTHS are told year by year.
    """
    dated = records.exclude(published_at=None).order_by()
    rows = dated.values_list(TruncMonth("published_at")).annotate(n=Count("pk"))
    return grown({month.date(): n for month, n in rows})


def grown(months: Mapping[date, int]) -> Growth:
    """Return the growth of numbers by ``months``, each named by its first day."""
    places = [12 * month.year + month.month - 1 for month in months] or [0]
    by_year = max(places) - min(places) >= MOST_MONTHS
    if by_year:
        counts = {date(year, 1, 1): 0 for year in range(min(months).year, max(months).year + 1)}
    else:
        span = range(min(places), max(places) + 1) if months else ()
        counts = {date(place // 12, place % 12 + 1, 1): 0 for place in span}
    for month, n in months.items():
        counts[month.replace(month=1) if by_year else month] += n
    return Growth(
        "year" if by_year else "month",
        list(zip(counts, counts.values(), accumulate(counts.values()), strict=True)),
    )

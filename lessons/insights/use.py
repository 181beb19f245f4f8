"""What is looked at and taken along, and what never is: sums of the days (ADR 19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lessons.models import Record, RecordUse, Use
from lessons.models.records import RecordQuerySet

from .quality import Growth, grown

DAYS = 30
USUAL, MONTH, EVER = "year", "month", "ever"
PERIODS: Mapping[str, str | Promise] = {
    MONTH: gettext_lazy("the last 30 days"),
    USUAL: gettext_lazy("the last 12 months"),
    EVER: gettext_lazy("since it is counted"),
}


@dataclass(frozen=True)
class Used:
    """How often each thing was done with a record, and the last day on which one was."""

    record: Record
    counts: Mapping[str, int]
    last: date

    @property
    def cells(self) -> list[int]:
        """The numbers in the order of Use."""
        return [self.counts[what] for what in Use.values]


def since(period: str) -> date:
    """Return the first day of a period, one of PERIODS."""
    today = timezone.localdate()
    if period == MONTH:
        return today - timedelta(days=DAYS - 1)
    return today.replace(year=today.year - 1, day=1) if period == USUAL else date.min


def uses(first: date) -> QuerySet[Any, Any]:
    """Return the counts from the day ``first`` on, each with ``of``: the record, or the one that it
    was merged into."""
    counted = RecordUse.objects.filter(day__gte=first).order_by()
    return counted.annotate(of=Coalesce("record__merged_into", "record"))


def most_used(counted: QuerySet[Any, Any], number: int | None = None) -> list[Used]:
    """Return the first ``number`` of the records (None: all) in the order of use; two queries."""
    sums = {what: Coalesce(Sum("count", filter=Q(what=what)), 0) for what in Use.values}
    rows = counted.values("of").annotate(**sums, all=Sum("count"), last=Max("day"))
    found = list(rows.order_by("-all", "-last", "of")[:number])
    records = Record.objects.in_bulk([row["of"] for row in found])
    return [Used(records[row["of"]], row, row["last"]) for row in found]


def never_used(records: RecordQuerySet, counted: QuerySet[Any, Any], number: int) -> list[Record]:
    """Return those of ``records`` that are not among the ``counted``, longest published first.

    Two queries: the first looks at what an index holds of all records, the second at so many.
    """
    never = records.exclude(pk__in=counted.values("of")).order_by("published_at", "pk")
    ids = list(never.values_list("pk", flat=True)[:number])
    found = Record.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def along_time(counted: QuerySet[Any, Any], period: str) -> Growth:
    """Return how much was used when: day by day for a month, else month by month; one query."""
    if period != MONTH:
        rows = counted.values_list(TruncMonth("day")).annotate(n=Sum("count"))
        return grown(dict(rows))
    rows = counted.values_list(F("day")).annotate(n=Sum("count"))
    return _by_day(dict(rows))


def _by_day(days: Mapping[date, int]) -> Growth:
    first, found, so_far = since(MONTH), [], 0
    for number in range(DAYS):
        day = first + timedelta(days=number)
        so_far += days.get(day, 0)
        found.append((day, days.get(day, 0), so_far))
    return Growth("day", found if so_far else [])


def of_record(record: Record) -> dict[str, int]:
    """Return how often each thing was done with ``record`` in the last 12 months; one query."""
    own = Q(record=record) | Q(record__in=record.merged_from.values("pk"))
    counted = RecordUse.objects.filter(own, day__gte=since(USUAL))
    sums = {what: Coalesce(Sum("count", filter=Q(what=what)), 0) for what in Use.values}
    return counted.aggregate(**sums)

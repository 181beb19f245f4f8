"""How often the same lesson or failure is said, in how many reports and over how many years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from lessons.models import Citation, Kind, Record, Theme, Uptake
from lessons.models.records import RecordQuerySet

KINDS = (Kind.LESSON, Kind.FAILURE)
AGAIN = 2  # reports from which a record recurs


@dataclass(frozen=True)
class Recurrence:
    """In which reports a record is said; ``years`` are those of their issue, each once."""

    record: Record
    reports: int
    years: tuple[int, ...]
    citations: tuple[Citation, ...] = field(default=(), compare=False)

    @property
    def last(self) -> int | None:
        return self.years[-1] if self.years else None

    @property
    def span(self) -> int:
        """The years from the first time to the last; 0 where only one year is known."""
        return self.years[-1] - self.years[0] if self.years else 0


@dataclass(frozen=True)
class Unlearned:
    """How many records of a theme recur, and how many of them nobody says anything came of."""

    theme: Theme
    recurring: int
    unanswered: int

    @property
    def share(self) -> float:
        """The unlearned index: the share of recurring records without a claim of uptake."""
        return self.unanswered / self.recurring

    @property
    def percent(self) -> int:
        return round(100 * self.share)


def recurrences(ids: list[int], user: Any) -> list[Recurrence]:
    """Return how often each of these records is said, in the order of the ids; two queries."""
    records = Record.objects.visible_to(user).in_bulk(ids)
    cited: dict[int, list[Citation]] = {pk: [] for pk in records}
    quotations = Citation.objects.readable_by(user).filter(record__in=records)
    quotations = quotations.select_related("passage__report")
    for citation in quotations.order_by("passage__report__issued", "passage__ordinal", "start"):
        cited[citation.record_id].append(citation)
    return [said(records[pk], cited[pk]) for pk in ids if pk in records]


def said(record: Record, citations: list[Citation]) -> Recurrence:
    """Return how often a record is said, by its citations with their reports."""
    reports = {citation.passage.report_id: citation.passage.report for citation in citations}
    years = {report.issued.year for report in reports.values() if report.issued}
    return Recurrence(record, len(reports), tuple(sorted(years)), tuple(citations))


def histogram(records: RecordQuerySet, user: Any) -> dict[int, int]:
    """Return how many of ``records`` are said in 1, 2, 3… reports; one query."""
    query, params = _reports_of(records, user).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT reports, count(*) FROM ({query}) r GROUP BY 1 ORDER BY 1", params)  # noqa: S608
        return dict(cursor.fetchall())


def recurring(histogram: Mapping[int, int]) -> int:
    """Return how many records are said in several reports."""
    return sum(count for reports, count in histogram.items() if reports >= AGAIN)


def unlearned(records: RecordQuerySet, user: Any) -> list[Unlearned]:
    """Return the unlearned index of each theme with recurring records, the worst first."""
    recurring = Record.objects.filter(pk__in=_recurring(records, user))
    bearing = Record.themes.through.objects.filter(record__in=recurring)
    answered = Exists(Uptake.objects.readable_by(user).filter(record=OuterRef("record")))
    rows = bearing.values("theme").annotate(n=Count("pk"), told=Count("pk", filter=answered))
    counts = {row["theme"]: (row["n"], row["n"] - row["told"]) for row in rows}
    themes = Theme.objects.filter(pk__in=counts)
    found = [Unlearned(theme, *counts[theme.pk]) for theme in themes]
    return sorted(found, key=lambda one: (-one.share, -one.recurring, one.theme.label))


def _reports_of(records: RecordQuerySet, user: Any) -> QuerySet[Any, Any]:
    cited = Citation.objects.readable_by(user).filter(record__in=records).order_by()
    return cited.values("record").annotate(reports=Count("passage__report", distinct=True))


def _recurring(records: RecordQuerySet, user: Any) -> QuerySet[Any, Any]:
    return _reports_of(records, user).filter(reports__gte=AGAIN).values("record")

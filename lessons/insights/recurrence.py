"""How often the same lesson or failure is said, in how many reports and over how many years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Min, QuerySet

from lessons.models import Citation, Kind, Record, Theme, Uptake
from lessons.models.records import RecordQuerySet

from .aggregates import rows_over

KINDS = (Kind.LESSON, Kind.FAILURE)
AGAIN = 2  # reports from which a record recurs
HISTOGRAM = """
    SELECT reports, count(*)
    FROM (SELECT count(*) AS reports FROM {selected} GROUP BY selected.record) AS counted
    GROUP BY reports ORDER BY reports
"""


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
    def ends(self) -> tuple[int, int]:
        """The first and the last of the years; 0 and 0 where none is known."""
        return (self.years[0], self.years[-1]) if self.years else (0, 0)

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
    cited = Citation.objects.readable_by(user).filter(record__in=records).order_by()
    return dict(rows_over(cited.values("record", "passage__report").distinct(), HISTOGRAM))


@dataclass(frozen=True)
class Repeat:
    """How many records are said in ``reports`` reports; ``percent`` of the most frequent case."""

    reports: int
    records: int
    percent: int


def repeats(histogram: Mapping[int, int]) -> list[Repeat]:
    """Return the histogram from once said on, in order."""
    most = max(histogram.values(), default=1)
    return [Repeat(n, count, round(100 * count / most)) for n, count in sorted(histogram.items())]


def recurring(histogram: Mapping[int, int]) -> int:
    """Return how many records are said in several reports."""
    return sum(count for reports, count in histogram.items() if reports >= AGAIN)


def unlearned(records: RecordQuerySet, user: Any) -> list[Unlearned]:
    """Return the unlearned index of each theme with recurring records, the worst first.

    Three queries.
    """
    recurring = _recurring(records, user)
    bearing = Record.themes.through.objects.order_by()
    claims = Uptake.objects.readable_by(user).order_by()
    claimed = bearing.filter(record__in=claims.values("record"))
    said = _by_theme(bearing.filter(record__in=recurring))
    told = _by_theme(claimed.filter(record__in=recurring))
    counts = {theme: (n, n - told.get(theme, 0)) for theme, n in said.items()}
    themes = Theme.objects.filter(pk__in=counts)
    found = [Unlearned(theme, *counts[theme.pk]) for theme in themes]
    return sorted(found, key=lambda one: (-one.share, -one.recurring, one.theme.label))


def _recurring(records: RecordQuerySet, user: Any) -> QuerySet[Any, Any]:
    """Return the ids of what is said in AGAIN or more reports, as a subquery.

    From two reports on, the least and the greatest differ: quicker than counting different ones.
    """
    cited = Citation.objects.readable_by(user).filter(record__in=records).order_by()
    ends = cited.values("record").annotate(
        least=Min("passage__report"), greatest=Max("passage__report")
    )
    return ends.exclude(least=F("greatest")).values("record")


def _by_theme(bearing: QuerySet[Any, Any]) -> dict[int, int]:
    return dict(bearing.values_list("theme").annotate(Count("pk")))

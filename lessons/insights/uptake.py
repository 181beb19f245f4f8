"""What became of what was learned and asked for: claims by addressee, contradictions, silence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min
from django.db.models.functions import ExtractYear
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lessons.models import Citation, Claim, Kind, Link, Predicate, Record, Uptake
from lessons.models.records import RecordQuerySet

from .aggregates import rows_over

KINDS = (Kind.RECOMMENDATION, Kind.LESSON)
CONTRADICTED, UNANSWERED = "contradicted", "unanswered"
AGAINST = ({Claim.ACCEPTED, Claim.REJECTED}, {Claim.IMPLEMENTED, Claim.NOT_IMPLEMENTED})
LONG = ("statement", "discussion")  # not shown where many records are listed
LONGEST = """
    SELECT record, "first", count(*) OVER () FROM {selected}
    ORDER BY "first", record OFFSET %s LIMIT %s
"""
OUTCOMES: dict[str, str | Promise] = {
    **{claim.value: claim.label for claim in Claim},
    CONTRADICTED: gettext_lazy("contradicted"),
    UNANSWERED: gettext_lazy("no claim"),
}


@dataclass(frozen=True)
class Answers:
    """Of what an actor was asked, how much had which outcome; ``actor`` is None for nobody."""

    actor: Record | None
    counts: Counter[str]

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def cells(self) -> list[tuple[str, int, int]]:
        """Each outcome, its count, and how much of the whole that is in tenths."""
        return [
            (name, self.counts[name], round(10 * self.counts[name] / self.total))
            for name in OUTCOMES
        ]


@dataclass(frozen=True)
class Claimed:
    """How many claims speak of a year, by what they claim."""

    year: int
    counts: Counter[str]

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def cells(self) -> list[int]:
        return [self.counts[claim] for claim in Claim.values]


@dataclass(frozen=True)
class Unanswered:
    """A record that nobody has claimed anything of, and when a report first said it."""

    record: Record
    first: date

    @property
    def years(self) -> int:
        """The whole years gone by since."""
        today = date.today()  # noqa: DTZ011  (years are counted, not hours)
        before_the_day = (today.month, today.day) < (self.first.month, self.first.day)
        return today.year - self.first.year - before_the_day


def outcome(claims: Iterable[str]) -> str:
    """Return what became of a record, of whose ``claims`` the latest stands last.

    Claims that exclude one another make it contradicted, whichever is the later.
    """
    told = list(claims)
    if any(pair <= set(told) for pair in AGAINST):
        return CONTRADICTED
    return told[-1] if told else UNANSWERED


def outcomes(records: RecordQuerySet, user: Any) -> dict[int, str]:
    """Return the outcome of each record that anything is claimed of, by its id; one query."""
    claims: dict[int, list[str]] = defaultdict(list)
    claimed = Uptake.objects.readable_by(user).filter(record__in=records)
    rows = claimed.order_by("date", "pk")
    for record, claim in rows.values_list("record_id", "claim"):
        claims[record].append(claim)
    return {record: outcome(told) for record, told in claims.items()}


def by_addressee(records: RecordQuerySet, user: Any) -> list[Answers]:
    """Return the outcomes of what each actor was asked, most asked first; five queries.

    What is addressed to several actors counts for each, what is addressed to none under None.
    """
    visible = Record.objects.visible_to(user)
    became = outcomes(records, user)
    counts: dict[int | None, Counter[str]] = defaultdict(Counter)
    links = Link.objects.readable_by(user).filter(predicate=Predicate.ADDRESSED_TO)
    asked = links.filter(source__in=records, target__in=visible).order_by()
    for actor, number in asked.values_list("target").annotate(Count("pk")):
        counts[actor][UNANSWERED] = number
    answered = set()
    for record, actor in asked.filter(source__in=list(became)).values_list("source", "target"):
        answered.add(record)
        counts[actor].update({became[record]: 1, UNANSWERED: -1})
    to_nobody = Counter(end for record, end in became.items() if record not in answered)
    silent = records.exclude(pk__in=asked.values("source")).count()
    to_nobody[UNANSWERED] = silent - to_nobody.total()
    if to_nobody.total():
        counts[None] = to_nobody
    actors = visible.only("kind", "title", "language").in_bulk([pk for pk in counts if pk])
    found = [Answers(actors.get(pk) if pk else None, one) for pk, one in counts.items()]
    return sorted(found, key=lambda one: (one.actor is None, -one.total, str(one.actor)))


def by_year(records: RecordQuerySet, user: Any) -> list[Claimed]:
    """Return the claims of ``records`` by year, from the first to the last; one query."""
    claims = Uptake.objects.readable_by(user).filter(record__in=records).order_by()
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    rows = claims.values_list(ExtractYear("date"), "claim").annotate(Count("pk"))
    for year, claim, number in rows:
        counts[year][claim] = number
    years = range(min(counts), max(counts) + 1) if counts else ()
    return [Claimed(year, counts[year]) for year in years]


def latest(records: RecordQuerySet, user: Any, number: int) -> list[int]:
    """Return the ids of so many claims of ``records``, the latest first; one query."""
    claims = Uptake.objects.readable_by(user).filter(record__in=records)
    claims = claims.order_by("-date", "-pk")
    return list(claims.values_list("pk", flat=True)[:number])


def contradicted(records: RecordQuerySet, user: Any) -> list[int]:
    """Return the ids of records of which somebody claims what somebody else denies; one query."""
    return [pk for pk, end in outcomes(records, user).items() if end == CONTRADICTED]


def unanswered(
    records: RecordQuerySet, user: Any, start: int, stop: int | None, after: int = 0
) -> tuple[list[Unanswered], int]:
    """Return a part of the records without any claim, the longest known first; and all there are.

    Only those that stand in a dated report, the first issued ``after`` or more whole years ago;
    two queries.
    """
    readable = Citation.objects.readable_by(user)
    dated = readable.filter(record__in=records, passage__report__issued__isnull=False)
    claims = Uptake.objects.readable_by(user).order_by()
    silent = dated.exclude(record__in=claims.values("record")).order_by()
    known = silent.values("record").annotate(first=Min("passage__report__issued"))
    if after:
        known = known.filter(first__lte=_years_ago(after))
    rows = rows_over(known, LONGEST, start, None if stop is None else stop - start)
    if start and not rows:
        return [], unanswered(records, user, 0, 1, after)[1]
    found = Record.objects.defer(*LONG).in_bulk([pk for pk, _first, _number in rows])
    return [Unanswered(found[pk], first) for pk, first, _n in rows], rows[0][2] if rows else 0


def _years_ago(years: int) -> date:
    """Return the day so many years ago, for a leap day the one before."""
    today = date.today()  # noqa: DTZ011  (years are counted, not hours)
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return date(max(1, today.year - years), today.month, day)

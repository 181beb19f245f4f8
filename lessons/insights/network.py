"""The chain of many records at once: who failed → what went wrong → learned → asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from lessons.chain import ONWARD, STAGES
from lessons.models import AssertedBy, Kind, Link, Record
from lessons.models.records import RecordQuerySet

from .aggregates import rows_over
from .uptake import outcomes

LARGEST = 240  # records drawn; beyond that nobody finds a way through the lines
DEGREES = """
    SELECT record, count(*), count(*) OVER () FROM {selected}
    CROSS JOIN LATERAL (VALUES (source), (target)) AS ends (record)
    GROUP BY record ORDER BY count(*) DESC, record LIMIT %s
"""
LINES = 8  # for which a record brings others into the drawing; a star of a hundred says nothing
LOOKED_AT = 3 * LARGEST  # among these many of the most linked the best linked pairs are found
NEAR, FARTHEST = 2, 3  # links that a focus shows on either side, unless asked otherwise


@dataclass(frozen=True)
class Edge:
    """A link as the chain reads it, from an earlier stage to a later one."""

    before: int
    after: int
    link: Link

    @property
    def stated(self) -> bool:
        """Whether the source itself says so."""
        return self.link.asserted_by == AssertedBy.SOURCE


@dataclass(frozen=True)
class Network:
    """Records by id and the edges between them; ``left_out`` were too many to draw.

    ``became`` is the outcome (see `uptake`) of those that anything is claimed of.
    """

    records: dict[int, Record]
    edges: list[Edge]
    left_out: int = 0
    focus: int | None = None
    by_stage: dict[Kind, list[int]] = field(default_factory=dict)
    became: dict[int, str] = field(default_factory=dict)

    def onward(self, record: int) -> list[Edge]:
        """Return the edges that lead from a record to the next stages."""
        return [edge for edge in self.edges if edge.before == record]

    @property
    def beginnings(self) -> list[int]:
        """The records that nothing leads to, earliest stage first."""
        reached = {edge.after for edge in self.edges}
        return [pk for kind in STAGES for pk in self.by_stage[kind] if pk not in reached]


def among(drawn: set[int], user: Any, left_out: int = 0) -> Network:
    """Return the records with these ids and the links between them; two queries."""
    return _of(drawn, _edges(Q(source__in=drawn, target__in=drawn), user), user, left_out=left_out)


def most_linked(records: RecordQuerySet | None, user: Any) -> tuple[set[int], int]:
    """Return the ids of up to LARGEST of ``records`` (None: all) and of their neighbours.

    Pairs are taken whole, those first of which both ends are much linked, so that nothing is drawn
    without a line; at most LINES for each record. And how many linked records there are beyond
    them; three queries.
    """
    links = Link.objects.visible_to(user).filter(predicate__in=ONWARD).order_by()
    if records is not None:
        links = links.filter(Q(source__in=records) | Q(target__in=records))
    ends = links.values_list("source", "target")
    rows = rows_over(links.values("source", "target"), DEGREES, LOOKED_AT)
    if not rows:
        return set(), 0
    degrees = {pk: degree for pk, degree, _number in rows}
    much = list(degrees)
    pairs = [
        *ends.filter(source__in=much, target__in=much),
        *ends.filter(Q(source__in=much[:LARGEST]) | Q(target__in=much[:LARGEST]))[:LARGEST],
    ]
    drawn = _taken(pairs, degrees)
    return drawn, rows[0][2] - len(drawn)


def _taken(pairs: Iterable[tuple[int, int]], degrees: Mapping[int, int]) -> set[int]:
    drawn: Counter[int] = Counter()
    for pair in sorted(pairs, key=lambda pair: (-min(degrees.get(pk, 0) for pk in pair), pair)):
        if max(drawn[pk] for pk in pair) < LINES and len(drawn.keys() | {*pair}) <= LARGEST:
            drawn.update(pair)
    return set(drawn)


def around(focus: Record, user: Any, steps: int = NEAR) -> Network:
    """Return ``focus`` with what stands up to ``steps`` links from it on either side."""
    found: dict[int, Edge] = {}
    reached = {focus.pk}
    for forth in (True, False):
        frontier = {focus.pk}
        for _step in range(steps):
            edges = _leading(frontier, forth, user)
            found |= {edge.link.pk: edge for edge in edges}
            frontier = {edge.after if forth else edge.before for edge in edges} - reached
            reached |= frontier
    return _of(reached, list(found.values()), user, focus=focus.pk)


def _leading(frontier: Iterable[int], forth: bool, user: Any) -> list[Edge]:
    earlier = [predicate for predicate, onward in ONWARD.items() if onward == forth]
    later = [predicate for predicate, onward in ONWARD.items() if onward != forth]
    return _edges(
        Q(predicate__in=earlier, source__in=frontier) | Q(predicate__in=later, target__in=frontier),
        user,
    )


def _edges(condition: Q, user: Any) -> list[Edge]:
    links = Link.objects.visible_to(user).filter(condition, predicate__in=ONWARD)
    return [
        Edge(*ends, link)
        for link in links.select_related("citation__passage__report")
        for ends in [_ends(link)]
    ]


def _ends(link: Link) -> tuple[int, int]:
    ends = (link.source_id, link.target_id)
    return ends if ONWARD[link.predicate] else ends[::-1]  # type: ignore[index]


def _of(
    pks: set[int], edges: list[Edge], user: Any, left_out: int = 0, focus: int | None = None
) -> Network:
    records = Record.objects.visible_to(user).in_bulk(pks)
    kept = [edge for edge in edges if edge.before in records and edge.after in records]
    by_stage = {
        kind: sorted(pk for pk, record in records.items() if record.kind == kind) for kind in STAGES
    }
    became = outcomes(Record.objects.filter(pk__in=records), user)
    return Network(records, kept, left_out, focus, by_stage, became)

"""The chain around a record: who failed → what went wrong → what was learned → what was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from .models import AssertedBy, Kind, Link, Predicate, Record

# Each predicate that makes the chain, and whether its source stands before its target in it.
ONWARD = {
    Predicate.RESPONSIBLE_FOR: True,
    Predicate.FAILED_IN: True,
    Predicate.AFFECTED_BY: True,
    Predicate.WARNED_OF: True,
    Predicate.DRAWN_FROM: False,
    Predicate.ADDRESSES: False,
}
STAGES = (Kind.ACTOR, Kind.FAILURE, Kind.LESSON, Kind.RECOMMENDATION)


@dataclass
class Step:
    """A record in the chain and the links that brought it there."""

    record: Record
    links: list[Link] = field(default_factory=list)

    @property
    def stated(self) -> bool:
        """Whether the source itself says so in at least one of the links."""
        return any(link.asserted_by == AssertedBy.SOURCE for link in self.links)


def chain(record: Record, user: Any) -> dict[Kind, list[Step]]:
    """Return the steps before and after ``record`` by stage; at most three queries each way.

    The walk never turns round: another lesson of the same failure is not part of a lesson's chain.
    """
    steps = {record.pk: Step(record)}
    for onward in (True, False):
        _walk(record, user, onward, steps)
    stages: dict[Kind, list[Step]] = {kind: [] for kind in STAGES}
    for step in steps.values():
        stages[Kind(step.record.kind)].append(step)
    return stages


def _walk(record: Record, user: Any, onward: bool, steps: dict[int, Step]) -> None:
    frontier: Iterable[int] = [record.pk]
    remaining = _stages_left(record, onward)
    while frontier and remaining:
        remaining -= 1
        known = set(steps)
        for link, other in _next(frontier, user, onward):
            steps.setdefault(other.pk, Step(other)).links.append(link)
        frontier = set(steps) - known


def _stages_left(record: Record, onward: bool) -> int:
    position = STAGES.index(Kind(record.kind))
    return len(STAGES) - 1 - position if onward else position


def _next(frontier: Iterable[int], user: Any, onward: bool) -> list[tuple[Link, Record]]:
    """Return the links leading one stage on (or back) from ``frontier``, each with its far end."""
    from_source = [predicate for predicate, forth in ONWARD.items() if forth == onward]
    from_target = [predicate for predicate, forth in ONWARD.items() if forth != onward]
    links = Link.objects.visible_to(user).filter(
        Q(predicate__in=from_source, source__in=frontier)
        | Q(predicate__in=from_target, target__in=frontier)
    )
    return [
        (link, link.target if link.predicate in from_source else link.source)
        for link in links.select_related("source", "target", "citation__passage__report")
    ]

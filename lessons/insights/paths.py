"""The same network as nested lists: what leads on from each beginning, each record told once."""

from __future__ import annotations

from dataclasses import dataclass, field

from lessons.models import Record

from .diagram import says
from .network import Edge, Network


@dataclass(frozen=True)
class Path:
    """A record, how one came to it, and what it leads on to; ``again`` if that is told above."""

    record: Record
    edge: Edge | None = None
    says: str = ""
    again: bool = False
    onward: list[Path] = field(default_factory=list)


def paths(network: Network) -> list[Path]:
    """Return a path for each record that nothing leads to; what leads on is told the first time."""
    told: set[int] = set()
    return [_path(network, pk, None, told) for pk in network.beginnings]


def _path(network: Network, pk: int, edge: Edge | None, told: set[int]) -> Path:
    record, words = network.records[pk], says(edge) if edge else ""
    onward = network.onward(pk)
    if pk in told and onward:
        return Path(record, edge, words, again=True)
    told.add(pk)
    return Path(
        record, edge, words, onward=[_path(network, one.after, one, told) for one in onward]
    )

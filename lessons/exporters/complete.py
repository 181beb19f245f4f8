"""Records with everything that hangs on them, a batch at a time, for what is no table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Prefetch

from lessons.models import Citation, Link, Record, Uptake
from lessons.search.rows import in_order

from .rows import batches

BATCH = 500


def complete(ids: Iterable[int], user: Any) -> Iterator[Record]:
    """Yield the records that ``user`` may see in the order of ``ids``; ten queries a batch."""
    seen = Link.objects.visible_to(user)
    cited = Citation.objects.readable_by(user).select_related("passage__report")
    claims = Uptake.objects.readable_by(user).select_related("citation__passage__report")
    everything = Record.objects.visible_to(user).prefetch_related(
        "themes",
        "tags",
        "countries",
        Prefetch("citations", cited),
        Prefetch("links_out", seen.select_related("target")),
        Prefetch("links_in", seen.select_related("source")),
        Prefetch("uptake", claims),
    )
    for batch in batches(ids, BATCH):
        yield from in_order(everything, batch)

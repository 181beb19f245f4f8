"""Reading the outbox: what has changed since an index last looked, and what may still appear.

Rows are numbered when they are written and seen when their transaction commits, so a row may appear
below others that were read before it. Whoever writes a row holds a lock on the table from before
the row has its number until its transaction has ended; that tells which numbers are still to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from lessons.models import SearchOutbox


class Row(NamedTuple):
    """One change: the id of a record or of a passage, and when (microseconds since 1970)."""

    id: int
    record: int | None
    passage: int | None
    at: int


class Hole(NamedTuple):
    """Numbers that were not seen though higher ones were, and the transactions in flight then.

    One of those may still commit a row with such a number; if none does, it was rolled back.
    """

    first: int
    last: int
    writers: tuple[str, ...] = ()


class Position(NamedTuple):
    """How far an index has read: every row up to ``row`` (written ``at``) except for ``holes``."""

    row: int
    at: int
    holes: tuple[Hole, ...] = ()

    def includes(self, rows: Iterable[int]) -> bool:
        """Whether all these rows have been read."""
        return not any(
            pk > self.row or any(hole.first <= pk <= hole.last for hole in self.holes)
            for pk in rows
        )


class Changes(NamedTuple):
    """The rows an index has not read, and its position once it has.

    With ``more`` these are only the first of them.
    """

    rows: list[Row]
    position: Position
    more: bool


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEP = 20_000  # rows read together
READ = """
    (SELECT id, record, passage, (extract(epoch FROM at) * 1000000)::bigint
     FROM lessons_searchoutbox WHERE id >= %s ORDER BY id LIMIT %s)
"""
READ_HOLES = """
    UNION ALL
    SELECT id, record, passage, (extract(epoch FROM at) * 1000000)::bigint
    FROM unnest(%s::bigint[], %s::bigint[]) AS hole (first, last)
    JOIN lessons_searchoutbox ON id BETWEEN hole.first AND hole.last
"""
GAPS = """
    SELECT before + 1, id - 1
    FROM (SELECT id, lag(id, 1, 0::bigint) OVER (ORDER BY id) AS before
          FROM lessons_searchoutbox WHERE id <= %s) AS kept
    WHERE id > before + 1
"""
WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE relation = 'lessons_searchoutbox'::regclass AND mode = 'RowExclusiveLock' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pid IS DISTINCT FROM pg_backend_pid()
"""


def changes_since(position: Position) -> Changes | None:
    """Return what an index at ``position`` has not read.

    None if the row it read last is gone, or another has its number: the outbox was pruned beyond
    it, or the database is another one or as it was on an earlier day.
    """
    # Before the rows are read: whoever has ended by now has nothing more to show than they hold.
    in_flight = set(_writers()) if position.holes else set()
    rows = _read(position)
    last = next((row for row in rows if row.id == position.row), None)
    if last is None or last.at != position.at:
        return None
    fresh = [row for row in rows if row.id != position.row]
    after = _after(position, fresh, in_flight)
    return Changes(rows=fresh, position=after, more=len(rows) >= STEP)


def start() -> Position:
    """Return the position of an index that is built from what the database holds after this.

    Whoever has ended by now is in what it will hold; there are holes only if others are in flight.
    """
    last = _last()
    if last is None:
        SearchOutbox.objects.create()
        last = _last()
    if last is None:
        raise RuntimeError("the outbox was emptied while an index was being built")
    with connection.cursor() as cursor:
        cursor.execute(GAPS, [last.row])
        gaps = cursor.fetchall()
    return last._replace(holes=tuple(hole for hole in _holes(gaps) if hole.writers))


def behind(position: Position) -> int | None:
    """Return how many rows an index at ``position`` has not read; None if it must be built anew."""
    held = SearchOutbox.objects.filter(pk=position.row).values_list("at", flat=True).first()
    if held is None or _microseconds(held) != position.at:
        return None
    return SearchOutbox.objects.filter(pk__gt=position.row).count()


def own_writes_pending() -> bool:
    """Whether this connection sees what others do not, or not what they do.

    That is inside a transaction that has written and may yet roll back, and in one that goes on
    seeing the database as it was when it began. Nothing of it may get into an index others read.
    """
    if settings.SEARCH_SEES_UNCOMMITTED:
        return False
    if not connection.in_atomic_block and connection.get_autocommit():
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"
            " OR current_setting('transaction_isolation') <> 'read committed'"
        )
        (pending,) = cursor.fetchone()
    return bool(pending)


@transaction.atomic
def prune(keep: int, older_than: timedelta = timedelta(hours=1)) -> int:
    """Forget all but the newest ``keep`` rows (at least one) and those of the last hour.

    An index that has not read them is built anew.
    """
    newest = SearchOutbox.objects.order_by("-pk").values_list("pk", flat=True)
    limit = newest[max(keep, 1) - 1 : max(keep, 1)].first()
    if limit is None:
        return 0
    old = SearchOutbox.objects.filter(pk__lt=limit, at__lt=timezone.now() - older_than)
    return old.delete()[0]


def _read(position: Position) -> list[Row]:
    query, values = READ, [position.row, STEP]
    if position.holes:
        query += READ_HOLES
        values += [[hole.first for hole in position.holes], [hole.last for hole in position.holes]]  # type: ignore[list-item]  # numbers and lists of them
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [Row(*row) for row in cursor.fetchall()]


def _last() -> Position | None:
    found = SearchOutbox.objects.order_by("-pk").values_list("pk", "at").first()
    return Position(found[0], _microseconds(found[1])) if found else None


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _writers() -> tuple[str, ...]:
    """Return the transactions of others that have written, or are about to, and have not ended."""
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return tuple(sorted({name for (name,) in cursor.fetchall()}))


def _after(position: Position, fresh: list[Row], in_flight: set[str]) -> Position:
    seen = {row.id for row in fresh}
    waiting = [hole for hole in position.holes if in_flight.intersection(hole.writers)]
    still = [part for hole in waiting for part in _without(hole, seen)]
    newer = [position.row, *sorted(pk for pk in seen if pk > position.row)]
    gaps = [(before + 1, pk - 1) for before, pk in pairwise(newer) if pk > before + 1]
    at = max(fresh, key=lambda row: row.id).at if len(newer) > 1 else position.at
    return Position(newer[-1], at, (*still, *_holes(gaps)))


def _without(hole: Hole, seen: set[int]) -> Iterator[Hole]:
    """Yield what is left of a hole when some of its numbers have been seen."""
    inside = sorted(pk for pk in seen if hole.first <= pk <= hole.last)
    for before, after in pairwise([hole.first - 1, *inside, hole.last + 1]):
        if after > before + 1:
            yield Hole(before + 1, after - 1, hole.writers)


def _holes(gaps: Iterable[tuple[int, int]]) -> tuple[Hole, ...]:
    """Return the gaps as holes; asked for after the rows were read, so that none is missed.

    Even with no writer in flight a hole is read once more: one may have ended in between.
    """
    gaps = list(gaps)
    writers = _writers() if gaps else ()
    return tuple(Hole(first, last, writers) for first, last in gaps)

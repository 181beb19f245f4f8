"""Which of two databases is asked: the primary, or a streaming replica that is new enough.

Only what pages read of lessons may come from the replica, and only for a request that said so
(`reading`): commands, jobs and verbs ask the primary, as does all that tells who somebody is. How
new the replica is, is told by places in the log, never by clocks. A request goes from the
replica to the primary when need be, never back, so it sees no moment after a later one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import Error, connections, transaction
from django.db.utils import DEFAULT_DB_ALIAS

log = logging.getLogger(__name__)

ALIAS = "replica"
AGAIN = 1.0  # seconds between two looks at how new the replica is
DOWN = 10.0  # seconds for which a replica that failed is left alone
# What tells of work in progress, or what an index has read: both are asked for what is so now.
NOW = {"searchoutbox", "job", "upload", "import", "importrow"}
WRITTEN = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
REPLAYED = "SELECT pg_last_wal_replay_lsn() - '0/0'::pg_lsn"

_from_replica: ContextVar[bool] = ContextVar("from_replica", default=False)


def configured() -> bool:
    """Whether there is a replica."""
    return ALIAS in settings.DATABASES


def written() -> int:
    """Return the place in the log (bytes) behind all that has been committed so far."""
    return _asked(DEFAULT_DB_ALIAS, WRITTEN)


def _asked(alias: str, query: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        (place,) = cursor.fetchone()
    if place is None:
        raise Error("This server replays no log: it is no replica.")
    return int(place)


class Standing:
    """How new the replica is, as far as this process knows; asked at most once in AGAIN seconds."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, int]] = []  # when the primary was how far
        self._replayed = -1
        self._next = 0.0

    def is_usable(self, place: int) -> bool:
        """Whether the replica has replayed up to ``place``, and lags no more than it may."""
        now = time.monotonic()
        if now >= self._next:
            self._look(now)
        elif 0 <= self._replayed < place:
            self._replayed = self._ask()
        earliest = now - settings.REPLICA_LAG
        recent = any(at >= earliest and far <= self._replayed for at, far in self._seen)
        return recent and self._replayed >= place

    def _look(self, now: float) -> None:
        """Note how far both are."""
        self._next = now + AGAIN
        kept = [one for one in self._seen if one[0] >= now - settings.REPLICA_LAG]
        self._replayed = self._ask()
        self._seen = [*kept, (now, written())] if self._replayed >= 0 else kept
        if self._replayed >= 0 and not kept:
            self._replayed = self._ask()  # what the primary had a moment ago is there by now

    def _ask(self) -> int:
        """Return how far the replica is; -1 if it does not say."""
        try:
            return _asked(ALIAS, REPLAYED)
        except Error as error:
            self.failed(error)
            return -1

    def failed(self, error: BaseException) -> None:
        """Leave the replica alone for a while."""
        log.warning("The replica is not asked for %s seconds: %s", round(DOWN), error)
        self._replayed, self._next = -1, time.monotonic() + DOWN
        connections[ALIAS].close()


standing = Standing()


@contextmanager
def reading(place: int = 0) -> Iterator[None]:
    """Let the replica be asked inside, if it has all that was written up to ``place``."""
    token = _from_replica.set(configured() and standing.is_usable(place))
    try:
        yield
    finally:
        _from_replica.reset(token)


@contextmanager
def primary() -> Iterator[None]:
    """Let only the primary be asked inside."""
    token = _from_replica.set(False)
    try:
        yield
    finally:
        _from_replica.reset(token)


def need(place: int) -> None:
    """Go on with the primary unless the replica has all up to ``place``."""
    if _from_replica.get() and not standing.is_usable(place):
        _from_replica.set(False)


def is_asked() -> bool:
    """Whether the replica may be asked now: not in a transaction, which is whole on one side."""
    return _from_replica.get() and not transaction.get_connection().in_atomic_block


class Router:
    """Django's router of queries; tables are the same on both, and changed on the primary alone."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Name the database that is asked for rows of ``model``."""
        meta = model._meta
        lessons = meta.app_label == "lessons" and meta.model_name not in NOW
        return ALIAS if lessons and is_asked() else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Name the primary."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Allow all: rows are the same wherever they were read."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Migrate the primary; the log brings it to the replica."""
        return db == DEFAULT_DB_ALIAS

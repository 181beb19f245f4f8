"""How long reading may take: one clock, which the database and the index are both held to.

The database is told before each query how much time is left, if that has changed by much; the index
cannot be interrupted, so it is asked nothing more once the time is over, and what one question may
cost is bounded where questions are made (matching.py, words.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from django.db import Error, OperationalError, connection

QUERY_CANCELED = "57014"  # PostgreSQL's code
SLACK = 0.1  # seconds that the database may be behind our clock


class TooLong(Exception):
    """Reading was given up because its time was over."""


_ends: ContextVar[float | None] = ContextVar("ends", default=None)  # by time.monotonic()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let what is read inside take ``seconds`` in all (0: no limit), and no more than is left.

    Raises TooLong when they are over.
    """
    outer = _ends.get()
    own = time.monotonic() + seconds if seconds else None
    token = _ends.set(min((end for end in (outer, own) if end is not None), default=None))
    try:
        with _kept():
            yield
    finally:
        _ends.reset(token)


@contextmanager
def unlimited() -> Iterator[None]:
    """Stop the clock: for exports, and for bringing the index up to date, which others wait for."""
    outer, began = _ends.get(), time.monotonic()
    _ends.set(None)
    try:
        yield
    finally:
        _ends.set(outer and outer + time.monotonic() - began)


def check() -> None:
    """Raise TooLong if the time is over."""
    _left(_ends.get())


def _left(ends: float | None) -> float | None:
    if ends is None:
        return None
    left = ends - time.monotonic()
    if left <= 0:
        raise TooLong
    return left


@contextmanager
def _kept() -> Iterator[None]:
    """Hold the database to the clock, once however deep the limits are nested."""
    if any(isinstance(wrapper, _Keeper) for wrapper in connection.execute_wrappers):
        yield
        return
    keeper = _Keeper()
    try:
        with connection.execute_wrapper(keeper):
            yield
    finally:
        keeper.let_go()


class _Keeper:
    """Tells the database how much time is left, before a query and if it does not know."""

    def __init__(self) -> None:
        self.granted: float | None = None

    def __call__(self, execute: Callable[..., Any], *query: Any) -> Any:
        left = _left(_ends.get())
        self._grant(left)
        try:
            return execute(*query)
        except OperationalError as error:
            if left is None or getattr(error.__cause__, "pgcode", "") != QUERY_CANCELED:
                raise
            raise TooLong from error

    def _grant(self, left: float | None) -> None:
        if left is None or self.granted is None:
            same = left == self.granted
        else:
            same = abs(left - self.granted) < SLACK
        if not same:
            _set_timeout(left)
            self.granted = left

    def let_go(self) -> None:
        """Leave the connection as it was: others read without a limit."""
        if self.granted is not None and connection.connection is not None:
            with suppress(Error):  # a broken connection is not used again
                _set_timeout(None)


def _set_timeout(seconds: float | None) -> None:
    # The driver's own cursor: this is no query of the page.
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        if seconds is None:
            cursor.execute("SET statement_timeout TO DEFAULT")
        else:
            cursor.execute("SET statement_timeout = %s", [max(1, round(seconds * 1000))])

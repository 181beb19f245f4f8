"""How long reading may take: one clock, which the database and the index are both held to.

The database is told with each query how much time is left, for that query alone: behind a pooler
the next one may go over another connection. The index cannot be interrupted, so it is asked nothing
more once the time is over, and what one question may cost is bounded where questions are made
(matching.py, words.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import OperationalError, connections

QUERY_CANCELED = "57014"  # PostgreSQL's code


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
    """Hold each database to the clock, once however deep the limits are nested."""
    with ExitStack() as stack:
        for one in connections.all():
            if _limited not in one.execute_wrappers:
                stack.enter_context(one.execute_wrapper(_limited))
        yield


def _limited(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Run a query with the time that is left; raises TooLong if that is not enough."""
    left = _left(_ends.get())
    # Two statements sent as one are one transaction, which is how long SET LOCAL holds; within a
    # longer one it would hold for what comes after it too.
    whole = not context["cursor"].cursor.name  # what a cursor of the server's fetches is no page
    if whole and (left is not None or context["connection"].in_atomic_block):
        sql = f"SET LOCAL statement_timeout = {_milliseconds(left)}; {sql}"
    try:
        return execute(sql, params, many, context)
    except OperationalError as error:
        if left is None or getattr(error.__cause__, "pgcode", "") != QUERY_CANCELED:
            raise
        raise TooLong from error


def _milliseconds(left: float | None) -> str:
    return "DEFAULT" if left is None else str(max(1, round(left * 1000)))

"""Reading ahead: the next batches are read while one is sent, each by a connection of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

AHEAD = 2  # batches read at once, beside the one that is sent

Item = TypeVar("Item")
Read = TypeVar("Read")


def in_turn(read: Callable[[Item], Read], items: Iterable[Item]) -> Iterator[Read]:
    """Yield ``read(item)`` for each item, in their order.

    The first is read here, so that a short answer takes no other connection, and begins at once.
    Within a transaction all are: no other connection sees what it wrote. ``read`` runs in threads,
    which do not know the language of the request.
    """
    each = iter(items)
    for item in each:
        yield read(item)
        if not connection.in_atomic_block:
            break
    else:
        return
    opened: set[BaseDatabaseWrapper] = set()

    def by_itself(item: Item) -> Read:
        own = connections[DEFAULT_DB_ALIAS]  # the thread's
        if own not in opened:
            opened.add(own)
            own.inc_thread_sharing()  # it is closed below
        return read(item)

    try:
        with ThreadPoolExecutor(AHEAD) as readers:
            begun: deque[Future[Read]] = deque()
            for item in each:
                begun.append(readers.submit(by_itself, item))
                if len(begun) > AHEAD:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
    finally:
        for own in opened:
            own.close()

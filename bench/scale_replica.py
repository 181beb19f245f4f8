"""What `make scale` looks at of a replica: new, standing still, too far behind, gone, and back."""
# ruff: noqa: PLC0415, PLR2004

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.db import connections
from django.test import Client

from lessons import replica

from .scale import Servers, told, until
from .scale_checks import ask, caught_up, find, write

PAGES = ("/", "/records/", "/records/?q=listen", "/reports/", "/insights/matrix/")
LAG = 2.0  # seconds, for the check of a replica that is too far behind


def run(servers: Servers, analyst: Client, visitor: Client) -> None:
    """Say what holds; SystemExit at the first that does not."""
    told("the replica catches up", caught_up())
    asked_for_pages(visitor)
    while_it_stands_still(servers, analyst, visitor)
    while_it_is_gone(servers, visitor)


def queries(visitor: Client, path: str) -> tuple[int, dict[str, int]]:
    """Return the status of a page and how many queries for it each server answered."""
    asked = {"default": 0, "replica": 0}

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        asked[context["connection"].alias] += "lessons_" in sql and "outbox" not in sql
        return answer

    with ExitStack() as stack:
        for alias in asked:
            stack.enter_context(connections[alias].execute_wrapper(counted))
        status = visitor.get(path).status_code
    return status, asked


def from_replica(visitor: Client, path: str = "/records/") -> bool:
    status, asked = queries(visitor, path)
    return status == 200 and asked["replica"] > 0


def asked_for_pages(visitor: Client) -> None:
    found = [queries(visitor, path) for path in PAGES]
    from_it, other = (sum(asked[one] for _s, asked in found) for one in ("replica", "default"))
    what = f"of what {len(PAGES)} pages ask of lessons, the replica answers {from_it} queries"
    ok = all(status == 200 and asked["replica"] for status, asked in found)
    told(f"{what} and the primary {other}", ok and from_it > other)


def while_it_stands_still(servers: Servers, analyst: Client, visitor: Client) -> None:
    from tests.factories import make_published

    servers.ask(servers.replica, "SELECT pg_wal_replay_pause()")
    own = write(analyst, "My own draft")
    told("who wrote by a form sees it", analyst.get(own.get_absolute_url()).status_code == 200)
    before = ask("replica", "SELECT count(*) FROM lessons_record")
    record = make_published(title="Seen while replay is paused")
    path = record.get_absolute_url()
    held = ask("replica", "SELECT count(*) FROM lessons_record") == before
    told("replay is paused: the replica lacks another record", held)
    told("another reads the replica, which lacks it", visitor.get(path).status_code == 404)
    told("a search by anybody shows it whole", b"Seen while" in find(visitor, "paused"))
    usual, settings.REPLICA_LAG = settings.REPLICA_LAG, LAG
    time.sleep(LAG + 2 * replica.AGAIN)
    told(f"{LAG:.0f} s behind is too far: the primary answers all", is_seen(visitor, path))
    settings.REPLICA_LAG = usual
    servers.ask(servers.replica, "SELECT pg_wal_replay_resume()")
    told("replay goes on: the replica answers again", until(lambda: from_replica(visitor, path)))
    mine = own.get_absolute_url()
    told("and answers who wrote", until(lambda: from_replica(analyst, mine)))


def is_seen(visitor: Client, path: str) -> bool:
    status, asked = queries(visitor, path)
    return status == 200 and asked["replica"] == 0


def while_it_is_gone(servers: Servers, visitor: Client) -> None:
    servers.stop("replica")
    found = {visitor.get(path).status_code for path in PAGES}
    told("a replica that dies costs nobody a page", found == {200})
    servers.listen("replica", servers.replica)
    back = until(lambda: from_replica(visitor), seconds=replica.DOWN + 20)
    told("a replica that is back is asked again", back)

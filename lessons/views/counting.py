"""Which requests count as use: people who look at what is public, not robots, not the desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from lessons import use
from lessons.models import Use

# What robots, scripts and monitors call themselves; nothing of it is kept.
ROBOTS = re.compile(
    r"bot\b|bot[/;_-]|crawl|spider|slurp|headless|preview|monitor|scrap|curl|wget|python|httpx|java/"
    r"|go-http|okhttp|libwww|node|axios|feed|archive",
    re.IGNORECASE,
)
MOST_OF_A_LIST = 200  # records; a longer list taken along says nothing of each


def counted(
    request: HttpRequest, response: HttpResponseBase, record: int, what: Use
) -> HttpResponseBase:
    """Count that ``what`` was done with ``record``, if a person of the public asked; return the
    response, after which what is due is written."""
    if is_use(request):
        use.count([record], what)
        _write_after(response)
    return response


def counted_list(request: HttpRequest, ids: Iterator[int], total: int, what: Use) -> Iterator[int]:
    """Return ``ids``, after counting each record of a list that is not too long."""
    if total > MOST_OF_A_LIST or not is_use(request):
        return ids
    counted_ids = list(ids)
    use.count(counted_ids, what)
    return iter(counted_ids)


def is_use(request: HttpRequest) -> bool:
    """Whether a person outside the desk asks, by a browser that says its name."""
    agent = request.headers.get("User-Agent", "")
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    return (
        request.method == "GET"
        and not ahead
        and bool(agent)
        and not ROBOTS.search(agent)
        and not request.user.has_perm("lessons.view_record")
    )


def _write_after(response: HttpResponseBase) -> None:
    """Write what is due once the answer is sent, so that nobody waits for it."""
    closers: list[Callable[[], Any]] = response._resource_closers  # type: ignore[attr-defined]
    closers.append(lambda: use.tally.write() if use.tally.is_due else None)

"""Ten times as many visitors as there is room for: what they are told, and when it is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.chaos.checking import Findings
from bench.chaos.site import WORKERS, Site
from bench.chaos.visits import Broken, Visitor
from bench.figures import percentile
from bench.servers import memory_of_workers
from config.crowding import AT_WORK

ROOM = WORKERS * AT_WORK  # requests that are worked at together
TIMES = 10
SECONDS = 10.0
GROWTH = 150.0  # megabytes that a worker may hold more than before
SOON = 5.0  # seconds until all are answered again
PATHS = ("/lessons/?q=warning", "/records/?q=lesson&sort=year", "/", "/records.csv?q=mandate")
WAIT = 0.2  # seconds that who was turned away waits, instead of the ten it was asked for
OK, AWAY = 200, 503


@dataclass
class Crowd:
    """What was answered: seconds by status, and what was wrong."""

    took: dict[int, list[float]] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    memory: float = 0.0

    def p95(self, status: int) -> float:
        return percentile(self.took.get(status) or [0.0], 0.95)

    def number(self, status: int) -> int:
        return len(self.took.get(status, ()))


def overload(site: Site, found: Findings) -> Iterator[str]:
    """Yield what was measured; what breaks a promise goes to ``found``."""
    few = crowd(site, ROOM)
    yield f"{ROOM} visitors: {_told(few)}"
    many = crowd(site, ROOM * TIMES)
    yield f"{ROOM * TIMES} visitors: {_told(many)}"
    began = time.monotonic()
    while (after := crowd(site, ROOM, 0.5)).number(AWAY) or not after.number(OK):
        if time.monotonic() - began > 10 * SOON:
            break
    back = time.monotonic() - began
    grown = many.memory - few.memory
    yield f"all answered again after {back:.1f} s; a worker grew by {grown:.0f} MB"
    found.see("overload: answers are pages or 503 with Retry-After",
              not (few.wrong | many.wrong), str(few.wrong | many.wrong))  # fmt: skip
    found.see("overload: memory is bounded", grown < GROWTH, f"{grown:.0f} MB more")
    found.see("overload: over within seconds", back < SOON, f"{back:.1f} s")


def crowd(site: Site, visitors: int, seconds: float = SECONDS) -> Crowd:
    """Let so many people ask one page after the other, all at once."""
    seen, lock, until = Crowd(), threading.Lock(), time.monotonic() + seconds

    def visit(number: int) -> None:
        visitor = Visitor(site.port)
        while time.monotonic() < until:
            number += 1
            began = time.monotonic()
            status, wrong = _ask(visitor, PATHS[number % len(PATHS)])
            with lock:
                seen.took.setdefault(status, []).append(time.monotonic() - began)
                seen.wrong |= wrong
            if status == AWAY:
                time.sleep(WAIT)

    threads = [threading.Thread(target=visit, args=[number]) for number in range(visitors)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen.memory = max([seen.memory, *memory_of_workers(site.master.pid)])
        time.sleep(0.2)
    return seen


def _ask(visitor: Visitor, path: str) -> tuple[int, set[str]]:
    try:
        answer = visitor.get(path)
    except Broken as error:
        return 0, {f"{path}: {error}"}
    if answer.status == AWAY and "Retry-After" not in answer.headers:
        return AWAY, {f"{path}: 503 without Retry-After"}
    return answer.status, set() if answer.status in {OK, AWAY} else {f"{path}: {answer.status}"}


def _told(seen: Crowd) -> str:
    return (
        f"{seen.number(OK)} answered, p95 {seen.p95(OK):.2f} s; "
        f"{seen.number(AWAY)} turned away, p95 {seen.p95(AWAY):.2f} s; "
        f"a worker holds {seen.memory:.0f} MB at most"
    )

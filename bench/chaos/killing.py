"""kill -9, at random moments, of everything that lives in turn."""

from __future__ import annotations

import os
import random
import signal
import statistics
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from bench.chaos.site import Site

LONGEST, PATIENCE = 3.0, 60.0  # seconds between two kills at most; until there is one to kill
KINDS: dict[str, Callable[[Site], list[int]]] = {
    "gunicorn worker": Site.workers,
    "gunicorn master": Site.masters,
    "postmaster": Site.postmasters,
    "database backend": Site.backends,
    "background worker": Site.job_workers,
}


@dataclass
class Killed:
    """How many of each were killed, and the seconds until the site could serve again."""

    kinds: Counter[str] = field(default_factory=Counter)
    back: list[float] = field(default_factory=list)
    missing: Counter[str] = field(default_factory=Counter)  # there was none to kill

    def __str__(self) -> str:
        kinds = ", ".join(f"{number} × {kind}" for kind, number in sorted(self.kinds.items()))
        if not self.back:
            return kinds
        median, longest = statistics.median(self.back), max(self.back)
        return f"{kinds}; back after {median:.1f} s (median), {longest:.1f} s at most"


def kill(site: Site, number: int, seed: int) -> Killed:
    """Kill ``number`` processes, all kinds alike, some while others are still recovering."""
    chance, killed = random.Random(seed), Killed()  # noqa: S311
    kinds = [list(KINDS)[place % len(KINDS)] for place in range(number)]
    chance.shuffle(kinds)
    for kind in kinds:
        died = _kill_one(KINDS[kind], site, chance)
        (killed.kinds if died else killed.missing)[kind] += 1
        if chance.random() < 2 / 3:
            killed.back.append(site.wait())
        time.sleep(chance.uniform(0, LONGEST))
    return killed


def _kill_one(living: Callable[[Site], list[int]], site: Site, chance: random.Random) -> bool:
    """Kill one as soon as there is one; False if there is none for PATIENCE seconds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if pids := living(site):
            with suppress(ProcessLookupError):
                os.kill(chance.choice(pids), signal.SIGKILL)
                return True
        time.sleep(0.05)
    return False

"""Figures: medians, percentiles, and goals that hold or do not."""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Goal:
    """A measured figure beside its limit: at most (``most``) or at least (``least``) so much."""

    number: int
    what: str
    measured: float
    unit: str
    most: float = math.inf
    least: float = 0.0

    @property
    def holds(self) -> bool:
        return self.least <= self.measured <= self.most

    def __str__(self) -> str:
        limit = f"≤ {self.most:g}" if self.most < math.inf else f"≥ {self.least:g}"
        verdict = "holds" if self.holds else f"MISSED by {self._missed_by:.1f} ×"
        return f"({self.number}) {self.what}: {self.measured:.4g} {self.unit} ({limit}) {verdict}"

    @property
    def _missed_by(self) -> float:
        if self.measured > self.most:
            return self.measured / self.most
        return self.least / max(self.measured, 1e-9)


class Report:
    """What is said while measuring, and all of it as JSON at the end."""

    def __init__(self) -> None:
        self.goals: list[Goal] = []
        self.notes: list[str] = []

    def say(self, text: str) -> None:
        """Print a line at once and keep it."""
        self.notes.append(text)
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def goal(self, *args: object, **limits: float) -> None:
        """Print and keep a goal; arguments as Goal takes them."""
        found = Goal(*args, **limits)  # type: ignore[arg-type]
        self.goals.append(found)
        self.say(f"  {found}")

    def write(self, path: Path) -> None:
        """Write everything that was said and measured."""
        held = {
            "date": time.strftime("%Y-%m-%d %H:%M"),
            "goals": [{**asdict(goal), "holds": goal.holds} for goal in self.goals],
            "notes": self.notes,
        }
        path.write_text(json.dumps(held, indent=1, default=str), "utf-8")


def elapsed(work: Callable[[], object]) -> float:
    """Return how many milliseconds ``work`` takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def median_of(work: Callable[[], object], times: int = 15) -> float:
    """Return the median of milliseconds, after one run that is not counted."""
    work()
    return statistics.median(elapsed(work) for _run in range(times))


def paired(one: Callable[[], object], other: Callable[[], object], times: int = 15) -> float:
    """Return the median of ``one``'s time over ``other``'s, measured in turn."""
    one(), other()
    return statistics.median(elapsed(one) / max(elapsed(other), 1e-6) for _run in range(times))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * share) - 1)]

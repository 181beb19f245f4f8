"""Goal 10: every page under /insights/, as the first who asks after a write sees it, and again."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import Role, User
from bench.figures import Report
from lessons.models import Report as Source
from lessons.models import Theme
from lessons.search.kept import kept_for

LIMIT = 300  # milliseconds
TIMES = 3
PUBLIC = ("chain", "recurrence", "uptake", "matrix", "time", "quality", "compare")
DESK = ("quality", "use", "use/ever")


def measure(report: Report) -> None:
    """Ask for each page with nothing kept, then with everything; wall clock and share of SQL."""
    call_command("collectstatic", interactive=False, verbosity=0)
    desk = User.objects.filter(role=Role.ADMIN).first()
    desk = desk or User.objects.create_superuser("bench-insights", password=None)
    for who, names in ((None, PUBLIC), (desk, DESK)):
        client = Client()
        if who:
            client.force_login(who)
        for name in names:
            for path in _paths(name):
                _measure(report, client, path, "desk" if who else "public")


def _paths(name: str) -> Iterator[str]:
    yield f"/insights/{name}/"
    if name == "compare":
        slugs = list(Source.objects.order_by("pk").values_list("slug", flat=True)[:2])
        yield f"/insights/compare/?report={'&report='.join(slugs)}"
    elif name == "matrix":
        yield "/insights/matrix/?across=phase"
    if theme := Theme.objects.filter(broader=None).first():
        yield f"/insights/{name}/?theme={theme.slug}"


def _measure(report: Report, client: Client, path: str, who: str) -> None:
    def ask() -> None:
        answer = client.get(path, headers={"host": "localhost"})
        assert answer.status_code == 200, (path, answer.status_code)  # noqa: S101, PLR2004

    ask()  # templates and plans
    cold = [_timed(ask, forgetting=True) for _time in range(TIMES)]
    warm = [_timed(ask) for _time in range(TIMES)]
    took, cpu, sql = (statistics.median(column) for column in zip(*cold, strict=True))
    again = statistics.median(row[0] for row in warm)
    parts = f"{cpu:.0f} ms of Python, {sql:.0f} of SQL; with all kept {again:.0f} ms"
    report.goal(10, f"{path} ({who}), nothing kept: {parts}", took, "ms", most=LIMIT)


def _timed(ask: Callable[[], None], *, forgetting: bool = False) -> tuple[float, float, float]:
    """Return milliseconds of the clock, of this process, and of waiting for the database."""
    if forgetting:
        kept_for.cache_clear()
    with _waiting() as waited:
        began, busy = time.perf_counter(), time.process_time()
        ask()
        took, cpu = time.perf_counter() - began, time.process_time() - busy
    return took * 1000, cpu * 1000, sum(waited) * 1000


@contextmanager
def _waiting() -> Iterator[list[float]]:
    waited: list[float] = []

    def wrap(execute: Any, *args: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*args)
        finally:
            waited.append(time.perf_counter() - began)

    with connection.execute_wrapper(wrap):
        yield waited

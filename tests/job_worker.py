"""Handlers to test with, and a worker as a process: ``python -m tests.job_worker DATABASE``."""

import errno
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError

HANDLERS = {
    name: f"tests.job_worker.{name}"
    for name in (
        "count",
        "refuse",
        "stumble",
        "cancel_itself",
        "linger",
        "look",
        "lose_the_database",
        "find_no_room",
    )
}
DATABASE_TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def count(job: Any, progress: Any) -> dict[str, Any]:
    for number in range(job.parameters["to"]):
        progress(number + 1, job.parameters["to"], f"At {number + 1}")
    return {"address": "/lessons/"}


def refuse(job: Any, progress: Any) -> None:
    write()
    raise ValidationError("Line 3 has no title: write one.")


def stumble(job: Any, progress: Any) -> None:
    write()
    raise KeyError("secret")


def lose_the_database(job: Any, progress: Any) -> None:
    write()
    raise OperationalError("server closed the connection unexpectedly")


def find_no_room(job: Any, progress: Any) -> None:
    write()
    raise OSError(errno.ENOSPC, "No space left on device", "/secret")


def cancel_itself(job: Any, progress: Any) -> None:
    """Write, then be cancelled from elsewhere."""
    write()
    progress(1, 2)
    elsewhere(lambda: jobs().cancel(job, by=None))
    for _ in range(500):
        progress(1, 2)
        time.sleep(0.01)


def look(job: Any, progress: Any) -> dict[str, Any]:
    """Say what others see of this job while it runs."""
    progress(1, 3, "One of three")
    time.sleep(2 * jobs().BEAT)
    return elsewhere(lambda: type(job).objects.values("done", "total", "message", "state").get())


def linger(job: Any, progress: Any) -> dict[str, Any]:
    """The first time write, say so and wait to be ended from outside; later do the work."""
    write()
    if not Path(job.parameters["flag"]).exists():
        Path(job.parameters["flag"]).touch()
        signal.pause()
    return {}


def write() -> None:
    from tests.factories import make_theme

    make_theme(slug="written")


def elsewhere(do: Any) -> Any:
    """Do something with another connection, in a thread; return what came of it."""
    from django.db import connection

    found = []

    def call() -> None:
        found.append(do())
        connection.close()

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    return found[0]


def jobs() -> Any:
    from lessons import jobs

    return jobs


if __name__ == "__main__":
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.TASKS, settings.JOBS = DATABASE_TASKS, HANDLERS
    django.setup()
    from lessons.management.commands.worker import JobWorker

    worker = JobWorker(batch=False)
    worker.configure_signals()
    worker.work(None)

"""``manage.py worker``: do the jobs that wait, and look after those whose worker died."""

from __future__ import annotations

import logging
import os
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from lessons import jobs
from lessons.importers import tables
from lessons.ingest import uploads
from lessons.outages import Outage, outage

logger = logging.getLogger(__name__)

EVERY = 1.0  # seconds between two looks for work
CARE = 10.0  # seconds between two looks for what others left behind


class Stopped(SystemExit):
    """A signal asks this process to end: the job at hand is rolled back and left to another."""


class JobWorker(Worker):
    """django-tasks' worker, which ends at the first signal: no job is worth waiting for, since each
    is done as a whole or begun anew."""

    def __init__(self, *, batch: bool) -> None:
        self.once = batch
        super().__init__(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )

    def shutdown(self, signum: int, frame: Any) -> None:
        if self.running:
            self.running = False
            raise Stopped(0)

    def work(self, parent: int | None) -> None:
        """Work until a signal comes, or until process ``parent`` is no longer our parent."""
        cared = -CARE
        while self.running and parent in {None, os.getppid()}:
            try:
                if time.monotonic() - cared >= CARE:
                    cared = time.monotonic()
                    jobs.take_up()
                    jobs.prune()
                    uploads.prune()
                    tables.prune()
                self.run()
            except (DatabaseError, InterfaceError) as error:
                if outage(error) not in {Outage.DATABASE, Outage.STORAGE}:
                    raise
                logger.warning("The database cannot be used, trying again: %s", error)
                close_old_connections()
            if self.once:
                return
            if self.running:
                time.sleep(EVERY)


class Command(BaseCommand):
    help = "Do the jobs that wait, until a signal comes; several workers share them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing waits any more")
        parser.add_argument(
            "--with-parent", type=int, metavar="PID", help="end when PID, which started it, does"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        worker = JobWorker(batch=options["once"])
        worker.configure_signals()
        worker.work(options["with_parent"])

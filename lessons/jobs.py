"""The verbs of jobs: starting long work, doing it in a worker, cancelling it, taking it up again.

A job is one transaction: what its handler writes and that it is done become true together, so a
worker may be killed at any moment and another may begin anew. That nobody sees inside a transaction
is why a thread with a connection of its own tells the progress, and hears of a cancellation.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from .models import Job, JobState
from .outages import Outage, outage, words_for
from .permissions import require

logger = logging.getLogger(__name__)

BEAT = 0.5  # seconds between two signs of life
ATTEMPTS = 3  # so many workers may die of a job
KEPT = timedelta(days=30)


class Cancelled(Exception):
    """Somebody cancelled the job, or another worker has it: stop, and keep nothing."""


class Progress(Protocol):
    """How a handler says how far it is, as often as it likes: it costs nothing.

    ``total`` is None while nobody knows. Raises Cancelled when the work is no longer wanted.
    """

    def __call__(self, done: int, total: int | None = None, message: str = "") -> None: ...


Handler = Callable[[Job, Progress], dict[str, Any] | None]


def handler(kind: str) -> Handler:
    """Return what does jobs of ``kind``, by ``settings.JOBS``; ImproperlyConfigured if nothing."""
    try:
        return import_string(settings.JOBS[kind])
    except KeyError:
        raise ImproperlyConfigured(f"settings.JOBS names no handler for “{kind}”.") from None


@transaction.atomic
def start(kind: str, *, by: Any, title: str, **parameters: Any) -> Job:
    """Let a worker do ``kind`` with ``parameters`` (JSON) once this transaction is committed.

    A handler gets the job and a `Progress`, runs in a transaction, and returns a dict (JSON) or
    None; it refuses by ValidationError or PermissionDenied. Who may start what is for the caller.
    """
    handler(kind)
    job = Job.objects.create(
        kind=kind,
        title=title[:300],
        parameters=parameters,
        created_by=by,
        language=translation.get_language() or "",
    )
    _enqueue(job)
    job.refresh_from_db()
    return job


def _enqueue(job: Job) -> None:
    found = perform.enqueue(job.pk)
    kept = getattr(found, "db_result", None)
    Job.objects.filter(pk=job.pk).update(task=kept and kept.pk, heartbeat_at=timezone.now())


@transaction.atomic
def cancel(job: Job, *, by: Any) -> Job:
    """Cancel a job: at once if it waits, at its next step if it runs; nothing of it is kept.

    Raises PermissionDenied unless it is one's own or one looks after all, ValidationError if it
    has ended.
    """
    if by is not None and job.created_by_id != by.pk:
        require(by, "change_job")
    job = Job.objects.select_for_update().get(pk=job.pk)
    if not job.active:
        raise ValidationError(_("This has ended already; there is nothing to cancel."))
    now = timezone.now()
    job.cancel_asked_at = now
    if job.state == JobState.WAITING:
        job.state, job.ended_at = JobState.CANCELLED, now
    job.save(update_fields=["state", "ended_at", "cancel_asked_at"])
    return job


@task()
def perform(number: int) -> None:
    """Do job ``number`` if it still waits."""
    claimed = Job.objects.filter(pk=number, state=JobState.WAITING).update(
        state=JobState.RUNNING,
        started_at=timezone.now(),
        heartbeat_at=timezone.now(),
        attempt=F("attempt") + 1,
    )
    if claimed:
        job = Job.objects.select_related("created_by").get(pk=number)
        with translation.override(job.language or settings.LANGUAGE_CODE), _beating(job) as pulse:
            _do(job, pulse)


def _do(job: Job, pulse: Pulse) -> None:
    """Do the work and say how it ended."""
    try:
        with transaction.atomic():
            job.result = handler(job.kind)(job, pulse.progress) or {}
            if not pulse.end(JobState.DONE, result=job.result, message=""):
                raise Cancelled
    except Cancelled:
        pulse.end(JobState.CANCELLED)
    except (ValidationError, PermissionDenied) as error:
        pulse.end(JobState.FAILED, error=_sentence(error))
    except Exception as error:
        if outage(error) is Outage.DATABASE:
            raise  # it falls silent, and is begun anew like that of a worker that died
        logger.exception("Job %s (%s) failed", job.pk, job.kind)
        pulse.end(JobState.FAILED, error=_unforeseen(error))
    except BaseException:
        # The worker is told to stop: the next one begins anew.
        pulse.put_back()
        raise


def _unforeseen(error: Exception) -> str:
    if outage(error) is Outage.STORAGE:
        return words_for(Outage.STORAGE)
    return _("Something went wrong that nobody foresaw: %(error)s. The log says more.") % {
        "error": type(error).__name__
    }


def _sentence(error: ValidationError | PermissionDenied) -> str:
    text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return text or _("Your role does not allow this.")


class Pulse:
    """One attempt at a job: what the database is told of it, and what is heard in return."""

    def __init__(self, job: Job) -> None:
        self._mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempt=job.attempt)
        self._told: dict[str, Any] = {"done": job.done, "total": job.total, "message": ""}
        self._unwanted = False
        self._stopped = threading.Event()

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        self._told = {"done": done, "total": total, "message": message[:300]}
        if self._unwanted:
            raise Cancelled

    def end(self, state: JobState, **more: Any) -> bool:
        """Say how it ended; False if it is no longer ours."""
        told = {**self._told, **more, "state": state, "ended_at": timezone.now()}
        return bool(self._mine.update(**told))

    def put_back(self) -> None:
        """Let it wait for another worker, to which this attempt does not count."""
        for job in self._mine:
            changed = {"state": JobState.WAITING, "attempt": F("attempt") - 1, "started_at": None}
            self._mine.update(**changed)
            _enqueue(job)

    def beat(self) -> None:
        """Tell how far it is, and hear whether it is still wanted."""
        mine = self._mine.filter(cancel_asked_at=None)
        self._unwanted = not mine.update(heartbeat_at=timezone.now(), **self._told)
        if self._unwanted:
            self._mine.update(heartbeat_at=timezone.now())

    def beat_until_stopped(self) -> None:
        """Beat with a connection of this thread, until `stop`."""
        try:
            while not self._stopped.wait(BEAT):
                try:
                    self.beat()
                except DatabaseError:
                    logger.warning("A sign of life got lost", exc_info=True)
                    connection.close()
        finally:
            connection.close()

    def stop(self) -> None:
        self._stopped.set()


@contextmanager
def _beating(job: Job) -> Iterator[Pulse]:
    pulse = Pulse(job)
    if connection.in_atomic_block:  # nobody else sees this job yet
        yield pulse
        return
    thread = threading.Thread(target=pulse.beat_until_stopped, daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        pulse.stop()
        thread.join()


def take_up() -> int:
    """Give jobs whose worker died to another, or up after ATTEMPTS; return how many there were."""
    found = 0
    for job in Job.objects.silent().filter(state=JobState.RUNNING):
        found += _take_up(job)
    ready = DBTaskResult.objects.ready().values("id")
    for job in Job.objects.silent().filter(state=JobState.WAITING).exclude(task__in=ready):
        # A worker died between taking the task and beginning the job.
        _enqueue(job)
        found += 1
    return found


@transaction.atomic
def _take_up(job: Job) -> bool:
    silent = Job.objects.silent().filter(pk=job.pk, state=JobState.RUNNING)
    if job.cancel_asked_at:
        return bool(silent.update(state=JobState.CANCELLED, ended_at=timezone.now()))
    if job.attempt >= ATTEMPTS:
        with translation.override(job.language or settings.LANGUAGE_CODE):
            said = _("The worker died of it %(times)d times, maybe for want of memory.")
        changed = {"error": said % {"times": job.attempt}, "ended_at": timezone.now()}
        return bool(silent.update(state=JobState.FAILED, **changed))
    if taken := silent.update(state=JobState.WAITING, started_at=None, done=0, message=""):
        _enqueue(job)
    return bool(taken)


def prune() -> int:
    """Forget jobs that ended more than KEPT ago, and the worker's notes; return how many jobs."""
    old = timezone.now() - KEPT
    DBTaskResult.objects.filter(enqueued_at__lt=old).exclude(
        pk__in=DBTaskResult.objects.ready().values("pk")
    ).delete()
    forgotten, _by_model = Job.objects.filter(ended_at__lt=old).delete()
    return forgotten

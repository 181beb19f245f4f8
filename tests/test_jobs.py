"""Jobs: done as a whole or not at all, seen while they run, cancelled, taken up after a death."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from config import settings as product
from lessons import jobs
from lessons.management.commands.worker import JobWorker
from lessons.models import Job, Theme
from tests.job_worker import DATABASE_TASKS, HANDLERS

LONG_AGO = timedelta(days=365)


@pytest.fixture(autouse=True)
def handlers(settings):
    settings.JOBS = HANDLERS


@pytest.fixture
def queued(settings):
    """Let jobs wait for a worker, as in the product."""
    settings.TASKS = DATABASE_TASKS


def work() -> None:
    JobWorker(batch=True).work(None)


def fall_silent(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - LONG_AGO)


def now(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


# Within one transaction


@pytest.mark.parametrize("kind", product.JOBS)
def test_each_kind_of_job_has_a_handler(kind: str) -> None:
    assert callable(import_string(product.JOBS[kind]))


@pytest.mark.django_db
def test_a_job_is_done_and_tells_how_far_it_came(analyst: User) -> None:
    job = jobs.start("count", by=analyst, title="Counting", to=3)
    assert (job.state, job.done, job.total, job.percent) == ("done", 3, 3, 100)
    assert job.result == {"address": "/lessons/"}
    assert job.created_by == analyst
    assert job.ended_at


@pytest.mark.django_db
def test_a_kind_that_nothing_handles_cannot_be_started() -> None:
    with pytest.raises(ImproperlyConfigured, match="no handler for “juggle”"):
        jobs.start("juggle", by=None, title="Juggling")
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_what_a_handler_refuses_is_said_as_it_says_it_and_nothing_is_kept() -> None:
    job = jobs.start("refuse", by=None, title="Refusing")
    assert (job.state, job.error) == ("failed", "Line 3 has no title: write one.")
    assert not Theme.objects.exists()


@pytest.mark.django_db
def test_what_nobody_foresaw_is_logged_and_gives_no_secrets_away(caplog) -> None:
    job = jobs.start("stumble", by=None, title="Stumbling")
    assert job.state == "failed"
    assert "KeyError" in job.error
    assert "secret" not in job.error
    assert "secret" in caplog.text
    assert not Theme.objects.exists()


@pytest.mark.django_db
def test_a_job_that_finds_no_room_says_so(caplog) -> None:
    job = jobs.start("find_no_room", by=None, title="Filling")
    assert job.error == "There is no room on the server. Tell whoever runs it."
    assert not Theme.objects.exists()


@pytest.mark.django_db
def test_a_job_whose_database_went_away_is_begun_anew(queued) -> None:
    job = jobs.start("lose_the_database", by=None, title="Losing")
    with pytest.raises(OperationalError):
        jobs.perform.call(job.pk)
    assert now(job).state == "running"
    fall_silent(job)
    assert jobs.take_up() == 1
    assert now(job).state == "waiting"
    assert not Theme.objects.exists()


@pytest.mark.django_db
def test_a_job_that_waits_is_cancelled_at_once(queued, analyst: User) -> None:
    job = jobs.start("count", by=analyst, title="Counting", to=3)
    assert jobs.cancel(job, by=analyst).state == "cancelled"
    jobs.perform.call(job.pk)
    assert now(job).done == 0
    with pytest.raises(ValidationError, match="ended already"):
        jobs.cancel(job, by=analyst)


@pytest.mark.django_db
def test_only_who_looks_after_all_cancels_what_others_started(
    queued, analyst: User, reviewer: User, admin: User
) -> None:
    job = jobs.start("count", by=analyst, title="Counting", to=3)
    assert list(Job.objects.visible_to(admin)) == list(Job.objects.visible_to(analyst)) == [job]
    assert not Job.objects.visible_to(reviewer)
    with pytest.raises(PermissionDenied):
        jobs.cancel(job, by=reviewer)
    assert jobs.cancel(job, by=admin).state == "cancelled"


@pytest.mark.django_db
def test_a_job_that_waits_beside_nobody_says_so_after_a_while(queued) -> None:
    job = jobs.start("count", by=None, title="Counting", to=3)
    assert not job.forsaken
    job.created_at -= LONG_AGO
    assert job.forsaken
    other = jobs.start("count", by=None, title="Another", to=3)
    Job.objects.filter(pk=other.pk).update(state="running")
    assert not job.forsaken


@pytest.mark.django_db
def test_a_job_that_killed_three_workers_is_given_up(queued) -> None:
    job = jobs.start("count", by=None, title="Counting", to=3)
    Job.objects.filter(pk=job.pk).update(state="running", attempt=3)
    fall_silent(job)
    assert jobs.take_up() == 1
    assert now(job).state == "failed"
    assert "died of it 3 times" in now(job).error


@pytest.mark.django_db
def test_a_job_whose_task_was_taken_by_a_worker_that_died_is_offered_again(queued) -> None:
    job = jobs.start("count", by=None, title="Counting", to=3)
    DBTaskResult.objects.update(status="RUNNING")
    assert jobs.take_up() == 0
    fall_silent(job)
    assert jobs.take_up() == 1
    assert DBTaskResult.objects.ready().get().pk == now(job).task


@pytest.mark.django_db
def test_a_job_that_waits_long_is_not_offered_twice(queued) -> None:
    fall_silent(jobs.start("count", by=None, title="Counting", to=3))
    assert jobs.take_up() == 0
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db
def test_what_ended_long_ago_is_forgotten_with_the_notes_of_the_worker(queued) -> None:
    kept = jobs.start("count", by=None, title="Waiting", to=1)
    old = jobs.start("count", by=None, title="Old", to=1)
    Job.objects.filter(pk=old.pk).update(state="done", ended_at=timezone.now() - LONG_AGO)
    DBTaskResult.objects.update(enqueued_at=timezone.now() - LONG_AGO)
    DBTaskResult.objects.filter(pk=old.task).update(status="SUCCESSFUL")
    assert jobs.prune() == 1
    assert list(Job.objects.all()) == [kept]
    assert DBTaskResult.objects.get().pk == kept.task


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"state": "done"}, {"ended_at": timezone.now()}, {"state": "failed"}]
)
def test_the_database_refuses_a_job_that_contradicts_itself(queued, wrong: dict[str, Any]) -> None:
    job = jobs.start("count", by=None, title="Counting", to=3)
    with pytest.raises(IntegrityError):
        Job.objects.filter(pk=job.pk).update(**wrong)


# Beside others: real transactions


@pytest.mark.django_db(transaction=True)
def test_others_see_how_far_a_job_is_and_can_stop_it(queued) -> None:
    seen = jobs.start("look", by=None, title="Looking")
    work()
    told = {"done": 1, "total": 3, "message": "One of three", "state": "running"}
    assert now(seen).result == told
    stopped = jobs.start("cancel_itself", by=None, title="Being cancelled")
    work()
    assert now(stopped).state == "cancelled"
    assert not Theme.objects.exists()


@pytest.fixture
def start_process() -> Iterator[Callable[[], subprocess.Popen]]:
    started = []

    def start() -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.job_worker", connection.settings_dict["NAME"]]
        started.append(subprocess.Popen(command, cwd=product.BASE_DIR))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(happened: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_nothing_half_done_and_another_begins_anew(
    queued, start_process, tmp_path: Path
) -> None:
    job = jobs.start("linger", by=None, title="Lingering", flag=str(tmp_path / "flag"))
    process = start_process()
    until((tmp_path / "flag").exists)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    work()
    assert now(job).state == "running"  # perhaps it only was silent for a moment
    assert not Theme.objects.exists()
    fall_silent(job)
    work()
    assert (now(job).state, now(job).attempt) == ("done", 2)
    assert Theme.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_end_does_so_at_once_and_leaves_its_job_to_the_next(
    queued, start_process, tmp_path: Path
) -> None:
    job = jobs.start("linger", by=None, title="Lingering", flag=str(tmp_path / "flag"))
    process = start_process()
    until((tmp_path / "flag").exists)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert (now(job).state, now(job).attempt) == ("waiting", 0)
    work()
    assert now(job).state == "done"

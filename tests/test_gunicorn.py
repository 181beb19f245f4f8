"""The worker beside gunicorn: stopped with it, and by itself where gunicorn was killed."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from config import gunicorn
from lessons.management.commands.worker import JobWorker

OBEDIENT = "import time; time.sleep(60)"
STUBBORN = (
    "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "pathlib.Path(sys.argv[0] + '.ready').touch(); time.sleep(60)"
)


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that starts a program in the worker's place."""
    monkeypatch.setattr(gunicorn, "_started", [])
    monkeypatch.setattr(gunicorn, "MANAGE", tmp_path / "program.py")

    def start(program: str) -> subprocess.Popen:
        (tmp_path / "program.py").write_text(program)
        gunicorn.when_ready(None)
        return gunicorn._started[0]

    return start


def test_it_is_stopped_with_gunicorn(beside) -> None:
    worker = beside(OBEDIENT)
    assert worker.args[-2:] == ["worker", "--with-parent"]
    gunicorn.on_exit(None)
    assert worker.returncode == -signal.SIGTERM


def test_one_that_does_not_listen_is_killed(beside, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(gunicorn, "GRACE", 0.1)
    worker = beside(STUBBORN)
    while not (tmp_path / "program.py.ready").exists():
        time.sleep(0.01)
    gunicorn.on_exit(None)
    assert worker.returncode == -signal.SIGKILL


def test_one_that_gunicorn_has_buried_is_no_error(beside) -> None:
    worker = beside("")
    os.waitpid(worker.pid, 0)
    gunicorn.on_exit(None)


@pytest.mark.django_db
def test_a_worker_ends_when_its_parent_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    worked = []
    monkeypatch.setattr(JobWorker, "run", lambda self: worked.append(1))
    JobWorker(batch=False).work(parent=os.getppid() + 1)
    assert not worked

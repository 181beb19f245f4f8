"""The worker beside gunicorn: there as long as gunicorn is, and no longer."""

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
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
    monkeypatch.setattr(gunicorn, "_keepers", [])
    monkeypatch.setattr(gunicorn, "PAUSE", 0.01)
    monkeypatch.setattr(gunicorn, "MANAGE", tmp_path / "program.py")

    def start(program: str) -> gunicorn.Keeper:
        (tmp_path / "program.py").write_text(program)
        gunicorn.when_ready(None)
        (keeper,) = gunicorn._keepers
        eventually(lambda: keeper.worker)
        return keeper

    yield start
    gunicorn.on_exit(None)


def eventually(condition) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it does not happen")


def test_it_is_stopped_with_gunicorn(beside) -> None:
    keeper = beside(OBEDIENT)
    assert keeper.worker.args[-2:] == ["--with-parent", str(os.getpid())]
    gunicorn.on_exit(None)
    assert keeper.worker.returncode == -signal.SIGTERM
    keeper.join(10)
    assert not keeper.is_alive(), "no other takes its place"


def test_one_that_was_killed_has_a_successor(beside) -> None:
    keeper = beside(OBEDIENT)
    first = keeper.worker
    first.kill()
    eventually(lambda: keeper.worker is not first)
    assert keeper.worker.poll() is None


def test_gunicorn_forks_nobody_while_one_is_started(beside, monkeypatch) -> None:
    forked = []

    def fork() -> None:
        if not (pid := os.fork()):
            os._exit(0)
        forked.append(os.waitpid(pid, 0))

    def start(command: list[str]) -> subprocess.Popen:
        forker.start()
        forker.join(0.1)
        assert not forked
        return started(command)

    forker, started = threading.Thread(target=fork), subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", start)
    assert beside(OBEDIENT).worker.poll() is None
    forker.join(10)
    assert forked


def test_one_that_does_not_listen_is_killed(beside, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(gunicorn, "GRACE", 0.1)
    keeper = beside(STUBBORN)
    eventually((tmp_path / "program.py.ready").exists)
    gunicorn.on_exit(None)
    assert keeper.worker.returncode == -signal.SIGKILL


def test_one_that_gunicorn_has_buried_is_no_error(beside) -> None:
    with suppress(ChildProcessError):  # whoever of the two is faster
        os.waitpid(beside("").worker.pid, 0)
    gunicorn.on_exit(None)


@pytest.mark.django_db
def test_a_worker_ends_when_its_parent_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    worked = []
    monkeypatch.setattr(JobWorker, "run", lambda self: worked.append(1))
    JobWorker(batch=False).work(parent=os.getppid() + 1)
    assert not worked

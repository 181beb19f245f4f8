"""The site as an operator runs it: gunicorn with its worker, started again when it dies."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench.chaos.visits import Broken, Visitor
from bench.servers import ROOT

WORKERS = 2
RESTART = 1.0  # seconds, as RestartSec= of systemd
LOOK = 0.1
STOP = 45.0  # seconds, longer than gunicorn waits for its processes


class Site:
    """gunicorn, and what it and the database consist of."""

    def __init__(self, port: int, data: Path) -> None:
        self.port, self.data = port, data
        self.starts = 0
        self._over = threading.Event()
        self._log = (data / "site.log").open("ab")
        self._start()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()

    def _start(self) -> None:
        self.starts += 1
        self.master = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi",
             "--bind", f"127.0.0.1:{self.port}", "--workers", str(WORKERS), "--no-control-socket",
             "--log-level", "warning"],
            cwd=ROOT, stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def _supervise(self) -> None:
        while not self._over.wait(LOOK):
            if self.master.poll() is not None and not self._over.wait(RESTART):
                self._start()

    def stop(self) -> None:
        """Stop it as systemd would, and all it started."""
        self._over.set()
        self._supervisor.join()
        self.master.terminate()
        try:
            self.master.wait(STOP)
        except subprocess.TimeoutExpired:
            self.master.kill()
            self.master.wait()

    def ready(self) -> bool:
        """Whether it answers that it can serve."""
        try:
            return Visitor(self.port).get("/readyz").status == 200  # noqa: PLR2004
        except Broken:
            return False

    def wait(self, seconds: float = 180.0) -> float:
        """Wait until it can serve; return the seconds that took. Raises TimeoutError."""
        began = time.monotonic()
        while not self.ready():
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"the site is not back after {seconds} s")
            time.sleep(LOOK)
        return time.monotonic() - began

    # What can be killed: process ids.

    def masters(self) -> list[int]:
        return [self.master.pid]

    def workers(self) -> list[int]:
        return [pid for pid, _name in self._children() if pid not in self.job_workers()]

    def job_workers(self) -> list[int]:
        return [pid for pid, command in self._children() if "manage.py" in command]

    def postmasters(self) -> list[int]:
        path = self.data / "postgres" / "cluster" / "postmaster.pid"
        try:
            pid = int(path.read_text("ascii").splitlines()[0])
        except (OSError, IndexError, ValueError):
            return []
        return [pid] if "postgres" in _command(pid) else []

    def backends(self) -> list[int]:
        """The database's processes that serve one connection each."""
        return [
            pid
            for postmaster in self.postmasters()
            for pid in _children_of(postmaster)
            if "hindsight hindsight" in _command(pid)
        ]

    def _children(self) -> Iterator[tuple[int, str]]:
        for pid in _children_of(self.master.pid):
            yield pid, _command(pid)


def _children_of(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        lists = [(thread / "children").read_text("ascii").split() for thread in threads]
    except OSError:
        return []
    return [int(child) for children in lists for child in children]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""

"""gunicorn with one worker of jobs beside it, for one machine: ``--config python:config.gunicorn``.

The worker is there as long as gunicorn is: killed, it is started again. What stops gunicorn stops
it; if gunicorn is killed, the worker ends by itself.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from config.serving import backlog, threads, worker_class, worker_connections

__all__ = ["backlog", "on_exit", "threads", "when_ready", "worker_class", "worker_connections"]

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"
GRACE = 10  # seconds that the worker has to roll back what it does
PAUSE = 1.0  # seconds before another takes the place of one that ended

# A process of gunicorn's that is forked while a worker is started keeps a copy of the pipe by which
# we hear that the worker runs: we would wait for that process to end, and start no other meanwhile.
_starting = threading.Lock()
os.register_at_fork(
    before=_starting.acquire,
    after_in_parent=_starting.release,
    after_in_child=_starting.release,
)


class Keeper(threading.Thread):
    """Sees to it that a worker is there."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._lock, self._leaving = threading.Lock(), threading.Event()
        self.worker: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start a worker, and another when it ends, until `stop`."""
        while worker := self._start():
            worker.wait()
            self._leaving.wait(PAUSE)

    def _start(self) -> "subprocess.Popen[bytes] | None":
        with self._lock:
            if self._leaving.is_set():
                return None
            # Told who we are: by the time it could ask, it may be an orphan already.
            command = [sys.executable, str(MANAGE), "worker", "--with-parent", str(os.getpid())]
            with _starting:
                self.worker = subprocess.Popen(command)
            return self.worker

    def stop(self) -> None:
        """Stop the worker, and wait until it has."""
        with self._lock:
            self._leaving.set()
        if self.worker:
            self.worker.terminate()
            try:
                self.worker.wait(GRACE)
            except subprocess.TimeoutExpired:
                self.worker.kill()
                self.worker.wait()


_keepers: list[Keeper] = []


def when_ready(server: Any) -> None:
    """Start the worker once the port is ours."""
    _keepers.append(Keeper())
    _keepers[-1].start()


def on_exit(server: Any) -> None:
    """Leave no worker behind."""
    for keeper in _keepers:
        keeper.stop()

"""Servers started for measuring, each stopped by its own process group."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.visitors import wait_for
from config import serving as config

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str],
    port: int,
    path: str,
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """Run a server while the block runs; yields its process id once ``path`` answers."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(port, path)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def hindsight() -> Iterator[tuple[int, int]]:
    """Serve as ``make run`` does; yields the port and the process id."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", *gunicorn("config.wsgi", port)]
    with serving([*command, "--no-control-socket"], port, "/healthz") as pid:
        yield port, pid


def gunicorn(application: str, port: int) -> list[str]:
    """Return gunicorn's arguments, for every site measured those by which we serve."""
    return [
        application,
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(WORKERS),
        "--worker-class",
        config.worker_class,
        "--threads",
        str(config.threads),
        "--worker-connections",
        str(config.worker_connections),
        "--backlog",
        str(config.backlog),
        "--log-level",
        "error",
    ]


def memory_of_workers(pid: int) -> list[float]:
    """Return the megabytes that each worker of a gunicorn holds itself, without mapped files."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [_anonymous(child) for child in children]


def _anonymous(pid: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0.0

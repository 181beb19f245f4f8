"""Asking a server on this machine for pages, and how long it takes. Never asks another machine."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

from bench.figures import percentile

TIMEOUT = 180.0  # seconds for one answer
HOST = "127.0.0.1"


@dataclass
class Load:
    """The milliseconds of every answer, and how long all of them took together."""

    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds if self.seconds else 0.0

    @property
    def p50(self) -> float:
        return percentile(self.took, 0.5) if self.took else float("inf")

    @property
    def p95(self) -> float:
        return percentile(self.took, 0.95) if self.took else float("inf")

    def __str__(self) -> str:
        wrong = f", {len(self.failed)} FAILED ({self.failed[0]})" if self.failed else ""
        return f"{self.rate:.1f} requests/s, p50 {self.p50:.1f} ms, p95 {self.p95:.1f} ms{wrong}"


def ask(
    ports: Sequence[int], paths: Sequence[str], *, at_once: int, requests: int, seconds: float
) -> Load:
    """Ask for ``paths`` in turn from ``at_once`` threads, each port in turn.

    It ends after so many requests or seconds, whichever is first.
    """
    load, turn, lock = Load(), itertools.count(), threading.Lock()
    deadline = time.monotonic() + seconds

    def visitor(port: int) -> None:
        connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT)
        while (number := next(turn)) < requests and time.monotonic() < deadline:
            began = time.perf_counter()
            wrong = _one(connection, paths[number % len(paths)])
            took = (time.perf_counter() - began) * 1000
            with lock:
                load.failed.append(wrong) if wrong else load.took.append(took)
        connection.close()

    threads = [
        threading.Thread(target=visitor, args=(ports[number % len(ports)],))
        for number in range(at_once)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - began
    return load


def _one(connection: http.client.HTTPConnection, path: str) -> str:
    """Ask once; return what went wrong, or nothing."""
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except OSError as error:
        connection.close()
        return f"{path}: {error}"
    return "" if answer.status == http.client.OK else f"{path}: {answer.status}"


def wait_for(port: int, path: str, seconds: float = 60.0) -> None:
    """Wait until a server answers; raises TimeoutError if it does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with closing(http.client.HTTPConnection(HOST, port, timeout=TIMEOUT)) as connection:
            if not _one(connection, path):
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing answers at {HOST}:{port}{path}")

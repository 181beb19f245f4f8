"""Other processes that search and write, and an index that is checked against the database."""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection

from lessons.search import checking
from lessons.search.index import machine_index


class Worker:
    """A process of tests/search/worker.py."""

    def __init__(self) -> None:
        database, folder = connection.settings_dict["NAME"], project.SEARCH_DIR
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.search.worker", database, str(folder)],
            cwd=project.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, verb: str, **named: Any) -> None:
        if named.pop("wait", True):
            self.wait_until_ready()
        self.process.stdin.write(json.dumps([verb, named]) + "\n")
        self.process.stdin.flush()

    def wait_until_ready(self) -> None:
        if not getattr(self, "ready", False):
            assert self.process.stdout.readline() == "ready\n"
            self.ready = True

    def end(self) -> Any:
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["answer"]

    def ask(self, verb: str, **named: Any) -> Any:
        self.begin(verb, **named)
        return self.end()

    def find(self, query: str = "") -> list[int]:
        found = self.ask("find", query=query)
        assert found["total"] == len(found["ids"])
        return found["ids"]

    def is_killed_by(self, verb: str, **named: Any) -> None:
        self.begin(verb, **named)
        assert self.process.wait(30) == -9

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.kill()
        self.process.wait()


@pytest.fixture
def start_worker(transactional_db, settings):
    """Return a function that starts a process with an index of its own on the same folder."""
    settings.SEARCH_SEES_UNCOMMITTED = False
    workers = []

    def start() -> Worker:
        workers.append(Worker())
        return workers[-1]

    yield start
    for worker in workers:
        worker.stop()


@pytest.fixture
def index(settings):
    return machine_index()


@pytest.fixture
def assert_true(index):
    """Return a check that the index holds exactly what the database says."""

    def check() -> None:
        assert list(checking.differences(index)) == []

    return check

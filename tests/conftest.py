"""Fixtures shared by all tests, among them other processes that search and write."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client
from django.utils import translation

from accounts.models import Role, User
from lessons.search.index import machine_index
from tests.factories import make_user

# Fixtures kept beside what they serve.
pytest_plugins = ["tests.uploads"]

END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user
"""


MIGRATED = "test_hindsight_migrated"


@pytest.fixture(scope="session")
def migrated_once(
    pytestconfig: pytest.Config,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
    worker_id: str,
) -> None:
    """Let the first of several workers migrate a database that all copy: it takes a while."""
    if worker_id == "master" or pytestconfig.getvalue("reuse_db"):
        return
    test = connection.settings_dict["TEST"]
    done = tmp_path_factory.getbasetemp().parent / "migrated"
    with done.open("a") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.stat().st_size:
            usual, test["NAME"] = (connection.settings_dict["NAME"], test["NAME"]), MIGRATED
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            connection.creation.destroy_test_db(usual[0], verbosity=0, keepdb=True)  # lets go of it
            test["NAME"] = usual[1]
            lock.write(MIGRATED)
    test["TEMPLATE"] = MIGRATED


@pytest.fixture(scope="session")
def django_db_setup(
    migrated_once: None, django_db_setup: None, django_db_blocker: Any
) -> Iterator[None]:
    """End what still holds the test database before it is dropped.

    A request that the browser gave up keeps the connection of its server thread.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(END_OTHERS)


@pytest.fixture(autouse=True)
def fresh_index(tmp_path, settings):
    """Give each test a search index of its own, since each has a database of its own."""
    settings.SEARCH_DIR = tmp_path / "search"
    machine_index.cache_clear()
    yield
    machine_index.cache_clear()


@pytest.fixture(autouse=True)
def usual_language():
    """Begin each test in the usual language: a request leaves that of its reader behind."""
    translation.deactivate()


@pytest.fixture
def analyst(db: None) -> User:
    return make_user(Role.ANALYST)


@pytest.fixture
def reviewer(db: None) -> User:
    return make_user(Role.REVIEWER)


@pytest.fixture
def admin(db: None) -> User:
    return make_user(Role.ADMIN)


@pytest.fixture
def reader(db: None) -> User:
    return make_user(Role.READER)


@pytest.fixture
def signed_in(client: Client):
    """Return a function that gives a client signed in as a user."""

    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in


class Worker:
    """A process of tests/search/worker.py."""

    def __init__(self, **environment: str) -> None:
        database, cluster = connection.settings_dict, []
        if "data_dir" in database["OPTIONS"]:
            cluster = [database["OPTIONS"]["data_dir"]]
        data = environment.get("HINDSIGHT_DATA")
        folder = Path(data) / "search" if data else project.SEARCH_DIR
        told = map(str, [database["NAME"], folder, *cluster])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.search.worker", *told],
            cwd=project.BASE_DIR,
            env={**os.environ, **environment},
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
    """Return a function that starts a process which searches on the same folder, or on another
    machine, so to speak, where ``HINDSIGHT_DATA`` is another."""
    settings.SEARCH_SEES_UNCOMMITTED = False
    workers = []

    def start(**environment: str) -> Worker:
        workers.append(Worker(**environment))
        return workers[-1]

    yield start
    for worker in workers:
        worker.stop()

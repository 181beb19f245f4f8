"""A cache in Redis, shared by several machines: the settings of an installation, a real server."""

import runpy
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.accounts.test_sign_in_limits import guess, signs_in
from tests.api import Program, problem
from tests.factories import make_user

redis = pytest.importorskip("redis", reason="the extra redis is not installed")
SERVER = shutil.which("redis-server")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SERVER, reason="there is no redis-server on this machine"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Redis; return its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--loglevel", "warning"]
    running = subprocess.Popen([SERVER, *options], cwd=tmp_path_factory.mktemp("redis"))
    address = f"redis://127.0.0.1:{port}/0"
    deadline = time.monotonic() + 20
    while not answers(address):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield address
    running.kill()
    running.wait()


def answers(address: str) -> bool:
    with redis.Redis.from_url(address) as client:
        try:
            return client.ping()
        except redis.RedisError:
            return False


@pytest.fixture(autouse=True)
def shared(server: str, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Any]:
    """Keep the cache as an installation does that names this server; return a client of it."""
    monkeypatch.setenv("HINDSIGHT_CACHE_URL", server)
    found = runpy.run_path(str(Path(project.BASE_DIR) / "config" / "settings.py"))
    settings.CACHES = found["CACHES"]
    with redis.Redis.from_url(server) as client:
        yield client
    cache.close()


def test_attempts_to_sign_in_are_counted_there_and_not_in_the_database(shared: Any) -> None:
    user = make_user()
    with CaptureQueriesContext(connection) as caught:
        assert "Too many failed login attempts" in guess(Client(), user)
    assert not signs_in(Client(), user)
    assert shared.keys("hindsight:*")
    assert not [one for one in caught if "hindsight_cache" in one["sql"]]


def test_limits_of_the_api_are_the_same(settings: Any) -> None:
    settings.API_READS = 1
    assert Program().get("records").status_code == 200
    assert problem(Program().get("records"))[0] == 429


def test_a_redis_that_is_away_keeps_nobody_from_reading(settings: Any) -> None:
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {"default": away}
    client = Client(raise_request_exception=False)
    assert client.get("/records/").status_code == 200
    answer = client.post("/accounts/login/", {"login": make_user().username, "password": "wrong"})
    assert answer.status_code == 503
    assert answer["Retry-After"]

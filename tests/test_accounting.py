"""Ids of requests, lines in the log, slow queries, and the figures for Prometheus."""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from config import accounting, metrics
from config.logs import JsonFormatter
from config.sharing import share
from lessons.models import Job

TOKEN = "a token for tests"
ASKED = {"Authorization": f"Bearer {TOKEN}"}


def figures(client: Client) -> dict[str, float]:
    text = client.get("/metrics", headers=ASKED).content.decode()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_a_proper_id_is_kept_and_another_replaced(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "a-1.B_2"})["X-Request-ID"] == "a-1.B_2"
    for given in ("", "two words", "x" * 65, "é", "a\n"):
        answered = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
        assert re.fullmatch("[0-9a-f]{32}", answered)


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Any:
    """Return a function that returns the lines of a logger as they were written in JSON."""
    lines: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonFormatter().format(record)))

    loggers = [accounting.access, accounting.queries]
    keep = Keep()
    for one in loggers:
        one.addHandler(keep)
        caplog.set_level("INFO", one.name)
    yield lines
    for one in loggers:
        one.removeHandler(keep)


@pytest.mark.django_db
def test_a_request_is_a_line_without_what_opens_something(client: Client, logged: Any) -> None:
    client.get("/alerts/unsubscribe/opens-it/?q=private", headers={"X-Request-ID": "r1"})
    (line,) = logged
    assert line["request"] == "r1"
    assert line["path"] == "/alerts/unsubscribe/***/"
    assert (line["method"], line["view"], line["status"]) == ("GET", "unsubscribe", 404)
    assert line["ms"] > 0
    assert "private" not in str(line)
    assert "opens-it" not in str(line)


def test_an_address_forges_no_line(client: Client, logged: Any) -> None:
    client.get("/healthz%0AINFO%20all%20is%20well")
    assert logged[0]["path"] == "/healthz%0AINFO%20all%20is%20well"


@pytest.mark.django_db
def test_a_slow_query_is_named_without_its_values(
    client: Client, logged: Any, settings: Any
) -> None:
    settings.SLOW_QUERY = 0.0001
    client.get("/themes/nowhere-to-be-found/")
    slow = [line for line in logged if line["logger"] == "hindsight.queries"]
    assert slow
    assert all(line["request"] and line["ms"] >= 0 for line in slow)
    assert "nowhere-to-be-found" not in str([line["sql"] for line in slow])


def test_an_exception_stays_on_its_line() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.LogRecord("x", 40, "", 0, "it %s", ("failed",), sys.exc_info())
    text = JsonFormatter().format(record)
    assert "\n" not in text
    assert json.loads(text)["message"] == "it failed"
    assert "ValueError" in json.loads(text)["exception"]


@pytest.mark.django_db
def test_figures_are_for_who_shows_the_token(client: Client, settings: Any) -> None:
    assert client.get("/metrics", headers=ASKED).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer é"}).status_code == 401
    assert client.get("/metrics", headers=ASKED).status_code == 200


@pytest.mark.django_db
def test_requests_and_what_waits_are_counted(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    Job.objects.create(kind="read upload", title="x")
    name = 'hindsight_requests_total{method="GET",status="200",view="healthz"}'
    before = figures(client).get(name, 0)
    client.get("/healthz")
    after = figures(client)
    assert after[name] == before + 1
    assert after['hindsight_request_seconds_count{view="healthz"}'] >= 1
    assert after["hindsight_database_up"] == 1
    assert after["hindsight_jobs_waiting"] == 1
    assert after["hindsight_search_built"] == 0


@pytest.mark.django_db
def test_figures_are_told_without_a_database(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.METRICS_TOKEN = TOKEN

    def away(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", away)
    told = figures(client)
    assert told["hindsight_database_up"] == 0
    assert "hindsight_jobs_waiting" not in told


COUNT = """
import os, sys
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
counter = Counter("n", "n", registry=CollectorRegistry())
for _ in range(3):
    if not os.fork():
        counter.inc()
        os._exit(0)
    os.wait()
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def test_processes_are_counted_together_and_ended_ones_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    monkeypatch.setattr("socket.gethostname", lambda: "here")
    (tmp_path / "here-4194305").mkdir()  # no process has such a number
    (tmp_path / "elsewhere-4194305").mkdir()
    share(tmp_path)
    found = {path.name for path in tmp_path.iterdir()}
    assert found == {f"here-{os.getppid()}", "elsewhere-4194305"}
    told = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True)
    assert "n_total 3.0" in told.stdout


def test_methods_that_nobody_knows_make_no_figure_each(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    metrics.count("INVENTED", "x", 405, 0.1)
    labels = [sample.labels for metric in metrics._requests.collect() for sample in metric.samples]
    assert {one["method"] for one in labels if one["view"] == "x"} == {"other"}

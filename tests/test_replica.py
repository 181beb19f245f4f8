"""Which database is asked, by the router's logic; bench/scale.py has real servers."""

from typing import Any

import pytest
from django.db import Error, OperationalError, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts.models import User
from lessons import replica
from lessons.models import Record, SearchOutbox
from lessons.views.reading_side import COOKIE, ReadingSide

ROUTER = replica.Router()


class Log:
    """Two servers: how far the primary has written, and how far the replica has replayed."""

    def __init__(self) -> None:
        self.now, self.written, self.replayed, self.down, self.asked = 100.0, 50, 50, False, 0

    def answer(self, alias: str, query: str) -> int:
        self.asked += 1
        if alias == replica.ALIAS and self.down:
            raise OperationalError("gone")
        return self.replayed if alias == replica.ALIAS else self.written


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Log:
    log = Log()
    monkeypatch.setattr(replica, "configured", lambda: True)
    monkeypatch.setattr(replica, "standing", replica.Standing())
    monkeypatch.setattr(replica.Standing, "failed", failed)
    monkeypatch.setattr(replica, "_asked", log.answer)
    monkeypatch.setattr("lessons.replica.time.monotonic", lambda: log.now)
    settings.REPLICA_LAG = 10.0
    return log


def failed(self: replica.Standing, error: BaseException) -> None:
    self._replayed, self._next = -1, replica.time.monotonic() + replica.DOWN


def side(model: Any = Record) -> str:
    return ROUTER.db_for_read(model)


@pytest.mark.django_db(transaction=True)
def test_only_what_a_reading_request_asks_of_lessons_comes_from_the_replica(log: Log) -> None:
    assert side() == "default"
    with replica.reading():
        assert side() == "replica"
        assert side(User) == side(SearchOutbox) == ROUTER.db_for_write(Record) == "default"
        with replica.primary():
            assert side() == "default"
        with transaction.atomic():
            assert side() == "default"
        assert side() == "replica"
    assert side() == "default"


@pytest.mark.django_db(transaction=True)
def test_who_wrote_waits_for_what_they_wrote(log: Log) -> None:
    log.written = 60
    with replica.reading(60):
        assert side() == "default"
    log.replayed = 60
    with replica.reading(60):
        assert side() == "replica"


@pytest.mark.django_db(transaction=True)
def test_a_request_that_needs_something_newer_goes_on_with_the_primary_and_stays(log: Log) -> None:
    with replica.reading():
        replica.need(60)
        assert side() == "default"
        log.replayed = 60
        replica.need(60)
        assert side() == "default"


def test_a_replica_is_asked_until_it_lags_too_much(log: Log) -> None:
    standing = replica.Standing()
    for second in range(30):
        log.now, log.written = 100.0 + second, 50 + second
        assert standing.is_usable(0) == (second <= 10), second
    log.replayed, log.now = log.written, log.now + 2
    assert standing.is_usable(0)


def test_looking_costs_next_to_nothing(log: Log) -> None:
    standing = replica.Standing()
    for _request in range(100):
        standing.is_usable(0)
    assert log.asked <= 3


def test_a_replica_that_is_down_is_left_alone_for_a_while(log: Log) -> None:
    standing, log.down = replica.Standing(), True
    assert not standing.is_usable(0)
    asked = log.asked
    assert not standing.is_usable(0)
    assert log.asked == asked
    log.down, log.now = False, log.now + replica.DOWN
    assert standing.is_usable(0)


def test_a_server_that_replays_nothing_is_no_replica(monkeypatch: pytest.MonkeyPatch) -> None:
    class Cursor:
        def __enter__(self) -> "Cursor":
            return self

        def __exit__(self, *_error: object) -> None: ...
        def execute(self, query: str) -> None: ...
        def fetchone(self) -> tuple[None]:
            return (None,)

    class Connection:
        cursor = Cursor

    monkeypatch.setattr(replica, "connections", {"replica": Connection()})
    with pytest.raises(Error, match="no replica"):
        replica._asked("replica", "")


def seen_by(request: Any) -> str:
    seen = []

    def view(_request: Any) -> HttpResponse:
        seen.append(side())
        return HttpResponse()

    ReadingSide(view)(request)
    return seen[0]


@pytest.mark.django_db(transaction=True)
def test_each_request_gets_its_side(log: Log) -> None:
    ask = RequestFactory()
    assert seen_by(ask.get("/records/")) == "replica"
    assert seen_by(ask.post("/records/")) == "default"
    assert seen_by(ask.get("/admin/")) == "default"
    assert seen_by(ask.get("/api/v1/records", headers={"Authorization": "Bearer x"})) == "default"
    forged = ask.get("/records/")
    forged.COOKIES[COOKIE] = "999:none"
    assert seen_by(forged) == "replica"
    log.written = 70
    wrote = ReadingSide(lambda _request: HttpResponse())(ask.post("/"))
    after = ask.get("/records/")
    after.COOKIES[COOKIE] = wrote.cookies[COOKIE].value
    assert seen_by(after) == "default"
    log.replayed = 70
    assert seen_by(after) == "replica"


@pytest.mark.django_db(transaction=True)
def test_a_replica_that_fails_on_the_way_costs_nobody_a_page(
    log: Log, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides = []

    def failing(*_args: Any, **_named: Any) -> HttpResponse:
        sides.append(side())
        if sides[-1] == "replica":
            raise OperationalError("gone")
        return HttpResponse("answered")

    monkeypatch.setattr("lessons.views.service.HttpResponse", failing)
    assert client.get("/healthz").content == b"answered"
    assert sides == ["replica", "default"]
    client.get("/healthz")
    assert sides[2:] == ["default"]

"""What is told when the database or the disk is away, and that it is over by itself."""

import errno
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, OperationalError, connection, connections
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from config import serving
from config.crowding import AT_WORK, IN_LINE, AsManyAsFit
from lessons.ingest import uploads
from lessons.outages import Outage, data_directory, outage
from lessons.search.limits import TooLong

AWAY = "The database does not answer"


@pytest.fixture
def visitor(db: None):
    """Return a function that asks for a path as a worker of its own, with its own connection."""
    with ThreadPoolExecutor(1) as worker:

        def ask(path: str) -> Any:
            here = connections["default"]
            if here.connection:
                here.close_if_unusable_or_obsolete()  # as at the start of each request
            return Client(raise_request_exception=False).get(path)

        def visit(path: str) -> Any:
            return worker.submit(ask, path).result()

        visit.do = lambda act: worker.submit(act).result()
        yield visit
        worker.submit(connections.close_all).result()


def refused(*_args: Any, **_kwargs: Any) -> None:
    psycopg2.connect(host="127.0.0.1", port=1, password="a secret", connect_timeout=1)


def test_a_page_without_a_database_says_so_and_is_back_by_itself(visitor: Any) -> None:
    visitor.do(lambda: setattr(connections["default"], "get_new_connection", refused))
    response = visitor("/themes/")
    text = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert AWAY in text
    assert "La base de données ne répond pas" in text
    assert "secret" not in text
    assert "Traceback" not in text
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert visitor("/readyz").content == b"the database does not answer\n"
    assert visitor("/healthz").status_code == 200
    visitor.do(lambda: delattr(connections["default"], "get_new_connection"))
    assert visitor("/themes/").status_code == 200


def test_programs_are_told_in_their_own_way(visitor: Any) -> None:
    visitor.do(lambda: setattr(connections["default"], "get_new_connection", refused))
    response = visitor("/api/v1/records")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"].startswith(AWAY)


def test_a_connection_that_was_cut_costs_one_answer(visitor: Any) -> None:
    assert visitor("/themes/").status_code == 200

    def pid() -> int:
        return connection.connection.info.backend_pid

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [visitor.do(pid)])
    assert visitor("/themes/").status_code in {200, 503}
    assert visitor("/themes/").status_code == 200


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise error

    return fail


FULL = OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("lessons.views.service.HttpResponse", raising(FULL))
    response = client.get("/healthz")
    assert response.status_code == 503
    assert "its disk is full or read-only" in response.content.decode()


def test_our_own_mistakes_stay_500(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("lessons.views.service.HttpResponse", raising(ValueError("ours")))
    response = client.get("/healthz")
    assert response.status_code == 500
    assert "Retry-After" not in response
    assert outage(ValueError()) is None


@pytest.mark.django_db
def test_an_upload_that_finds_no_room_is_refused(
    analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(default_storage, "save", raising(FULL))
    with pytest.raises(ValidationError, match="cannot keep this file: No space left on device"):
        uploads.receive(ContentFile(b"words"), "a.txt", by=analyst)


@pytest.mark.django_db
def test_a_program_is_told_if_even_asking_who_it_is_took_too_long(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.tokens.holder", raising(TooLong()))
    response = client.get("/api/v1/records", headers={"Authorization": "Bearer x"})
    assert (response.status_code, response["Retry-After"]) == (503, "10")


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def test_each_way_of_the_driver_to_tell_of_a_server_that_died_or_has_no_room() -> None:
    cut_off = caused(DatabaseError(), psycopg2.DatabaseError("server closed the connection"))
    assert outage(cut_off) is Outage.DATABASE
    assert outage(DatabaseError("Save with update_fields did not affect any rows.")) is None
    assert outage(caused(IntegrityError(), psycopg2.IntegrityError())) is None
    assert outage(caused(OperationalError(), NoRoom())) is Outage.STORAGE
    copying = psycopg2.OperationalError("server closed the connection unexpectedly")
    assert outage(copying) is Outage.DATABASE, "Django does not wrap what COPY meets"
    refused = "connection failed: FATAL:  could not write init file: No space left on device"
    assert outage(OperationalError(refused)) is Outage.STORAGE


class NoRoom(psycopg2.OperationalError):
    pgcode = "53100"


def test_a_data_directory_that_cannot_be_written_is_refused_at_start(
    tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    assert not data_directory()
    (tmp_path / "file").touch()
    settings.DATA_DIR = tmp_path / "file" / "data"
    (error,) = data_directory()
    assert f"Nothing can be kept in {tmp_path}/file/data: Not a directory." in error.msg
    assert "HINDSIGHT_DATA" in error.hint


def test_a_full_data_directory_is_refused_at_start(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("tempfile.TemporaryFile", raising(FULL))
    (error,) = data_directory()
    assert "No space left on device" in error.msg


def test_whoever_finds_no_room_is_turned_away_at_once(rf: Any) -> None:
    gate = AsManyAsFit(lambda _request: HttpResponse("answered"))
    taken = [gate.inside.acquire(blocking=False) for _ in range(AT_WORK + IN_LINE)]
    assert all(taken)
    response = gate(rf.get("/lessons/"))
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "Too many ask at once" in response.content.decode()
    assert json.loads(gate(rf.get("/api/v1/records")).content)["status"] == 503
    assert gate(rf.get("/healthz")).content == b"answered"
    gate.inside.release()
    assert gate(rf.get("/lessons/")).content == b"answered"


def test_a_line_that_does_not_move_is_left(rf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.crowding.PATIENCE", 0.01)
    gate = AsManyAsFit(lambda _request: HttpResponse("answered"))
    for _ in range(AT_WORK):
        gate.at_work.acquire()
    assert {gate(rf.get("/")).status_code for _ in range(2 * IN_LINE)} == {503}
    gate.at_work.release()
    assert gate(rf.get("/")).status_code == 200


def test_there_are_threads_beyond_those_who_work_or_stand_in_line() -> None:
    assert serving.threads > AT_WORK + IN_LINE

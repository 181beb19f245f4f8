"""What a supervisor asks."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client


def test_healthz_answers_without_the_database(client: Client) -> None:
    """No database mark: a query would be an error here."""
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_answers_once_everything_is_migrated(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_refuses_while_migrations_wait(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = lambda _self, _targets: [("a migration", False)]  # noqa: E731
    monkeypatch.setattr(MigrationExecutor, "migration_plan", waiting)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"migrations are waiting\n")


@pytest.mark.django_db
def test_readyz_refuses_while_the_database_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("connection refused, password=secret")

    monkeypatch.setattr(connection, "cursor", away)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"the database does not answer\n")


@pytest.mark.django_db
def test_neither_starts_a_session(client: Client) -> None:
    for path in ("/healthz", "/readyz"):
        assert not client.get(path).cookies


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_supervisors_without_encryption_are_answered_where_pages_need_it(
    path: str, client: Client, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(path).status_code == 200
    assert Client().get("/").status_code == 301

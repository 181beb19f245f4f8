"""Fixtures shared by all tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Role, User
from lessons.search.index import machine_index
from tests.factories import make_user

END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
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

"""Fixtures shared by all tests."""

import pytest
from django.test import Client

from accounts.models import Role, User
from tests.factories import make_user


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

"""The sessions of a person: listed, and ended."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.accounts.test_second_factor import sign_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"
NEW = "an entirely different one"


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_a_person_sees_their_sessions_and_ends_the_others(client):
    user, other = make_user(), Client(headers={"User-Agent": "A phone"}, REMOTE_ADDR="192.0.2.7")
    for one in (client, other):
        sign_in(one, user)
    page = client.get(PAGE).content.decode()
    assert "A phone" in page
    assert "192.0.2.7" in page
    client.post(PAGE)
    assert (is_in(client), is_in(other)) == (True, False)


def test_a_session_of_somebody_else_is_neither_listed_nor_ended(client):
    other = Client(headers={"User-Agent": "A phone"})
    sign_in(client, make_user())
    sign_in(other, make_user())
    assert "A phone" not in client.get(PAGE).content.decode()
    client.post(PAGE)
    assert is_in(other)


def test_a_new_password_ends_the_other_sessions(client):
    user, other = make_user(), Client()
    for one in (client, other):
        sign_in(one, user)
    client.post(
        "/accounts/password/change/",
        {"oldpassword": "password", "password1": NEW, "password2": NEW},
    )
    assert (is_in(client), is_in(other)) == (True, False)
    assert sign_in(other, user, NEW).status_code == 302


def test_who_signs_in_gets_a_session_that_nobody_gave_them(client):
    client.get("/accounts/login/")
    session = client.session
    session["given"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in(client, make_user())
    assert client.session.session_key != session.session_key

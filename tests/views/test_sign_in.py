"""Signing in and out."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client

from accounts.models import Role, User
from tests.factories import make_user
from tests.views import text_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def ann(db: None) -> User:
    return make_user(Role.ANALYST, username="ann", email="Ann@example.org")


def sign_in(client: Client, login: str, password: str = "password", **more: Any) -> Any:
    return client.post("/accounts/login/", {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", ["ann", "ann@example.org", "ANN@EXAMPLE.ORG"])
def test_one_signs_in_by_name_or_by_address(login: str, client: Client, ann: User) -> None:
    response = sign_in(client, login)
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert get_user(client) == ann


def test_one_is_led_back_to_where_one_was(client: Client, ann: User) -> None:
    page = client.get("/lessons/?theme=")
    (way,) = set(re.findall(r'href="(/accounts/login/\?next=[^"]+)"', text_of(page)))
    asked = text_of(client.get(way))
    assert '<input type="hidden" name="next" value="/lessons/?theme="' in asked
    assert sign_in(client, "ann", next="/lessons/?theme=")["Location"] == "/lessons/?theme="


def test_the_admin_is_entered_by_the_same_door(client: Client, ann: User) -> None:
    first = client.get("/admin/lessons/lesson/", follow=True)
    assert first.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert sign_in(client, "ann", next="/admin/lessons/lesson/")["Location"] == (
        "/admin/lessons/lesson/"
    )
    assert client.get("/admin/lessons/lesson/").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
     "http:///evil.example", "https://testserver@evil.example/"],
)  # fmt: skip
def test_one_is_never_led_elsewhere(elsewhere: str, client: Client, ann: User) -> None:
    assert sign_in(client, "ann", next=elsewhere)["Location"] == "/"
    signed_in = client.get("/accounts/login/", {"next": elsewhere})
    assert signed_in["Location"] == "/"
    language = client.post("/language/", {"language": "fr", "next": elsewhere})
    assert language["Location"] == "/"


@pytest.mark.parametrize(
    ("login", "password"),
    [("ann", "wrong"), ("nobody", "password"), ("ann@example.com", "password"), ("ann", "")],
)
def test_what_is_wrong_is_told_without_telling_which(
    login: str, password: str, client: Client, ann: User
) -> None:
    response = sign_in(client, login, password)
    assert response.status_code == 200
    assert get_user(client).is_anonymous
    if password:
        assert "not correct" in words_of(response)
    assert f'value="{login}"' in text_of(response)


def test_somebody_who_left_cannot_sign_in(client: Client, ann: User) -> None:
    User.objects.update(is_active=False)
    response = sign_in(client, "ann")
    assert get_user(client).is_anonymous
    assert response.status_code in {200, 302}


def test_guessing_passwords_is_slowed_down_readably(client: Client, ann: User) -> None:
    answers = [sign_in(client, "ann", "wrong") for _attempt in range(6)]
    last = answers[-1]
    assert "Too many failed" in words_of(last)
    assert last.status_code in {200, 429}
    right = sign_in(client, "ann")
    assert get_user(client).is_anonymous
    assert "Too many failed" in words_of(right)


def test_guessing_from_one_address_ends_with_a_readable_page(
    client: Client, ann: User, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "10/m/ip"}
    answers = (sign_in(client, f"name{attempt}", "wrong") for attempt in range(12))
    response = next(answer for answer in answers if answer.status_code == 429)
    assert "<h1>" in text_of(response)
    assert "Hindsight" in words_of(response)


def test_nobody_signs_up(client: Client) -> None:
    asked = client.get("/accounts/signup/")
    assert "<form" not in text_of(asked).split("<main", 1)[1].split("</main>")[0]
    password = {"password1": "long enough 1", "password2": "long enough 1"}
    client.post("/accounts/signup/", {"username": "eve", "email": "eve@example.org", **password})
    assert not User.objects.exists()


def test_one_signs_out_by_asking_for_it(client: Client, ann: User) -> None:
    sign_in(client, "ann")
    assert "Sign out" in words_of(client.get("/accounts/logout/", follow=True))
    assert get_user(client) == ann
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert get_user(client).is_anonymous


def test_pages_say_who_is_signed_in_and_readers_find_no_desk(client: Client) -> None:
    assert "Sign in" in words_of(client.get("/"))
    client.force_login(make_user(Role.READER))
    words = words_of(client.get("/"))
    assert "Sign out" in words
    assert "Curate" not in words
    client.force_login(make_user(Role.ANALYST))
    assert "Curate" in words_of(client.get("/"))


def test_a_lost_password_is_asked_for_without_telling_who_exists(
    client: Client, ann: User, mailoutbox: list[Any]
) -> None:
    for email in ("ann@example.org", "nobody@example.org"):
        response = client.post("/accounts/password/reset/", {"email": email})
        assert response["Location"] == "/accounts/password/reset/done/"
    assert [mail.to for mail in mailoutbox] == [["ann@example.org"]]
    assert "/accounts/password/reset/key/" in mailoutbox[0].body


def test_the_language_chosen_is_kept(client: Client) -> None:
    client.post("/language/", {"language": "fr", "next": "/themes/"})
    assert '<html lang="fr">' in text_of(client.get("/themes/"))
    client.post("/language/", {"language": "en", "next": "/themes/"})
    assert '<html lang="en">' in text_of(client.get("/themes/"))


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/accounts/logout/", "/accounts/password/reset/",
     "/accounts/password/change/", "/accounts/email/", "/accounts/reauthenticate/"],
)  # fmt: skip
def test_the_pages_of_accounts_look_like_ours(path: str, client: Client, ann: User) -> None:
    if path not in {"/accounts/login/", "/accounts/password/reset/"}:
        client.force_login(ann)
    text = text_of(client.get(path))
    assert "hindsight.css" in text
    assert text.count("<h1") == 1
    assert "Menu:" not in text

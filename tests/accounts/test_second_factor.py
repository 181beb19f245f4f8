"""The second factor: signing in with one, and being led to set one up."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from accounts.models import AccessEvent, Role, User
from lessons.models import Record
from tests.factories import make_record, make_user

pytestmark = pytest.mark.django_db
SET_UP = "/accounts/2fa/"


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


def sign_in(client: Client, user: User, password: str = "password"):
    return client.post("/accounts/login/", {"login": user.username, "password": password})


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def with_totp(user: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def test_a_second_factor_is_set_up_and_then_asked_for(client):
    user = make_user()
    assert sign_in(client, user)["Location"] == "/"
    to_set_up = "/accounts/2fa/totp/activate/"
    assert client.get(to_set_up)["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": "password", "next": to_set_up})
    page = client.get(to_set_up).content.decode()
    assert "data:image/svg+xml" in page
    secret = re.search(r'id="authenticator_secret"[^>]*?value="(\w+)"', page, re.DOTALL)[1]
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()
    recovery = re.search(r"<textarea[^>]*>(\d{8})", codes)[1]

    other = Client()
    cache.clear()  # a code opens once
    assert sign_in(other, user)["Location"] == "/accounts/2fa/authenticate/"
    assert other.get("/curate/").status_code == 302
    assert (
        "Incorrect code"
        in other.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    )
    assert AccessEvent.objects.get(what="refused").detail == "second factor"
    other.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert other.get("/curate/").status_code == 200

    third = Client()
    sign_in(third, user)
    third.post("/accounts/2fa/authenticate/", {"code": recovery})
    assert third.get("/curate/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/lessons/", "/curate/", "/admin/", "/accounts/tokens/"])
def test_a_role_that_needs_a_second_factor_is_led_to_set_it_up(signed_in, settings, path):
    settings.MFA_REQUIRED_FOR = ["reviewer"]
    client = signed_in(make_user(Role.REVIEWER))
    assert client.get(path)["Location"] == SET_UP
    assert "Your role needs a second factor" in client.get(SET_UP).content.decode()
    assert client.get("/accounts/reauthenticate/").status_code == 200
    assert client.get("/accounts/logout/").status_code == 200


def test_without_the_second_factor_nothing_is_written(signed_in, settings):
    settings.MFA_REQUIRED_FOR = ["admin"]
    record = make_record()
    client = signed_in(make_user(Role.ADMIN))
    sent = {"step": "submit", "version": record.version}
    assert client.post(f"/records/{record.code}/step/", sent)["Location"] == SET_UP
    assert client.post("/admin/accounts/user/add/", {"username": "eve"})["Location"] == SET_UP
    answer = client.post(
        f"/api/v1/records/{record.code}/steps", "{}", content_type="application/json"
    )
    assert answer.status_code == 403
    assert "second factor" in answer.json()["detail"]
    assert client.get("/api/v1/records").status_code == 403
    assert Record.objects.get(pk=record.pk).version == record.version
    assert not User.objects.filter(username="eve").exists()


def test_with_the_second_factor_everything_is_as_before(signed_in, settings):
    settings.MFA_REQUIRED_FOR = ["reviewer", "admin"]
    user = make_user(Role.REVIEWER)
    with_totp(user)
    assert signed_in(user).get("/curate/").status_code == 200
    assert signed_in(make_user(Role.ANALYST)).get("/curate/").status_code == 200
    assert Client().get("/").status_code == 200


def test_pages_of_the_second_factor_keep_the_policy_of_content(signed_in):
    client = signed_in(make_user())
    client.post("/accounts/reauthenticate/", {"password": "password"})
    for path in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/", ""):
        response = client.get(f"{SET_UP}{path}")
        assert response.status_code == 200 or path == "recovery-codes/generate/"
        page = response.content.decode()
        scripts = re.findall(r"<script([^>]*)>", page)
        assert all("src=" in one or 'type="application/json"' in one for one in scripts)
        assert "style=" not in page
        assert "script-src 'self'" in response["Content-Security-Policy"]


def test_a_passkey_signs_in_from_the_sign_in_page(client):
    page = client.get("/accounts/login/").content.decode()
    assert "mfa/js/webauthn.js" in page
    assert "passkey_login" in page
    asked = client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert asked.json()["request_options"]["publicKey"]["challenge"]

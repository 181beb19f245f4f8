"""Tokens, sessions, limits and other sites' pages: who asks, and how often."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts import limits, tokens
from accounts.models import RequestCount, Token, User
from lessons.models import Record
from tests.api import Program, problem
from tests.api.test_writing import NEW
from tests.factories import cite, make_record
from tests.views import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(db: None) -> Record:
    return cite(make_record())


def test_only_the_hash_of_a_token_is_kept(analyst: User) -> None:
    token, secret = tokens.make(analyst, "Zotero", "read", None)
    assert secret.startswith("hindsight_")
    assert secret not in str(Token.objects.values().get())
    assert tokens.holder(secret) == token
    assert tokens.holder(secret[:-1]) is None


def test_a_token_for_reading_does_not_write(analyst: User) -> None:
    response = Program(analyst, "read").ask("POST", "records", NEW)
    assert problem(response) == (403, "This token is for reading alone.")
    assert 'error="insufficient_scope"' in response["WWW-Authenticate"]


@pytest.mark.parametrize("how", ["revoked", "expired", "deactivated"])
def test_a_token_that_is_no_more_opens_nothing(how: str, analyst: User, draft: Record) -> None:
    program = Program(analyst)
    assert program.get(f"records/{draft.code}").status_code == 200
    if how == "revoked":
        tokens.revoke(Token.objects.get())
    elif how == "expired":
        Token.objects.update(expires_at=timezone.now())
    else:
        User.objects.filter(pk=analyst.pk).update(is_active=False)
    for path in (f"records/{draft.code}", "records"):
        response = program.get(path)
        assert problem(response)[0] == 401
        assert response["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_token_has_the_role_that_its_holder_has_now(analyst: User, draft: Record) -> None:
    program = Program(analyst)
    User.objects.filter(pk=analyst.pk).update(role="reader")
    assert problem(program.get(f"records/{draft.code}"))[0] == 404


def test_it_is_noted_when_a_token_was_used_last(analyst: User) -> None:
    Program(analyst).get("records")
    used = Token.objects.get().used_at
    assert timezone.now() - used < timedelta(minutes=1)


@pytest.mark.parametrize("shown", ["Bearer", "Bearer x", "Basic YTpi", "x"])
def test_what_is_no_token_is_refused(shown: str) -> None:
    assert problem(Program(Authorization=shown).get("records"))[0] == 401


def test_a_token_needs_a_future_and_a_person_not_too_many(analyst: User) -> None:
    with pytest.raises(ValidationError):
        tokens.make(analyst, "x", "read", timezone.now())
    for number in range(tokens.MOST):
        tokens.make(analyst, str(number), "read", None)
    with pytest.raises(ValidationError):
        tokens.make(analyst, "x", "read", None)


# A session


def test_a_session_reads_and_writes_only_with_its_csrf_token(analyst: User, draft: Record) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst)
    assert client.get(f"/api/v1/records/{draft.code}").status_code == 200
    forged = client.post("/api/v1/records", NEW, content_type="application/json")
    assert problem(forged)[0] == 403
    text_of(client.get("/accounts/tokens/"))
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    meant = client.post("/api/v1/records", NEW, content_type="application/json", headers=headers)
    assert meant.status_code == 201


# The page


def test_a_token_is_made_shown_once_and_revoked_on_its_page(signed_in: Any, reader: User) -> None:
    client = signed_in(reader)
    form = {"name": "Zotero", "scope": "read", "days": "30"}
    page = client.post("/accounts/tokens/", form, follow=True)
    secret = page.context["secret"]
    assert secret in text_of(page)
    assert tokens.holder(secret).name == "Zotero"
    again = client.get("/accounts/tokens/")
    assert secret not in text_of(again)
    assert "Zotero" in text_of(again)
    client.post(f"/accounts/tokens/{Token.objects.get().pk}/revoke/")
    assert tokens.holder(secret) is None


def test_what_is_wrong_with_a_new_token_is_told(signed_in: Any, reader: User) -> None:
    page = signed_in(reader).post("/accounts/tokens/", {"name": "", "scope": "all", "days": "9"})
    assert set(page.context["form"].errors) == {"name", "scope", "days"}
    assert not Token.objects.exists()


def test_nobody_revokes_anothers_token(signed_in: Any, reader: User, analyst: User) -> None:
    token, _secret = tokens.make(analyst, "x", "read", None)
    assert signed_in(reader).post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert Token.objects.exists()


# Limits


def test_too_many_requests_wait_for_the_next_minute(settings: Any) -> None:
    settings.API_READS = 2
    first, _second, third = (Program().get("records") for _number in range(3))
    assert first["RateLimit-Policy"] == '"read";q=2;w=60'
    assert first["RateLimit"].startswith('"read";r=1;t=')
    assert problem(third)[0] == 429
    assert 1 <= int(third["Retry-After"]) <= 60
    assert Program().client.get("/records/").status_code == 200  # pages are read all the same


def test_a_person_counts_alone_however_many_share_the_address(
    settings: Any, analyst: User, reader: User
) -> None:
    settings.API_READS = 1
    programs = [Program(), Program(analyst), Program(reader)]
    assert [program.get("records").status_code for program in programs] == [200, 200, 200]
    assert [program.get("records").status_code for program in programs] == [429, 429, 429]
    assert Program(analyst).get("records").status_code == 429  # another token, the same person


def test_writing_is_counted_for_itself(settings: Any, analyst: User) -> None:
    settings.API_WRITES = 1
    program = Program(analyst)
    assert program.ask("POST", "records", NEW).status_code == 201
    assert problem(program.ask("POST", "records", NEW))[0] == 429
    assert program.get("records").status_code == 200


def test_behind_a_proxy_those_who_ask_are_told_apart(settings: Any) -> None:
    settings.API_READS, settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1, 1
    for address in ("192.0.2.1", "192.0.2.2"):
        asked = {"X_Forwarded_For": f"10.9.9.9, {address}"}  # the first is what the client says
        statuses = [Program().get("records", **asked).status_code for _n in range(2)]
        assert statuses == [200, 429]


def test_old_counts_are_forgotten(settings: Any) -> None:
    limits.count("read", "x", 5)
    RequestCount.objects.update(began=timezone.now() - timedelta(hours=2))
    limits.count("read", "y", 5)
    assert [one.who for one in RequestCount.objects.all()] == ["read:y"]


def test_no_limit_counts_nothing(settings: Any) -> None:
    settings.API_READS = 0
    assert "RateLimit" not in Program().get("records").headers
    assert not RequestCount.objects.exists()


# Other sites' pages


def test_pages_of_other_sites_may_read_and_not_write() -> None:
    asked = {"Origin": "https://elsewhere.example", "Access_Control_Request_Method": "GET"}
    preflight = Program().ask("OPTIONS", "records", **asked)
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Methods"] == "GET, HEAD"
    response = Program().get("records", **asked)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Access-Control-Allow-Origin" not in Program().ask("POST", "records", NEW).headers


def test_a_failure_of_ours_is_a_problem_that_betrays_nothing(monkeypatch: Any) -> None:
    def broken(*_args: Any, **_named: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Record.objects.__class__, "visible_to", broken)
    status, detail = problem(Program().get("links"))
    assert status == 500
    assert "secret" not in detail

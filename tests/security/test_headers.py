"""What guards the browser stands on every kind of answer."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from lessons.models import Record
from tests.factories import make_published
from tests.routes import make_filed_report

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db
KINDS = {
    "a page": ("/", 200),
    "a file": ("/lessons.csv", 200),
    "a feed": ("/feeds/records/", 200),
    "the API": ("/api/v1/records", 200),
    "a refusal of the API": ("/api/v1/records?colour=red", 400),
    "a harvester's answer": ("/oai?verb=Identify", 200),
    "health": ("/healthz", 200),
    "a static file": ("/static/css/hindsight.css", 200),
    "what is asked wrongly": ("/records/?colour=red", 400),
    "what is not there": ("/nowhere/", 404),
    "the way to the sign-in page": ("/curate/", 302),
}


def guards_missing(response: Any) -> list[str]:
    wanted = {
        "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
    }  # fmt: skip
    policy = response["Content-Security-Policy"]
    missing = [name for name, value in wanted.items() if response.get(name) != value]
    needed = (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return missing + [part for part in needed if part not in policy]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_is_guarded(kind: str, client: Client, settings: Any) -> None:
    settings.WHITENOISE_USE_FINDERS = True  # where static files were never collected
    path, status = KINDS[kind]
    response = client.get(path)
    assert response.status_code == status
    assert guards_missing(response) == []
    if response.streaming:
        response.close()


def test_refusals_and_failures_are_guarded_too(
    signed_in: Any, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guards_missing(signed_in(reader).get("/curate/")) == []  # 403
    forged = Client(enforce_csrf_checks=True).post("/accounts/login/")
    assert (forged.status_code, guards_missing(forged)) == (403, [])

    def broken(*_args: Any, **_named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(Record.objects.__class__, "visible_to", broken)
    failed = Client(raise_request_exception=False).get("/")
    assert (failed.status_code, guards_missing(failed)) == (500, [])


def test_a_strangers_file_runs_nothing(client: Client) -> None:
    response = client.get(f"/reports/{make_filed_report().slug}/file")
    response.close()
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "filename=" in response["Content-Disposition"]


@pytest.mark.parametrize("path", ["/", "/lessons/", "/lessons.csv", "/curate/", "/nowhere/",
                                  "/accounts/sessions/", "/feeds/records/"])  # fmt: skip
def test_nothing_of_those_signed_in_is_kept(path: str, signed_in: Any, analyst: User) -> None:
    make_published()
    response = signed_in(analyst).get(path)
    response.close()
    assert "no-store" in response["Cache-Control"]


def test_what_everyone_sees_may_be_kept(client: Client) -> None:
    assert "no-store" not in client.get("/").get("Cache-Control", "")


ASK = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
names = [name for name in dir(settings) if "COOKIE" in name or "HSTS" in name]
redirected = Client().get("/healthz", headers={"host": "hindsight.example.org"}, secure=True)
print(json.dumps({
    "settings": {name: getattr(settings, name) for name in names},
    "headers": dict(redirected.headers), "storage": settings.MESSAGE_STORAGE,
}, default=str))
"""


@pytest.fixture(scope="module")
def deployed() -> dict[str, Any]:
    """Return settings and headers of an installation that everyone can reach."""
    named = {"HINDSIGHT_URL": "https://hindsight.example.org", "HINDSIGHT_SECRET_KEY": "x" * 50,
             "DJANGO_SETTINGS_MODULE": "config.settings",
             "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}  # fmt: skip
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        cwd=ROOT, env={**os.environ, **named}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(answer.stdout)


def test_where_it_is_deployed_everything_goes_over_https_for_a_year(deployed: Any) -> None:
    assert deployed["headers"]["Strict-Transport-Security"] == (
        "max-age=31536000; includeSubDomains; preload"
    )


@pytest.mark.parametrize("cookie", ["SESSION", "CSRF", "LANGUAGE"])
def test_cookies_belong_to_this_host_alone(cookie: str, deployed: Any) -> None:
    told = {name.removeprefix(f"{cookie}_COOKIE_"): value
            for name, value in deployed["settings"].items()}  # fmt: skip
    assert told["NAME"].startswith("__Host-")
    assert told["SECURE"] is True
    assert (told["DOMAIN"], told["PATH"], told["SAMESITE"]) == (None, "/", "Lax")
    # The pages send the token of forms along in a field; no script of ours reads the cookie.
    assert told["HTTPONLY"] is (cookie != "CSRF")


def test_there_is_no_further_cookie(deployed: Any) -> None:
    assert deployed["storage"].endswith("SessionStorage")

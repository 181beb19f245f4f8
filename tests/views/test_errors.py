"""The pages for what goes wrong: readable, in both languages, with a way on."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from lessons.models import Record
from tests.factories import make_report
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db

FRENCH = {"accept-language": "fr"}


def broken(*_args: Any, **_kwargs: Any) -> None:
    raise RuntimeError("secret detail")


def test_what_is_not_there_is_told_with_a_way_on(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "There is nothing at this address" in words_of(response)
    assert "/" in links_of(response)
    assert 'role="search"' in text_of(response)


def test_what_is_asked_wrongly_is_told_with_a_way_on(client: Client) -> None:
    response = client.get("/records/?colour=red")
    assert response.status_code == 400
    words = words_of(response)
    assert "“colour” is not something this list can be asked for." in words
    assert "Go to the first page" in words


def test_what_is_not_open_is_told_with_a_way_on(signed_in, analyst: User) -> None:
    response = signed_in(analyst).get("/admin/accounts/user/")
    assert response.status_code == 403
    assert "This is not open to you" in words_of(response)
    assert "Go to the first page" in words_of(response)


def test_a_form_sent_from_elsewhere_is_refused_readably(analyst: User) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "a", "password": "b"})
    assert response.status_code == 403
    assert "Go to the first page" in words_of(response)


def test_a_failure_of_ours_is_told_in_both_languages_and_betrays_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Record.objects.__class__, "visible_to", broken)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    words = words_of(response)
    assert "Something went wrong here · Un problème est survenu" in words
    assert "secret detail" not in words
    assert "Traceback" not in words


IN_FRENCH = {
    "/nowhere/": (404, "There is nothing at this address"),
    "/records/?colour=red": (400, "This address asks for something unclear"),
    "/admin/accounts/user/": (403, "This is not open to you"),
}


@pytest.mark.parametrize("path", IN_FRENCH)
def test_the_pages_speak_french(path: str, signed_in, analyst: User) -> None:
    status, english = IN_FRENCH[path]
    response = signed_in(analyst).get(path, headers=FRENCH)
    assert response.status_code == status
    assert '<html lang="fr">' in text_of(response)
    assert english not in words_of(response)


def test_the_answer_to_a_wrong_citation_speaks_french(client: Client) -> None:
    make_report(slug="r")
    response = client.get("/reports/r/?cite=x", headers=FRENCH)
    assert response.status_code == 400
    assert "is not the number of a citation" not in words_of(response)


def test_a_host_that_is_not_ours_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/records/%00/",
        "/records/?q=%00",
        "/records/?q=%ff",
        "/lessons/?page=" + "9" * 5000,
        "/themes/%F0%9F%92%A9/",
        "/reports/..%2f..%2fetc%2fpasswd/",
        "/records/?%00=1",
        "/reports/?x[]=1",
    ],
)
def test_nonsense_never_becomes_a_failure_of_ours(path: str, client: Client) -> None:
    assert client.get(path).status_code < 500


@pytest.mark.parametrize("path", ["/", "/records/", "/nowhere/", "/accounts/login/"])
def test_every_page_forbids_what_it_does_not_use(path: str, client: Client) -> None:
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"

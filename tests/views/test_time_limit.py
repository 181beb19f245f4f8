"""A page that takes too long says so and lets the worker go; a file takes the time it needs."""

import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from lessons.models.records import RecordQuerySet
from lessons.search import Found
from tests.factories import make_published
from tests.views import links_of, words_of

pytestmark = pytest.mark.django_db(transaction=True)

visible_to = RecordQuerySet.visible_to


def slow(*given: object) -> RecordQuerySet:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")
    return visible_to(*given)  # type: ignore[arg-type]


@pytest.fixture
def impatient(settings, monkeypatch) -> None:
    make_published(title="A warning")
    settings.READ_TIMEOUT = settings.SEARCH_TIMEOUT = 0.25
    monkeypatch.setattr(RecordQuerySet, "visible_to", slow)


@pytest.mark.parametrize("path", ["/", "/records/", "/records/?q=warning", "/reports/?q=warning"])
def test_a_page_that_takes_too_long_says_what_to_do(path: str, client: Client, impatient) -> None:
    response = client.get(path)
    assert response.status_code == 503
    assert "narrow the list" in words_of(response)
    assert "/" in links_of(response)
    assert response["Retry-After"]


def test_a_search_has_less_time_than_a_page(client: Client, impatient, settings) -> None:
    settings.READ_TIMEOUT = 60
    assert client.get("/records/").status_code == 503
    assert client.get("/").status_code == 200


def test_a_file_takes_the_time_it_needs(client: Client, impatient, monkeypatch) -> None:
    every = Found.every

    def slowly(found: Found) -> Iterator[int]:
        time.sleep(0.5)
        yield from every(found)

    monkeypatch.setattr(Found, "every", slowly)
    response = client.get("/records.csv")
    assert response.status_code == 200
    assert b"A warning" in b"".join(response)


def test_who_is_signed_in_is_told_so_on_a_page_of_theirs(signed_in, analyst, impatient) -> None:
    response = signed_in(analyst).get("/records/?q=warning")
    assert response.status_code == 503
    assert "Sign out" in words_of(response)


def test_writing_is_not_cut_off(signed_in, admin, impatient) -> None:
    response = signed_in(admin).post("/admin/lessons/lesson/", {})
    assert response.status_code != 503


def test_the_connection_is_left_without_a_limit(client: Client, settings) -> None:
    settings.READ_TIMEOUT = settings.SEARCH_TIMEOUT = 5
    assert client.get("/records/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)

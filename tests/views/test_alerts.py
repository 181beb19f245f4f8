"""Saving a search from a list, and one's saved searches."""

import pytest
from django.test import Client

from accounts.models import User
from lessons import alerts
from lessons.models import SavedSearch
from tests.factories import make_published, make_theme, make_user
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db
FORM = {"title": "Warnings", "query": "q=warning&kind=lesson", "frequency": "daily"}


def test_a_list_offers_to_save_what_it_was_asked_for(signed_in, reader: User) -> None:
    make_theme(slug="warning")
    make_published()
    client: Client = signed_in(reader)
    text = text_of(client.get("/lessons/?theme=warning&page=1&sort=year"))
    assert 'name="query" value="kind=lesson&amp;theme=warning&amp;sort=year"' in text


def test_a_search_is_saved_listed_changed_and_let_go(signed_in, reader: User) -> None:
    client: Client = signed_in(reader)
    assert client.post("/alerts/save/", FORM)["Location"] == "/alerts/"
    search = SavedSearch.objects.get()
    assert (search.owner, search.frequency) == (reader, "daily")
    assert f"/records/?{FORM['query']}" in links_of(client.get("/alerts/"))
    client.post(f"/alerts/{search.pk}/", {"frequency": "weekly"})
    search.refresh_from_db()
    assert search.frequency == "weekly"
    assert client.post(f"/alerts/{search.pk}/", {"frequency": "hourly"}).status_code == 404
    client.post(f"/alerts/{search.pk}/", {"forget": "1"})
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("wrong", [{"query": "colour=red"}, {"title": ""}, {"frequency": "hourly"}])
def test_what_cannot_be_saved_is_told_where_one_was(wrong, signed_in, reader: User) -> None:
    client: Client = signed_in(reader)
    answer = client.post("/alerts/save/", {**FORM, "next": "/lessons/", **wrong}, follow=True)
    assert answer.redirect_chain[0][0] == "/lessons/"
    assert 'class="message error"' in text_of(answer)
    assert not SavedSearch.objects.exists()


def test_searches_are_ones_own(signed_in, admin: User) -> None:
    theirs = alerts.save_search("", "Theirs", by=make_user(), frequency="daily")
    client: Client = signed_in(admin)
    assert "Theirs" not in words_of(client.get("/alerts/"))
    assert client.post(f"/alerts/{theirs.pk}/", {"forget": "1"}).status_code == 404
    assert SavedSearch.objects.exists()


def test_the_one_click_needs_no_token_of_a_form() -> None:
    search = alerts.save_search("", "Mine", by=make_user(), frequency="daily")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/alerts/unsubscribe/{alerts.token_of(search)}/").status_code == 200
    assert strict.put(f"/alerts/unsubscribe/{alerts.token_of(search)}/").status_code == 405
    assert strict.get("/alerts/unsubscribe/1/").status_code == 404
    assert strict.get("/alerts/unsubscribe/x:y/").status_code == 404

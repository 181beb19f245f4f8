"""The verbs of saved searches."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from lessons import alerts
from lessons.alerts import saving
from lessons.models import SavedSearch
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def save(user: User, query: str = "q=warning", **fields: str) -> SavedSearch:
    about = {"title": "Warnings", "frequency": "weekly", **fields}
    return alerts.save_search(query, about.pop("title"), by=user, **about)


def test_a_search_is_kept_in_its_one_spelling_and_from_now_on(reader: User) -> None:
    before = alerts.horizon()
    search = save(reader, "page=2&theme=&q=warning&kind=lesson", title=" Two\nlines ")
    assert (search.query, search.title) == ("q=warning&kind=lesson", "Two lines")
    assert search.told_until >= before


@pytest.mark.parametrize(
    ("query", "fields", "reason"),
    [
        ("colour=red", {}, "colour"),
        ("status=draft", {}, "what is published"),
        ("q=warning", {"frequency": "hourly"}, "hourly"),
        ("q=warning", {"title": " "}, "blank"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    query: str, fields: dict[str, str], reason: str, reader: User
) -> None:
    with pytest.raises(ValidationError, match=reason):
        save(reader, query, **fields)


def test_a_search_is_saved_once_by_each(reader: User) -> None:
    save(reader)
    save(make_user())
    with pytest.raises(ValidationError, match="already"):
        save(reader, "q=warning&page=2")


def test_there_is_an_end_to_it(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MOST", 1)
    save(reader)
    with pytest.raises(ValidationError, match="let one go"):
        save(reader, "q=other")


def test_it_is_changed_and_let_go_by_its_owner_alone(reader: User, admin: User) -> None:
    search = save(reader)
    for verb in (
        lambda: alerts.change_search(search, by=admin, frequency="daily"),
        lambda: alerts.forget_search(search, by=admin),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert alerts.change_search(search, by=reader, frequency="daily").frequency == "daily"
    alerts.forget_search(search, by=reader)
    assert not SavedSearch.objects.exists()


def test_what_happened_while_nobody_wanted_to_know_is_not_made_up_for(reader: User) -> None:
    search = save(reader, frequency="never")
    paused = search.told_until
    assert alerts.change_search(search, by=reader, frequency="daily").told_until > paused

"""What belongs to somebody opens to nobody who guesses its address."""

from typing import Any

import pytest

from accounts import tokens
from accounts.models import Role, Token
from lessons import alerts, collecting
from lessons.models import Import, Job, ReadingList, SavedSearch
from tests.factories import make_published, make_user
from tests.importers.tables.importing import lesson, looked_at

pytestmark = pytest.mark.django_db
NOT_THERE = {403, 404}


@pytest.mark.parametrize("role", [Role.READER, Role.ANALYST, Role.REVIEWER])
def test_others_things_are_not_there(role: str, signed_in: Any) -> None:
    owner, client = make_user(Role.ANALYST), signed_in(make_user(role))
    record = make_published()
    one = collecting.make_list("Mine", by=owner)
    item = collecting.collect(one, record, by=owner)
    search = alerts.save_search("", "All", by=owner, frequency="daily")
    token, _secret = tokens.make(owner, "mine", "write", None)
    job = Job.objects.create(kind="read upload", title="Reading", created_by=owner)
    table = looked_at([lesson()], by=owner)
    before = [sorted(model.objects.values_list()) for model in (ReadingList, SavedSearch, Token)]
    for path in (
        f"/lists/{one.slug}/", f"/lists/{one.slug}.csv", f"/lists/{one.slug}/edit/",
        f"/lists/{one.slug}/delete/", f"/feeds/lists/{one.slug}/", f"/lists/shared/{one.token}/",
        f"/lists/shared/{one.token}.csv", f"/curate/jobs/{job.pk}/",
        f"/curate/import/{table.pk}/", f"/curate/import/{table.pk}/columns/",
        f"/curate/import/{table.pk}/problems.csv",
    ):  # fmt: skip
        assert client.get(path).status_code in NOT_THERE, path
    for path, sent in {
        f"/lists/{one.slug}/items/": {"item": item.pk, "remove": item.pk},
        f"/lists/{one.slug}/sharing/": {"visibility": "public"},
        f"/lists/{one.slug}/delete/": {"version": one.version},
        "/lists/current/": {"list": one.slug},
        f"/alerts/{search.pk}/": {"frequency": "", "delete": "1"},
        f"/accounts/tokens/{token.pk}/revoke/": {},
        f"/curate/jobs/{job.pk}/cancel/": {},
        f"/curate/import/{table.pk}/apply/": {},
        f"/curate/import/{table.pk}/discard/": {},
    }.items():
        assert client.post(path, sent).status_code in NOT_THERE, path
    after = [sorted(model.objects.values_list()) for model in (ReadingList, SavedSearch, Token)]
    assert after == before
    assert Import.objects.get(pk=table.pk).state == table.state


def test_an_unsubscribe_link_of_one_is_none_of_another(client: Any) -> None:
    search = alerts.save_search("", "All", by=make_user(), frequency="daily")
    other = alerts.save_search("", "All", by=make_user(), frequency="daily")
    mixed = alerts.token_of(search).replace(str(search.pk), str(other.pk), 1)
    client.post(f"/alerts/unsubscribe/{mixed}/")
    assert set(SavedSearch.objects.values_list("frequency", flat=True)) == {"daily"}

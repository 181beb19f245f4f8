"""The log of access: complete, without secrets, and only ever added to."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.utils import InternalError

from accounts.models import AccessEvent, Role, User
from lessons import collecting
from tests.accounts.test_second_factor import sign_in
from tests.factories import make_published, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


def told(**wanted) -> list[tuple[str, ...]]:
    rows = AccessEvent.objects.filter(**wanted).order_by("id")
    return list(rows.values_list("what", "who", "by", "detail"))


def test_signing_in_and_out_is_written_down_with_its_address(client):
    user = make_user()
    sign_in(client, user)
    client.post("/accounts/logout/")
    name = user.username
    assert told(address="127.0.0.1") == [
        ("signed in", name, "", ""), ("signed out", name, "", ""),
    ]  # fmt: skip


def test_a_refused_sign_in_is_written_down_without_the_password(client):
    sign_in(client, User(username="nobody"), "hunter2hunter2")
    assert told(what="refused") == [("refused", "nobody", "", "")]
    row = AccessEvent.objects.filter(what="refused").values().get()
    assert "hunter2" not in str(row)


def test_a_role_that_changes_is_written_down_however_it_was_done(signed_in, admin):
    user = make_user(Role.ANALYST)
    User.objects.filter(pk=user.pk).update(role="reviewer")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET is_active = false WHERE id = %s", [user.pk])
    assert [row[3] for row in told(who=user.username)] == [
        "analyst", "analyst → reviewer", "reviewer → reviewer, closed",
    ]  # fmt: skip


def test_the_admin_says_who_changed_it(signed_in, admin):
    user = make_user(Role.ANALYST)
    sent = {"username": user.username, "email": user.email, "role": "reviewer", "is_active": "on",
            "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}  # fmt: skip
    answer = signed_in(admin).post(f"/admin/accounts/user/{user.pk}/change/", sent)
    assert answer.status_code == 302
    assert told(who=user.username)[-1] == (
        "access", user.username, admin.username, "analyst → reviewer",
    )  # fmt: skip
    page = signed_in(admin).get("/admin/accounts/accessevent/").content.decode()
    assert "analyst → reviewer" in page


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_log_is_only_added_to(verb):
    make_user()
    rows = AccessEvent.objects.all()
    with pytest.raises(InternalError, match="append_only"):
        rows.update(who="x") if verb == "update" else rows.delete()


def test_who_takes_something_along_is_written_down_with_what_and_how_many(signed_in, admin):
    record, client = make_published(), signed_in(admin)
    shared = collecting.make_list("Mine", by=admin, visibility="link")
    for path in (
        "/lessons.csv?sort=title", f"/records/{record.code}.md", "/reports.bib", "/themes.ttl",
        f"/lists/shared/{shared.token}.json", "/insights/time.csv",
    ):  # fmt: skip
        b"".join(client.get(path))
    assert told(what="exported", address="127.0.0.1") == [
        ("exported", admin.username, "", f"{asked}")
        for asked in (
            "csv 1 /lessons.csv?sort=title", f"md 1 /records/{record.code}.md",
            "bib 1 /reports.bib", "ttl 0 /themes.ttl", "json 0 /lists/shared/***.json",
            "csv /insights/time.csv",
        )
    ]  # fmt: skip


def test_of_those_who_are_nobody_nothing_taken_along_is_kept(client, signed_in, admin):
    b"".join(client.get("/lessons.csv"))
    signed_in(admin).head("/lessons.csv")
    assert client.get("/lessons.csv?colour=red").status_code == 400
    assert told(what="exported") == []


def test_a_very_long_query_is_kept_as_far_as_it_fits(signed_in, admin):
    b"".join(signed_in(admin).get("/lessons.csv", {"q": "é" * 900}))
    ((*_row, detail),) = told(what="exported")
    assert len(detail) == 1000

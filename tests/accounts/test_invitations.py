"""Invitations: one link, one account, in the role that was given."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.models import AccessEvent, Role, User

pytestmark = pytest.mark.django_db
ANSWER = {"username": "jane", "first_name": "Jane", "last_name": "Doe",
          "password": "correct horse battery"}  # fmt: skip


def invite(client: Client, email: str = "Jane@Example.org", role: str = "reviewer") -> str:
    """Invite by the page; return the link of the mail, without its host."""
    response = client.post("/accounts/invitations/", {"email": email, "role": role})
    assert response.status_code == 302, response.content.decode()
    return re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]


def test_who_is_invited_makes_one_account_in_the_role_they_were_given(signed_in, admin):
    link, guest = invite(signed_in(admin)), Client()
    assert mail.outbox[-1].to == ["jane@example.org"]
    assert "jane@example.org" in guest.get(link).content.decode()
    assert guest.post(link, ANSWER | {"role": "admin"})["Location"] == "/accounts/login/"
    jane = User.objects.get(username="jane")
    assert (jane.role, jane.email, str(jane)) == ("reviewer", "jane@example.org", "Jane Doe")
    assert jane.check_password(ANSWER["password"])
    again = guest.post(link, ANSWER | {"username": "again"})
    assert again.status_code == 410
    assert not User.objects.filter(username="again").exists()


def test_a_weak_password_and_a_taken_name_are_refused(signed_in, admin):
    link, guest = invite(signed_in(admin)), Client()
    assert "too short" in guest.post(link, ANSWER | {"password": "x"}).content.decode()
    taken = guest.post(link, ANSWER | {"username": admin.username})
    assert "already exists" in taken.content.decode()
    assert not User.objects.filter(email="jane@example.org").exists()


def test_an_invitation_expires(signed_in, admin, monkeypatch):
    link = invite(signed_in(admin))
    later = (timezone.now() + invitations.GOOD_FOR + timedelta(minutes=1)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert "has expired" in Client().get(link).content.decode()


@pytest.mark.parametrize("change", [{"role": Role.ANALYST}, {"is_active": False}])
def test_it_is_worth_as_much_as_who_sent_it(signed_in, admin, change):
    link = invite(signed_in(admin))
    User.objects.filter(pk=admin.pk).update(**change)
    assert Client().get(link).status_code == 410


def test_a_link_that_was_changed_opens_nothing(signed_in, admin):
    link = invite(signed_in(admin))
    assert Client().get(f"{link[:-2]}x/").status_code == 410


def test_nobody_is_invited_twice_into_accounts_or_by_others(signed_in, admin, reviewer):
    page = signed_in(admin).post(
        "/accounts/invitations/", {"email": reviewer.email.upper(), "role": "reader"}
    )
    assert "There is an account" in page.content.decode()
    with pytest.raises(PermissionDenied):
        invitations.invite("a@example.org", "admin", by=reviewer, page="TOKEN")
    assert not mail.outbox


def test_who_invited_whom_is_in_the_log(signed_in, admin):
    invite(signed_in(admin))
    told = AccessEvent.objects.get(what="invited")
    assert (told.who, told.by, told.detail) == ("jane@example.org", admin.username, "reviewer")

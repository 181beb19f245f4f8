"""Who may do what, and who may come in."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from accounts.adapter import ClosedAdapter
from accounts.backends import RoleBackend
from accounts.models import Role, User
from lessons.permissions import ADMIN, ANALYST, READER, REVIEWER, may_edit
from tests.factories import make_published, make_record, make_user

pytestmark = pytest.mark.django_db

ANALYSTS = {Role.ANALYST, Role.REVIEWER, Role.ADMIN}
REVIEWERS = {Role.REVIEWER, Role.ADMIN}
TRUSTED = {
    "lessons.view_record": ANALYSTS,
    "lessons.add_record": ANALYSTS,
    "lessons.change_lesson": ANALYSTS,
    "lessons.delete_failure": ANALYSTS,
    "lessons.add_report": ANALYSTS,
    "lessons.delete_citation": ANALYSTS,
    "lessons.delete_link": ANALYSTS,
    "lessons.add_uptake": ANALYSTS,
    "lessons.view_theme": ANALYSTS,
    "lessons.review_record": REVIEWERS,
    "lessons.change_theme": REVIEWERS,
    "lessons.delete_report": REVIEWERS,
    "lessons.change_country": {Role.ADMIN},
    "accounts.view_user": {Role.ADMIN},
    "accounts.change_user": {Role.ADMIN},
    "lessons.change_uptake": set(),
    "lessons.delete_uptake": set(),
    "auth.change_permission": set(),
    "lessons.no_such_permission": set(),
}


@pytest.mark.parametrize("permission", TRUSTED)
def test_a_permission_is_held_by_the_roles_trusted_with_it(permission):
    holders = {role for role in Role if make_user(role).has_perm(permission)}
    assert holders == TRUSTED[permission]


def test_each_role_may_do_what_the_one_below_may_and_more():
    assert READER < ANALYST < REVIEWER < ADMIN
    assert make_user(Role.REVIEWER).get_all_permissions() == REVIEWER


@pytest.mark.parametrize("role", Role)
def test_an_object_changes_nothing_in_what_a_role_may(role):
    user, record = make_user(role), make_record()
    for permission in TRUSTED:
        assert user.has_perm(permission, record) == user.has_perm(permission)


def test_nobody_bypasses_the_permissions(admin):
    assert not admin.is_superuser
    assert not admin.has_perm("lessons.delete_uptake")
    assert not admin.has_perm("accounts.no_such_permission")
    admin.is_superuser = True
    assert not RoleBackend().has_perm(admin, "lessons.delete_uptake")
    assert not {"is_superuser", "groups", "user_permissions"} & {
        field.name for field in User._meta.get_fields()
    }


@pytest.mark.parametrize("role", Role)
def test_a_closed_account_may_do_nothing(role):
    user = make_user(role, is_active=False)
    assert not any(user.has_perm(permission) for permission in ADMIN)
    assert not user.has_module_perms("lessons")
    assert authenticate(None, username=user.username, password="password") is None


def test_who_is_not_signed_in_may_do_nothing():
    assert not any(AnonymousUser().has_perm(permission) for permission in ADMIN)


def test_readers_are_not_staff():
    staff = {role for role in Role if make_user(role).is_staff}
    assert staff == ANALYSTS
    assert not make_user(Role.READER).has_module_perms("lessons")
    assert not make_user(Role.REVIEWER).has_module_perms("accounts")


def test_a_new_user_is_a_reader():
    assert User.objects.create_user("someone").role == Role.READER


def test_what_is_published_is_edited_by_reviewers_alone():
    draft, published = make_record(), make_published()
    assert {role for role in Role if may_edit(make_user(role), draft)} == ANALYSTS
    assert {role for role in Role if may_edit(make_user(role), published)} == REVIEWERS
    assert not may_edit(AnonymousUser(), draft)


def test_createsuperuser_makes_an_administrator(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse")
    call_command(
        "createsuperuser", interactive=False, username="root", email="root@example.org", verbosity=0
    )
    user = User.objects.get()
    assert (user.role, user.is_staff, user.email) == (Role.ADMIN, True, "root@example.org")
    assert user.check_password("correct horse")


def test_two_users_do_not_share_an_address_whatever_the_case():
    make_user(email="jane@example.org")
    other = make_user(email="other@example.org")
    with pytest.raises(IntegrityError, match="user_email_unique"), transaction.atomic():
        User.objects.filter(pk=other.pk).update(email="JANE@example.org")
    other.email = "Jane@Example.org"
    with pytest.raises(ValidationError, match="Someone already has this e-mail address"):
        other.full_clean()


def test_many_users_may_have_no_address():
    for name in ("one", "two"):
        User.objects.create_user(name)
    assert User.objects.filter(email="").count() == 2


@pytest.mark.parametrize(
    "credentials",
    [{"username": "jane"}, {"email": "jane@example.org"}, {"email": "JANE@EXAMPLE.ORG"}],
)
def test_people_sign_in_by_name_or_by_address(credentials):
    user = make_user(username="jane", email="jane@example.org")
    request = RequestFactory().post("/")
    assert authenticate(request, password="password", **credentials) == user
    assert authenticate(request, password="wrong", **credentials) is None


def test_nobody_signs_up():
    assert not ClosedAdapter().is_open_for_signup(RequestFactory().get("/"))


def test_the_page_to_sign_up_makes_no_account(client):
    answer = {"username": "eve", "email": "eve@example.org"}
    passwords = {"password1": "correct horse battery", "password2": "correct horse battery"}
    for response in (
        client.get("/accounts/signup/"),
        client.post("/accounts/signup/", answer | passwords),
    ):
        assert response.status_code in {200, 302, 403, 404}
    assert not User.objects.exists()


def test_a_person_is_shown_by_full_name_or_else_by_user_name():
    assert str(make_user(username="jane")) == "jane"
    assert str(make_user(first_name="Jane", last_name="Doe")) == "Jane Doe"

"""How often a password may be guessed, and by whom."""

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.test import Client

from tests.accounts.test_second_factor import sign_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db
OFFICE = "192.0.2.1"


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


def guess(client: Client, user, times: int = 6) -> str:
    for _time in range(times):
        response = sign_in(client, user, "wrong")
    return response.content.decode()


def signs_in(client: Client, user) -> bool:
    return sign_in(client, user).status_code == 302


def test_guessing_ends_after_five_times():
    user, client = make_user(), Client()
    assert "Too many failed login attempts" not in guess(client, user, 5)
    assert "Too many failed login attempts" in guess(client, user, 1)
    assert not signs_in(client, user)


def test_others_of_the_office_still_sign_in():
    guess(Client(REMOTE_ADDR=OFFICE), make_user(), 12)
    assert signs_in(Client(REMOTE_ADDR=OFFICE), make_user())


def test_who_is_guessed_at_from_elsewhere_still_signs_in():
    user = make_user()
    guess(Client(REMOTE_ADDR="198.51.100.1"), user)
    assert signs_in(Client(REMOTE_ADDR=OFFICE), user)


def through_proxy(address: str, forged: str = "") -> Client:
    seen = f"{forged}, {address}" if forged else address
    return Client(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": seen})


def test_behind_a_proxy_each_address_counts_by_itself(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = make_user()
    guess(through_proxy("198.51.100.1"), user)
    assert not signs_in(through_proxy("198.51.100.1"), user)
    assert signs_in(through_proxy(OFFICE), user)


def test_a_forged_address_does_not_begin_a_new_count(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = make_user()
    for number in range(6):
        guess(through_proxy("198.51.100.1", f"203.0.113.{number}"), user, 1)
    assert not signs_in(through_proxy("198.51.100.1", "203.0.113.99"), user)


def test_without_a_proxy_the_header_says_nothing():
    user = make_user()
    for number in range(6):
        guess(Client(headers={"X-Forwarded-For": f"203.0.113.{number}"}), user, 1)
    assert not signs_in(Client(headers={"X-Forwarded-For": "203.0.113.99"}), user)


def test_counts_are_not_pushed_out_by_others():
    assert project.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000
    assert cache._max_entries >= 100_000

"""Single sign-on, by a real provider of OpenID Connect on this machine."""

import warnings
from urllib.parse import urlsplit

import pytest
import requests
from django.core.cache import cache
from django.test import Client

from accounts.models import Role, User
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]
CLAIMS = {
    "jane": {"email": "jane@example.org", "email_verified": True, "name": "Jane Doe",
             "preferred_username": "jane", "groups": ["analysts", "reviewers"]},
    "joe": {"email": "joe@example.org", "email_verified": False, "groups": ["reviewers"]},
    "eve": {"email": "eve@example.org", "email_verified": True},
}  # fmt: skip


@pytest.fixture(scope="module")
def provider():
    """Run a provider that knows the people of CLAIMS; yield its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mock = pytest.importorskip("oidc_provider_mock")
    people = [mock.User(sub=sub, claims=claims) for sub, claims in CLAIMS.items()]
    with mock.run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def by_provider(provider, settings):
    cache.clear()
    use(settings, provider)
    settings.OIDC_GROUPS = {"analysts": "analyst", "reviewers": "reviewer"}


def use(settings, address: str) -> None:
    app = {"provider_id": "oidc", "name": "The Ministry", "client_id": "us", "secret": "hush",
           "settings": {"server_url": address}}  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }


def sign_on(client: Client, sub: str):
    """Go to the provider, be ``sub`` there, come back; return the answer."""
    to = client.get("/accounts/oidc/oidc/login/")["Location"]
    assert "code_challenge=" in to
    back = requests.post(to, data={"sub": sub}, allow_redirects=False, timeout=10)
    there = urlsplit(back.headers["Location"])
    return client.get(f"{there.path}?{there.query}")


def test_who_is_new_comes_in_with_the_highest_role_of_their_groups(client):
    assert "Sign in with The Ministry" in client.get("/accounts/login/").content.decode()
    assert sign_on(client, "jane")["Location"] == "/"
    jane = User.objects.get()
    assert (jane.role, jane.email, str(jane)) == ("reviewer", "jane@example.org", "Jane Doe")
    assert not jane.has_usable_password()
    assert client.get("/curate/").status_code == 200


def test_the_role_follows_the_groups_at_each_sign_in(client, settings):
    sign_on(client, "jane")
    settings.OIDC_GROUPS = {"analysts": "analyst"}
    sign_on(Client(), "jane")
    assert User.objects.get().role == Role.ANALYST


def test_a_verified_address_joins_the_account_that_is_there(client):
    user = make_user(Role.READER, email="jane@example.org")
    sign_on(client, "jane")
    user.refresh_from_db()
    assert User.objects.get() == user
    assert user.role == Role.REVIEWER


def test_an_address_that_nobody_vouches_for_joins_nothing(client):
    user = make_user(Role.READER, email="joe@example.org")
    answer = sign_on(client, "joe")
    assert answer.status_code == 403
    assert "does not vouch" in answer.content.decode()
    assert client.get("/accounts/sessions/").status_code == 302
    assert User.objects.get().role == user.role


def test_who_is_in_no_group_is_a_reader_or_is_refused(client, settings):
    sign_on(client, "eve")
    assert User.objects.get().role == Role.READER
    settings.OIDC_NO_GROUP = "refuse"
    answer = sign_on(Client(), "eve")
    assert (answer.status_code, "no group" in answer.content.decode()) == (403, True)


def test_without_a_mapping_administrators_give_the_roles(client, settings):
    settings.OIDC_GROUPS = {}
    make_user(Role.ADMIN, email="jane@example.org")
    sign_on(client, "jane")
    assert User.objects.get().role == Role.ADMIN


def test_a_closed_account_stays_closed(client):
    make_user(email="jane@example.org", is_active=False)
    assert sign_on(client, "jane")["Location"] == "/accounts/inactive/"


def test_the_second_factor_is_asked_for_here_too(client, settings):
    settings.MFA_REQUIRED_FOR = ["reviewer"]
    sign_on(client, "jane")
    assert client.get("/curate/")["Location"] == "/accounts/2fa/"


def test_a_provider_that_does_not_answer_is_told_readably(client, settings):
    use(settings, "http://localhost:9")
    answer = client.get("/accounts/oidc/oidc/login/")
    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()


def test_a_forged_way_back_signs_nobody_in(client):
    answer = client.get("/accounts/oidc/oidc/login/callback/?code=x&state=y")
    assert "Signing in did not work" in answer.content.decode()
    assert client.get("/accounts/sessions/").status_code == 302

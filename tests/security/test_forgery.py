"""What others' pages make a browser send changes nothing, and leads nowhere else."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from lessons import collecting
from lessons.models import ReadingList
from tests.factories import make_published, make_record

# Reading by POST, and the one click of RFC 8058: a signed link that ends mails, and nothing else.
EXEMPT = {"oai", "alerts/unsubscribe/<str:token>/"}
ELSEWHERE = ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
             "https:evil.example", "\thttps://evil.example"]  # fmt: skip


def callbacks(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route, one.callback
        else:
            yield from callbacks(one, route)


def test_every_address_asks_for_the_token_of_forms_but_those_named_here() -> None:
    exempt = {r for r, view in callbacks(get_resolver()) if getattr(view, "csrf_exempt", False)}
    # The API asks by itself whoever shows a session (tests/api/test_tokens.py).
    assert {one for one in exempt if not one.startswith("api/v1/")} == EXEMPT


@pytest.mark.django_db
def test_without_the_token_nothing_is_written(admin: User) -> None:
    one, record = collecting.make_list("Mine", by=admin), make_record()
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    for path in (
        f"/lists/{one.slug}/delete/", "/lists/new/", "/alerts/save/", "/accounts/tokens/",
        f"/records/{record.code}/step/", f"/records/{record.code}/edit/", "/accounts/logout/",
        "/accounts/password/change/", "/accounts/invitations/", "/accounts/2fa/totp/activate/",
        "/admin/accounts/user/add/", "/curate/bulk/perform/", "/curate/import/", "/language/",
        f"/api/v1/records/{record.code}/steps",
    ):  # fmt: skip
        sent = client.post(path, "{}", content_type="application/json")
        assert sent.status_code == 403, path
    assert ReadingList.objects.get() == one


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_way_back_leads_elsewhere(elsewhere: str, signed_in: Any, admin: User) -> None:
    record, client = make_published(), signed_in(admin)
    for path, sent in {
        "/lists/collect/": {"record": record.code},
        f"/records/{record.code}/comment/": {"text": "Why?"},
        f"/records/{record.code}/assign/": {"person": ""},
        "/alerts/save/": {"query": "", "title": "All", "frequency": "daily"},
        "/language/": {"language": "fr"},
        "/accounts/logout/": {},
    }.items():
        response = client.post(path, {**sent, "next": elsewhere})
        assert "evil" not in response.get("Location", "").partition("?")[0], path
        client.force_login(admin)
    found = client.get("/accounts/login/", {"next": elsewhere})
    assert found["Location"] == "/"

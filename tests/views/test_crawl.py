"""Every link leads somewhere: a walk over the site as a visitor would click through it."""

import re
from collections import deque
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Role
from tests.factories import make_user

MOST = 400  # pages visited; the rest are more of the same filters
SKIPPED = ("/admin/", "/static/", "/accounts/logout/")


def links_on(page: str, path: str) -> set[str]:
    found = {unescape(link) for link in re.findall(r'href="([^"]*)"', page)}
    here = {link if link.startswith("/") else f"{path}{link}" for link in found if "//" not in link}
    return {link.partition("#")[0] for link in here if not link.startswith(SKIPPED)}


def crawl(client: Client) -> dict[str, int]:
    """Return the status of each address reached from the first page, nearest first."""
    waiting, status = deque(["/"]), {}
    while waiting and len(status) < MOST:
        address = waiting.popleft()
        if address in status:
            continue
        response = client.get(address)
        status[address] = response.status_code
        if response["Content-Type"].startswith("text/html") and response.status_code == 200:
            waiting.extend(sorted(links_on(response.content.decode(), urlsplit(address).path)))
    return status


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, Role.ANALYST])
def test_every_link_of_the_site_leads_somewhere(client: Client, role: str | None) -> None:
    call_command("load_seeds", verbosity=0)
    if role:
        client.force_login(make_user(role))
    status = crawl(client)
    assert {address: code for address, code in status.items() if code >= 400} == {}
    assert any(address.startswith("/lessons/?theme=") for address in status)
    assert any(address.endswith(".xlsx") for address in status)
    assert any(address.startswith("/records/L-") for address in status)

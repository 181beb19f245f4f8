"""Every link leads somewhere: a walk over the site as a visitor would click through it."""

import re
from collections import Counter, deque
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import Role
from tests.factories import make_user

ALIKE = 1  # pages visited of one path and the same parameters; the rest are more of them
SKIPPED = ("/admin/", "/static/", "/accounts/logout/")


@pytest.fixture(scope="module", autouse=True)
def swept(django_db_setup: None, django_db_blocker: Any) -> None:
    """Clear away what other tests rolled back: dead rows make hundreds of pages slow."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def links_on(page: str, path: str) -> set[str]:
    found = {unescape(link) for link in re.findall(r'href="([^"]*)"', page)}
    here = {link if link.startswith("/") else f"{path}{link}" for link in found if "//" not in link}
    return {link.partition("#")[0] for link in here if not link.startswith(SKIPPED)}


def shape(address: str) -> str:
    """Return what an address has in common with those that differ in a value alone."""
    path, _, query = address.partition("?")
    same = re.sub(r"(?<=/)([LFAR])-[0-9]+", r"\1", path)
    same = re.sub(r"(?<=/)[0-9]+(?=/)", "n", same)
    same = re.sub(r"^/themes/.+", "/themes/one/", same)
    if query:  # the lists of one kind are the list of all with the kind fixed
        same = re.sub(r"^/insights/.+", "/insights/one/", same)  # all are narrowed by one form
        same = re.sub(r"^/(lessons|failures|actors|recommendations)\b", "/records", same)
    if re.search(r"\.\w+$|/export/$", path):  # files are made alike, whatever the list
        return re.sub(r"^/(lesson|failure|actor|recommendation)s\b|/[LFAR]\.", "/records", same)
    return f"{same}?{sorted(set(parse_qs(query)))}"


def crawl(client: Client) -> dict[str, int]:
    """Return the status of each address reached from the first page, nearest first."""
    waiting, status, visited = deque(["/"]), {}, Counter()
    while waiting:
        address = waiting.popleft()
        visited[shape(address)] += 1
        if address in status or visited[shape(address)] > ALIKE:
            continue
        response = client.get(address)
        status[address] = response.status_code
        # A list narrowed twice offers nothing that one narrowed once does not.
        if response["Content-Type"].startswith("text/html") and address.count("=") < 2:
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

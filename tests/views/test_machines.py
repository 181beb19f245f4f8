"""What programs that read the web find: robots.txt, the sitemaps, llms.txt."""

import re

import pytest
from django.test import Client

from lessons import curation
from lessons.views import machines
from tests.factories import cite, make_published, make_record, make_theme
from tests.views import text_of

pytestmark = pytest.mark.django_db


def places(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response["Content-Type"] == "application/xml"
    return re.findall(r"<loc>http://[^/]+([^<]*)</loc>", text_of(response))


def test_the_sitemaps_name_every_public_page_and_no_other(client: Client) -> None:
    record, theme = make_published(), make_theme()
    cite(make_record())
    curation.withdraw(make_published(), by=None, reason="Wrong.")
    named = {place for path in places(client, "/sitemap.xml") for place in places(client, path)}
    assert record.get_absolute_url() in named
    assert {"/", "/lessons/", "/themes/", theme.get_absolute_url()} <= named
    assert len([place for place in named if place.startswith("/records/")]) == 2  # and the list
    for place in named:
        assert client.get(place).status_code == 200


def test_a_long_sitemap_comes_in_parts(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines.Records, "limit", 1)
    first, second = make_published(), make_published()
    parts = [path for path in places(client, "/sitemap.xml") if "records" in path]
    assert [place for path in parts for place in places(client, path)] == [
        first.get_absolute_url(), second.get_absolute_url(),
    ]  # fmt: skip


def test_robots_are_led_to_the_sitemap_and_away_from_endless_queries(client: Client) -> None:
    text = text_of(client.get("/robots.txt"))
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
    assert "Disallow: /*?" in text


def test_the_plain_index_names_addresses_that_answer(client: Client) -> None:
    make_published()
    text = text_of(client.get("/llms.txt"))
    paths = re.findall(r"\(http://127\.0\.0\.1:8000([^)]*)\)", text)
    assert len(paths) == 10
    for path in paths:
        assert client.get(path).status_code == 200

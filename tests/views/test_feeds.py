"""Atom feeds, read as a feed reader does."""

from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from lessons import collecting, curation, merging
from lessons.models import Record
from lessons.search.index import machine_index
from tests.factories import make_many, make_published, make_record, make_report, make_theme

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
SITE = "http://127.0.0.1:8000"


def read(client: Client, path: str, **more: Any) -> ElementTree.Element:
    response = client.get(path, **more)
    assert response.status_code == 200, path
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.content)
    check(feed)
    return feed


def check(feed: ElementTree.Element) -> None:
    """Check what RFC 4287 asks of a feed and of each entry."""
    assert feed.tag == f"{ATOM}feed"
    assert feed.find(f"{ATOM}author/{ATOM}name").text == "Hindsight"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == feed.findtext(f"{ATOM}id")
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated")).tzinfo
        assert all(link.get("href").startswith("http") for link in part.findall(f"{ATOM}link"))
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)


def ids(feed: ElementTree.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]


def permalink(record: Record) -> str:
    return f"{SITE}/records/{record.code}/"


def test_a_query_is_followed_newest_first(client: Client) -> None:
    theme = make_theme(slug="warning")
    first, second = (make_published(themes=[theme]) for _number in range(2))
    make_published()
    feed = read(client, "/feeds/lessons/?theme=warning")
    assert ids(feed) == [permalink(second), permalink(first)]
    assert feed.findtext(TOTAL) == "2"
    by_title = read(client, "/feeds/lessons/?theme=warning&sort=title")
    assert ids(by_title) == [permalink(first), permalink(second)]


def test_a_theme_and_a_report_have_their_records(client: Client) -> None:
    theme = make_theme(slug="warning")
    report = make_report(slug="crisis")
    record = make_published(passage=report.passages.get(ordinal=1), themes=[theme])
    make_published()
    for path in (
        "/feeds/themes/warning/",
        "/feeds/reports/crisis/",
        "/feeds/themes/warning/?q=Title",
    ):
        assert ids(read(client, path)) == [permalink(record)]
    assert client.get("/feeds/themes/warning/?theme=warning").status_code == 400
    assert client.get("/feeds/reports/none/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/feeds/lessons/?colour=red", "/feeds/lessons/?kind=actor", "/feeds/records/?page=2"]
)
def test_what_a_feed_cannot_be_asked_for_is_400(path: str, client: Client) -> None:
    make_published()
    assert client.get(path).status_code == 400


def test_everyone_gets_what_everyone_may_see(signed_in, analyst: User) -> None:
    make_record(title="Secret")
    shown = make_published()
    feed = read(signed_in(analyst), "/feeds/records/")
    assert ids(feed) == [permalink(shown)]


def test_a_long_list_goes_on_on_its_next_page(client: Client) -> None:
    make_many(51)
    first = read(client, "/feeds/records/?kind=lesson")
    links = {link.get("rel"): link.get("href") for link in first.findall(f"{ATOM}link")}
    assert links["next"] == f"{SITE}/feeds/records/?kind=lesson&page=2"
    second = read(client, links["next"].removeprefix(SITE))
    assert len(set(ids(first) + ids(second))) == 51
    assert first.findtext(TOTAL) == "51"


def test_a_feed_is_sent_again_only_once_it_has_changed(client: Client) -> None:
    record = make_published()
    path = "/feeds/records/"
    first = client.get(path)
    for header in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        assert client.get(path, headers=header).status_code == 304
    record.title = "Anew"
    curation.save_record(record, by=None)
    second = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert b"Anew" in second.content


def test_an_empty_feed_stays_the_same(client: Client) -> None:
    assert client.get("/feeds/records/").content == client.get("/feeds/records/").content


def test_words_that_xml_does_not_know_do_not_break_it(client: Client) -> None:
    make_published(title="Tab\x0bbed <b>bold</b> & more", statement="\x01One.")
    feed = read(client, "/feeds/records/")
    entry = feed.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title").endswith("Tab bed <b>bold</b> & more")
    assert entry.findtext(f"{ATOM}summary").startswith("<p> One.</p><blockquote>")


def test_a_record_tells_what_became_of_it(client: Client) -> None:
    record = make_published(title="First")
    record.title = "Second"
    curation.save_record(record, by=None)
    record.phase = "response"
    curation.save_record(record, by=None)
    feed = read(client, f"/feeds/records/{record.code}/")
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "Second: changed", "Second: changed", "Second: published",
    ]  # fmt: skip
    assert "<p>Title</p>" in entries[1].findtext(f"{ATOM}summary")
    assert ids(feed)[0] == f"tag:127.0.0.1,2026:{record.code}:3"


def test_a_draft_has_no_feed_and_what_is_gone_says_so(signed_in, analyst: User) -> None:
    client: Client = signed_in(analyst)
    assert client.get(f"/feeds/records/{make_record().code}/").status_code == 404
    gone, absorbed, survivor = (make_published() for _number in range(3))
    curation.withdraw(gone, by=None, reason="Wrong.")
    assert client.get(f"/feeds/records/{gone.code}/").status_code == 410
    merging.merge(survivor, absorbed, by=None)
    answer = client.get(f"/feeds/records/{absorbed.code}/")
    assert answer["Location"] == f"/feeds/records/{survivor.code}/"


def test_a_reading_list_is_followed_in_its_order_with_its_notes(
    client: Client, reader: User
) -> None:
    one = collecting.make_list("Ours", by=reader, visibility="public")
    records = [make_published() for _number in range(2)]
    items = [collecting.collect(one, record, by=reader) for record in records]
    collecting.move(items[1], before=items[0], by=reader)
    first = client.get("/feeds/lists/ours/")
    collecting.annotate(items[0], "Read <this>", was="", by=reader)
    feed = read(client, "/feeds/lists/ours/", headers={"If-None-Match": first["ETag"]})
    assert ids(feed) == [permalink(records[1]), permalink(records[0])]
    summary = feed.findall(f"{ATOM}entry/{ATOM}summary")[1].text
    assert summary.endswith("<p>Note: Read &lt;this&gt;</p>")


# what is in the index (twice: to find, and for when it last changed); the records, their themes,
# tags, citations, passages and reports
FEED = 6


@pytest.mark.parametrize("size", [2, 6])
def test_a_feed_asks_as_many_queries_however_much_it_holds(size: int, client: Client) -> None:
    for number in range(size):
        make_published(themes=[make_theme()], tags=[f"tag {number}"])
    machine_index().snapshot()
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/feeds/records/").status_code == 200
    assert len(asked) == FEED


def test_pages_lead_to_their_feeds(client: Client) -> None:
    theme = make_theme(slug="warning")
    report = make_report(slug="crisis")
    record = make_published(passage=report.passages.get(ordinal=1), themes=[theme])
    for path in (f"/records/{record.code}/", "/themes/warning/", "/reports/crisis/",
                 "/lessons/?theme=warning"):  # fmt: skip
        link = '<link rel="alternate" type="application/atom+xml" title="'
        text = client.get(path).content.decode()
        assert link in text
        assert f'href="/feeds{path}"' in text
        read(client, f"/feeds{path}")

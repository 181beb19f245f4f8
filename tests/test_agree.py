"""Page, facets, files, feed and API say the same; and what is not public is in none of them."""

import random
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from lessons import curation, reviewing
from lessons.exporters import FORMATS
from lessons.models import Kind, Record
from lessons.search import Filters, Found
from tests.factories import cite, make_published, make_record, make_report, make_user
from tests.outputs import CODE, SLOW, agrees, body_of, text_in
from tests.routes import ROUTES
from tests.search.corpus import ANYONE, ask_at_random, make_corpus
from tests.test_access import ALL_ROUTES, address

pytestmark = pytest.mark.django_db
STATES = 25
OFTEN = 8  # every which state slow formats are tried with
# Where a feed of a list may be, by its route.
FEEDS = ("feeds/<kind:kind>/", "feeds/<kind:kind>.atom", "<kind:kind>.atom")


@pytest.mark.parametrize("who", ["anonymous", "analyst"])
def test_whatever_is_asked_every_output_gives_the_same_records(who: str, client: Client) -> None:
    chance = random.Random(f"agree {who}")
    make_corpus(chance)
    user: Any = ANYONE
    if who == "analyst":
        user = make_user(Role.ANALYST)
        client.force_login(user)
    for number in range(STATES):
        asked = ask_at_random(chance, user)
        query = asked.query()
        codes = _codes(asked, user)
        _page_agrees(client, query, codes)
        _api_agrees(client, query, codes)
        for suffix in FORMATS:
            if suffix not in SLOW or number % OFTEN == 0:
                file = client.get(f"/records.{suffix}?{query}")
                assert agrees(suffix, body_of(file), codes), (suffix, query)
        _feeds_agree(client, query, codes)


def _codes(asked: Filters, user: Any) -> list[str]:
    ids = Found(asked, user).ids()
    by_id = Record.objects.visible_to(user).in_bulk(ids)
    return [by_id[pk].code for pk in ids]


def _page_agrees(client: Client, query: str, codes: list[str]) -> None:
    page = client.get(f"/records/?{query}")
    assert page.context["found"].total == len(codes), query
    shown = [row.record.code for row in page.context["rows"]]
    assert shown == codes[: len(shown)], query
    facets = {facet.name: facet.values for facet, _open in page.context["facets"]}
    kinds = {value.value: value.count for value in facets.get("kind", [])}
    if not Filters.from_string(query).kind:
        by_letter = {kind: sum(code[0] == kind.letter for code in codes) for kind in Kind}
        assert {kind: kinds.get(kind, 0) for kind in by_letter} == by_letter, query


def _api_agrees(client: Client, query: str, codes: list[str]) -> None:
    asked = "&".join(f"facets={name}" for name in ("kind", "theme", "tag", "country"))
    told = client.get(f"/api/v1/records?{query}&count=true&limit=100&{asked}").json()
    assert told["count"] == len(codes), query
    assert [item["code"] for item in told["items"]] == codes, query
    page = {
        facet.name: {value.value: value.count for value in facet.values}
        for facet, _open in client.get(f"/records/?{query}").context["facets"]
    }
    for facet in told["facets"]:
        counts = {value["value"]: value["count"] for value in facet["values"]}
        assert counts == page[facet["name"]], query


def _feeds_agree(client: Client, query: str, codes: list[str]) -> None:
    for route in set(FEEDS) & set(ALL_ROUTES):
        feed = client.get("/" + route.replace("<kind:kind>", "records") + f"?{query}")
        assert feed.status_code == 200, (route, query)
        assert set(CODE.findall(text_in(body_of(feed)))) <= set(codes), (route, query)


# What is not public

SECRET = "kumquat"


@pytest.fixture
def draft(db: None) -> Record:
    """Make a draft beside published records, with a secret word wherever it may have one."""
    passage = make_report(slug="r").passages.get(ordinal=1)
    failure = make_published(Kind.FAILURE, passage)
    one = make_record(
        title=f"Zebra {SECRET}", statement=f"{SECRET} zebra.", discussion=SECRET, tags=[SECRET],
        applies_when=SECRET, identifier=SECRET,
    )  # fmt: skip
    cite(one, passage)
    curation.link(one, "drawn_from", failure, by=None, note=SECRET)
    curation.claim_uptake(one, by=None, claim="accepted", date="2001-01-01",
                          claimed_by=SECRET, url="https://a.example")  # fmt: skip
    reviewing.comment(one, SECRET, by=None)
    return one


@pytest.mark.parametrize("who", ["anonymous", "reader"])
def test_a_drafts_secret_is_in_nothing_that_is_open(
    who: str, draft: Record, client: Client
) -> None:
    if who == "reader":
        client.force_login(make_user(Role.READER))
    for path in [*_open_addresses(), *_asking_for(draft)]:
        response = client.get(path)
        assert response.status_code < 500, path
        text = text_in(body_of(response)) + str(response.headers)
        assert SECRET not in text.lower(), path
        if draft.code not in path:  # a page may repeat its own address
            assert draft.code not in text, path


def _open_addresses() -> list[str]:
    """Return an address of each route that is open to everyone, with and without a query."""
    user = make_user(Role.ADMIN)
    found = []
    for route in ALL_ROUTES:
        if ROUTES.get(route, (0,))[0] == 200:
            path = address(route, user)
            lists = "<kind:kind>" in route or route in FEEDS
            found += [path, f"{path}?q=zebra"] if lists else [path]
    return found


def _asking_for(draft: Record) -> list[str]:
    """Return what somebody would ask who knows that it is there."""
    code = draft.code
    misspelt = "kumqua"  # what is meant must not be told either
    lists = [f"/{kind.plural}" for kind in Kind] + ["/records"]
    return [
        f"/records/{code}/", f"/records/{code}/history/", f"/api/v1/records/{code}",
        f"/api/v1/links?record={code}", f"/api/v1/citations?record={code}",
        f"/api/v1/uptake?record={code}", f"/records/?q={code}", f"/records/?q={misspelt}",
        f"/records/?q={misspelt}+zebra", "/records/?q=zebr", "/reports/?q=zebra",
        f"/api/v1/records?q={misspelt}&count=true&facets=tag", "/api/v1/tags",
        *(f"/oai?verb={verb}&metadataPrefix=oai_dc" for verb in ("ListRecords", "ListIdentifiers")),
        f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:127.0.0.1:{code}",
        *(f"/records/{code}.{suffix}" for suffix in FORMATS),
        *(f"{one}.{suffix}" for one in lists for suffix in FORMATS),
        *(f"{one}/?q=zebra" for one in lists),
        "/sitemap-records.xml", "/reports/r/", "/changes/",
    ]  # fmt: skip


def test_the_search_for_the_secret_finds_it_where_it_is(draft: Record, client: Client) -> None:
    client.force_login(make_user(Role.ANALYST))
    for path in (f"/records/{draft.code}/", "/lessons.csv", "/lessons.xlsx", "/api/v1/tags"):
        assert SECRET in text_in(body_of(client.get(path))).lower(), path

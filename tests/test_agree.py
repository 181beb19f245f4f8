"""Page, facets, files, feed and API say the same; and what is not public is in none of them."""

import random
import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from lessons import curation, reviewing
from lessons.collecting import make_list
from lessons.exporters import FORMATS
from lessons.models import Kind, ReadingList, Record, Report, Visibility
from lessons.search import BadQuery, Filters, Found
from tests.factories import cite, make_published, make_record, make_report, make_user
from tests.outputs import SLOW, agrees, body_of, text_in
from tests.routes import ROUTES
from tests.search.corpus import ANYONE, ask_at_random, make_corpus
from tests.test_access import ALL_ROUTES, address

pytestmark = pytest.mark.django_db
STATES = 25
# Files of each state, in turn: of the list itself, and of a reading list that follows it.
QUICK, AT_ONCE = [suffix for suffix in FORMATS if suffix not in SLOW], 3
OFTEN = 4  # every which state makes one of the slow ones
# Where a feed of a list may be, by its route.
FEEDS = ("feeds/<kind:kind>/", "feeds/<kind:kind>.atom", "<kind:kind>.atom")
ENTRY = re.compile(r"<id>[^<]*/records/([LFAR]-[1-9][0-9]*)/</id>")


@pytest.mark.parametrize("who", ["anonymous", "analyst"])
def test_whatever_is_asked_every_output_gives_the_same_records(who: str, client: Client) -> None:
    chance = random.Random(f"agree {who}")
    make_corpus(chance)
    user: Any = ANYONE
    keeper = make_user(Role.ANALYST)
    if who == "analyst":
        user = keeper
        client.force_login(user)
    for number in range(STATES):
        asked = ask_at_random(chance, user)
        query = asked.query()
        codes = _codes(asked, user)
        facets = _page_agrees(client, query, codes)
        _api_agrees(client, query, codes, facets)
        suffixes = _in_turn(number)
        _files_agree(client, f"/records.{{}}?{query}", suffixes, codes)
        public = _public(asked)
        for route in set(FEEDS) & set(ALL_ROUTES):
            _feed_agrees(
                client, "/" + route.replace("<kind:kind>", "records") + f"?{query}", public
            )
        if query:
            one = make_list("Living", by=keeper, query=query, visibility=Visibility.PUBLIC)
            # By its name and by its link, in turn.
            path = one.get_shared_url() if number % 2 else one.get_absolute_url()
            _list_agrees(client, one, path, codes, suffixes[-1])
            _feed_agrees(client, f"/feeds{path}", public)


def _in_turn(number: int) -> list[str]:
    quick = [QUICK[(number * AT_ONCE + n) % len(QUICK)] for n in range(AT_ONCE)]
    nth, rest = divmod(number, OFTEN)
    return quick if rest else [*quick, sorted(SLOW)[nth % len(SLOW)]]


def _codes(asked: Filters, user: Any) -> list[str]:
    ids = Found(asked, user).ids()
    by_id = Record.objects.visible_to(user).in_bulk(ids)
    return [by_id[pk].code for pk in ids]


def _public(asked: Filters) -> list[str] | None:
    """Return what a feed holds, which shows what everyone may see; None if it refuses to tell."""
    try:
        return _codes(asked, ANYONE)
    except BadQuery:
        return None


def _page_agrees(client: Client, query: str, codes: list[str]) -> dict[str, dict[str, int]]:
    """Return the numbers of the page's facets."""
    page = client.get(f"/records/?{query}")
    assert page.context["found"].total == len(codes), query
    shown = [row.record.code for row in page.context["rows"]]
    assert shown == codes[: len(shown)], query
    facets = {
        facet.name: {value.value: value.count for value in facet.values}
        for facet, _open in page.context["facets"]
    }
    kinds = facets.get("kind", {})
    if not Filters.from_string(query).kind:
        by_letter = {kind: sum(code[0] == kind.letter for code in codes) for kind in Kind}
        assert {kind: kinds.get(kind, 0) for kind in by_letter} == by_letter, query
    return facets


def _api_agrees(
    client: Client, query: str, codes: list[str], page: dict[str, dict[str, int]]
) -> None:
    asked = "&".join(f"facets={name}" for name in ("kind", "theme", "tag", "country"))
    told = client.get(f"/api/v1/records?{query}&count=true&limit=100&{asked}").json()
    assert told["count"] == len(codes), query
    assert [item["code"] for item in told["items"]] == codes, query
    for facet in told["facets"]:
        counts = {value["value"]: value["count"] for value in facet["values"]}
        assert counts == page[facet["name"]], query


def _files_agree(client: Client, path: str, suffixes: Iterable[str], codes: list[str]) -> None:
    ids = [int(code[2:]) for code in codes]
    cited = Report.objects.filter(passages__citations__record__in=ids)
    sources = set(cited.values_list("slug", flat=True))
    for suffix in suffixes:
        file = body_of(client.get(path.format(suffix)))
        assert agrees(suffix, file, codes, sources), (suffix, path)


def _list_agrees(
    client: Client, one: ReadingList, path: str, codes: list[str], suffix: str
) -> None:
    contents = client.get(path).context["contents"]
    assert not contents.broken, one.query
    assert [row.record.code for row in contents.rows] == codes, one.query
    _files_agree(client, f"{path.rstrip('/')}.{{}}", [suffix], codes)


def _feed_agrees(client: Client, path: str, codes: list[str] | None) -> None:
    feed = client.get(path)
    assert feed.status_code == (400 if codes is None else 200), path
    if codes is not None:
        assert sorted(ENTRY.findall(body_of(feed).decode())) == sorted(codes), path


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

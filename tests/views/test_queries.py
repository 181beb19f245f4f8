"""How many queries a page asks: measured, pinned, and the same however much is in the base."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from lessons import curation, evidence
from lessons.models import Country, Kind, Record, Report
from lessons.search.index import machine_index
from tests.factories import make_many, make_published, make_report, make_theme

pytestmark = pytest.mark.django_db

SIZES = (20, 40)


@pytest.fixture
def base(db: None) -> Callable[[int], Report]:
    """Return a function that fills a base: lessons with themes, tags and countries, all citing
    passages of one report, and failures with actors that they are linked to."""

    def fill(size: int) -> Report:
        report = make_report(tuple(f"Passage {number}." for number in range(size)), slug="report")
        passages = list(report.passages.all())
        top = make_theme(slug="top")
        themes = [top, *(make_theme(slug=f"theme-{number}", broader=top) for number in range(size))]
        country = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
        for number, record in enumerate(make_many(size, passages[0])):
            record.themes.add(top, themes[number + 1])
            record.tags.add("all", f"tag {number}")
            record.countries.add(country)
            evidence.cite(record, passages[number], f"Passage {number}", by=None)
        for number in range(size // 10):
            actor = make_published(Kind.ACTOR, passages[number])
            failure = make_published(Kind.FAILURE, passages[number])
            curation.link(actor, "failed_in", failure, by=None)
        return report

    return fill


# For everyone: no session, no user, so these are the page's own.
PINNED = {
    # counts by kind, reports, themes; latest lessons + their themes, tags, citations, passages,
    # reports
    "/": 9,
    # the outbox; 20 rows + themes, tags, citations, passages, reports; the labels of the five
    # facets, of actors none, since nothing is linked here
    "/lessons/": 11,
    # the actors' names, since here some are linked to; kinds have their labels in the code
    "/records/": 12,
    # theme, tag, country and report looked up by name, the narrower themes; theme and tag by what
    # they were merged into
    "/lessons/?theme=top&tag=all&country=RWA&report=report&q=lesson": 18,
    # the outbox; the themes twice: to count and to show
    "/themes/": 3,
    # the theme, narrower, related; as a filter twice (to count kinds, to list the one there is):
    # itself, what replaces it, its narrower ones, the outbox; six for its rows
    "/themes/top/": 17,
    # reports with counts, their countries
    "/reports/": 2,
    # report, citations with records, passages
    "/reports/report/": 3,
    # count; once per 500 rows: the rows + themes, tags, citations, passages, reports, countries,
    # links
    "/lessons.csv": 9,
    "/lessons.json": 9,
    "/lessons.xlsx": 9,
}


@pytest.mark.parametrize("size", SIZES)
def test_pages_ask_as_many_queries_as_they_always_did(size: int, client: Client, base: Any) -> None:
    base(size)
    assert {path: queries_of(client, path) for path in PINNED} == PINNED


def queries_of(client: Client, path: str) -> int:
    machine_index().snapshot()  # reading what was just written is not the page's own
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
        assert response.status_code == 200
        b"".join(response)  # a file is asked for while it is sent
    return len(asked)


def linked(number: int) -> Record:
    """Make a lesson in the middle of a chain, with ``number`` of everything around it."""
    lesson = make_published(themes=[make_theme()], tags=["one", "two"])
    passages = make_report(tuple(f"Words {n}." for n in range(number))).passages.all()
    for passage in passages:
        evidence.cite(lesson, passage, passage.text, by=None)
        failure = make_published(Kind.FAILURE, passage)
        curation.link(lesson, "drawn_from", failure, by=None, citation=failure.citations.get(),
                      asserted_by="source")  # fmt: skip
        curation.link(make_published(Kind.ACTOR, passage), "failed_in", failure, by=None)
        asked = make_published(Kind.RECOMMENDATION, passage)
        curation.link(asked, "addresses", lesson, by=None)
        curation.claim_uptake(lesson, by=None, claim="accepted", date="2000-01-01",
                              claimed_by="A", citation=lesson.citations.first())  # fmt: skip
    return lesson


# record + its themes, tags, countries; citations, uptake; the chain: two steps back, one on;
# links; history (its people only where one is named); the outbox, titles nearly the same, records
# about the same
RECORD_PAGE = 14


@pytest.mark.parametrize("number", [1, 4])
def test_a_records_page_asks_as_many_queries_however_much_hangs_on_it(
    number: int, client: Client
) -> None:
    path = linked(number).get_absolute_url()
    assert queries_of(client, path) == RECORD_PAGE
    response = client.get(path)
    assert len(response.context["citations"]) == number + 1
    assert len(response.context["uptake"]) == number


def test_who_is_signed_in_costs_two_queries_more(client: Client, analyst: User, base: Any) -> None:
    """The session and the user; the facet of states has its labels in the code."""
    base(SIZES[0])
    client.force_login(analyst)
    assert queries_of(client, "/") == PINNED["/"] + 2
    assert queries_of(client, "/lessons/") == PINNED["/lessons/"] + 2

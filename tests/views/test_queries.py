"""How many queries a page asks: measured, pinned, and the same however much is in the base."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from lessons import curation, evidence, reviewing
from lessons.models import Country, Kind, Record, Report
from lessons.search.index import machine_index
from lessons.search.kept import kept_for
from lessons.search.meaning.model import installed
from tests.factories import (
    cite,
    make_many,
    make_published,
    make_record,
    make_report,
    make_theme,
)

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
    # counts by kind, reports, themes; latest lessons: which, the rows, their themes, tags and
    # citations; the themes' order
    "/": 9,
    # the outbox; 20 rows with their themes, tags and citations; the names of theme, tag, report
    # and country, of actors none, since nothing is linked here
    "/lessons/": 9,
    # the actors' names, since here some are linked to; kinds have their labels in the code
    "/records/": 10,
    # theme, tag, country and report looked up by name, the narrower themes; theme and tag by what
    # they were merged into; the countries of the rows, which may be why they were found
    "/lessons/?theme=top&tag=all&country=RWA&report=report&q=lesson": 17,
    # the outbox; the themes twice: to count and to show
    "/themes/": 3,
    # the theme, narrower, related; as a filter twice (to count kinds, to list the one there is):
    # itself, what replaces it, its narrower ones, the outbox; four for its rows and one for the
    # themes' order
    "/themes/top/": 16,
    # reports with counts, their countries
    "/reports/": 2,
    # report, how many passages, those of a page, their citations with records, how many records
    "/reports/report/": 5,
    # the outbox, the state of the themes; the ids; once a batch: the reports cited, a transaction
    # and its settings (copying itself is not counted)
    "/lessons.csv": 8,
    "/lessons.json": 8,
    # a query for each sheet, the reports cited; once the sources
    "/lessons.xlsx": 16,
    # a transaction and its settings, the reports cited, the rows shown
    "/lessons/export/": 7,
    # records with all that hangs on them, asked in one batch
    "/lessons.md": 12,
    "/themes.ttl": 4,
    "/reports.bib": 3,
}


@pytest.mark.parametrize("size", SIZES)
def test_pages_ask_as_many_queries_as_they_always_did(size: int, client: Client, base: Any) -> None:
    base(size)
    assert {path: queries_of(client, path) for path in PINNED} == PINNED


def queries_of(client: Client, path: str, *, again: bool = False) -> int:
    """Return how many queries a page asks, the first time or once its names are known."""
    machine_index().snapshot()  # reading what was just written is not the page's own
    if not again:
        kept_for.cache_clear()
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
RECORD_PAGE = 14 + installed()  # what is near in meaning


@pytest.mark.parametrize("number", [1, 4])
def test_a_records_page_asks_as_many_queries_however_much_hangs_on_it(
    number: int, client: Client
) -> None:
    path = linked(number).get_absolute_url()
    assert queries_of(client, path) == RECORD_PAGE
    response = client.get(path)
    assert len(response.context["citations"]) == number + 1
    assert len(response.context["uptake"]) == number


def test_a_list_seen_again_asks_for_its_rows_alone(client: Client, base: Any) -> None:
    """Names and counts are kept until the index moves on; the outbox says whether it did."""
    base(SIZES[0])
    assert queries_of(client, "/records/") == PINNED["/records/"]
    assert queries_of(client, "/records/?page=2", again=True) == 5
    Record.objects.update(language="fr")
    assert queries_of(client, "/records/", again=True) == PINNED["/records/"]


# record + its themes, tags, countries; the events of six models, their contexts, what six tables
# hold now; the names of tags, themes, records, passages with reports, quotations
HISTORY_PAGE = 22
# the changes with their records
PUBLIC_CHANGES = 1


@pytest.mark.parametrize("number", [1, 4])
def test_a_history_asks_as_many_queries_however_long_it_is(number: int, client: Client) -> None:
    record = linked(number)
    for title in range(number):
        record.title = f"Title {title}"
        curation.save_record(record, by=None, tags=[f"tag {title}"])
    assert queries_of(client, f"/records/{record.code}/history/") == HISTORY_PAGE
    assert queries_of(client, "/changes/") == PUBLIC_CHANGES


def test_who_is_signed_in_costs_two_queries_more(client: Client, analyst: User, base: Any) -> None:
    """The session and the user; the facet of states has its labels in the code."""
    base(SIZES[0])
    client.force_login(analyst)
    assert queries_of(client, "/") == PINNED["/"] + 2
    assert queries_of(client, "/lessons/") == PINNED["/lessons/"] + 2


# session, user; the queues sent back, assigned, to review (the latter two with their people); the
# comments and their number; the queue of others; why a draft was sent back, by whom; six counts;
# uploads and one's own jobs
DESK = {"/curate/": 17, "/curate/records/": 5, "/curate/records/?quality=no_link&assigned=me": 6}


@pytest.mark.parametrize("size", [3, 9])
def test_the_desk_asks_as_many_queries_however_much_waits(
    size: int, client: Client, reviewer: User
) -> None:
    for _number in range(size):
        record = cite(make_record(by=reviewer))
        reviewing.comment(record, "Why?", by=None)
        reviewing.assign(record, reviewer, by=None)
        curation.send_back(curation.submit(record, by=reviewer), by=None, reason="So.")
        curation.submit(cite(make_record()), by=None)
    client.force_login(reviewer)
    assert {path: queries_of(client, path) for path in DESK} == DESK


# session, user; the record as it is and as one of its kind; the form's themes, tags, countries,
# and what is chosen of them; the tags known; citations; links
EDITING = 14


@pytest.mark.parametrize("number", [1, 4])
def test_the_form_asks_as_many_queries_however_much_hangs_on_the_record(
    number: int, client: Client, reviewer: User
) -> None:
    path = f"{linked(number).get_absolute_url()}edit/"
    client.force_login(reviewer)
    assert queries_of(client, path) == EDITING

"""Recurrence is what a plain look at each record gives."""

import random
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from lessons.insights import recurrence
from lessons.models import Kind, Record, Uptake
from lessons.search import Filters, Found
from lessons.search.selecting import selected
from tests.factories import cite, make_published, make_record, make_report, make_theme, make_user

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def make_said(years: list[int], **fields: Any) -> Record:
    """Publish a lesson that is said once in a report of each of these years."""
    record = make_published(Kind.LESSON, **fields)
    for year in years[1:]:
        cite(record, make_report(issued=f"{year}-05-01").passages.get(ordinal=1))
    first = record.citations.select_related("passage__report").earliest("pk").passage.report
    first.issued = f"{years[0]}-05-01"
    first.save()
    return record


def claimed(record: Record) -> None:
    Uptake.objects.create(
        record=record,
        claim="accepted",
        date="2000-01-01",
        claimed_by="A body",
        url="https://e.org/",
    )


def test_a_record_recurs_over_the_years_between_the_reports_that_say_it() -> None:
    record = make_said([2006, 1994, 1996, 1996])
    (one,) = recurrence.recurrences([record.pk], VISITOR)
    assert (one.reports, one.years, one.span) == (4, (1994, 1996, 2006), 12)
    assert [c.passage.report.issued.year for c in one.citations] == [1994, 1996, 1996, 2006]


def test_a_report_that_says_it_twice_counts_once() -> None:
    record = make_published(Kind.LESSON)
    cite(record, record.citations.get().passage.report.passages.get(ordinal=2))
    assert recurrence.histogram(Record.objects.all(), VISITOR) == {1: 1}


def test_what_visitors_may_not_see_is_not_there() -> None:
    draft = make_record(Kind.LESSON)
    cite(draft)
    cite(draft)
    assert recurrence.recurrences([draft.pk], VISITOR) == []
    assert recurrence.histogram(selected(Filters(), VISITOR), VISITOR) == {}


@pytest.mark.parametrize("seed", range(2))
def test_figures_are_what_a_plain_look_at_each_record_gives(seed: int) -> None:
    chance = random.Random(seed)
    themes = [make_theme() for _ in range(3)]
    records = [
        make_said(chance.choices(range(1990, 2010), k=chance.randint(1, 3))) for _ in range(8)
    ]
    for record in records:
        record.themes.set(chance.sample(themes, chance.randint(0, 2)))
        if chance.random() < 0.4:
            claimed(record)
    reports = {r.pk: len({c.passage.report_id for c in r.citations.all()}) for r in records}
    histogram = recurrence.histogram(Record.objects.all(), VISITOR)
    assert histogram == {n: list(reports.values()).count(n) for n in set(reports.values())}
    assert recurrence.recurring(histogram) == sum(n > 1 for n in reports.values())
    expected = {}
    for theme in themes:
        bearing = [r for r in records if theme in r.themes.all() and reports[r.pk] > 1]
        if bearing:
            expected[theme] = (len(bearing), sum(not r.uptake.exists() for r in bearing))
    found = recurrence.unlearned(Record.objects.all(), VISITOR)
    assert {one.theme: (one.recurring, one.unanswered) for one in found} == expected
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)


@pytest.mark.parametrize("user", [VISITOR, None])
def test_the_index_counts_reports_as_the_database_does(user: Any) -> None:
    for years in ([1994, 2000, 2006], [1999], [1994, 2000], [2001]):
        make_said(years)
    found = Found(Filters(), user or make_user("analyst"))
    counts = recurrence.histogram(selected(Filters(), found.user), found.user)
    assert found.repeats() == counts == {1: 2, 2: 1, 3: 1}


class TestThePage:
    def test_it_shows_what_recurs_with_its_passages_side_by_side(self, client: Client) -> None:
        often, once = make_said([1994, 2000, 2006]), make_said([1999])
        page = client.get("/insights/recurrence/").content.decode()
        assert often.title in page
        assert once.title not in page
        assert "in 3 reports over 12 years (1994–2006)" in " ".join(page.split())
        assert page.count("<q ") == 3
        assert page.count("<circle") == 3

    def test_it_takes_the_usual_query_string(self, client: Client) -> None:
        theme = make_theme()
        one, other = make_said([1994, 2000]), make_said([1994, 2000])
        one.themes.add(theme)
        page = client.get(f"/insights/recurrence/?theme={theme.slug}").content.decode()
        assert one.title in page
        assert other.title not in page

    def test_with_one_report_it_says_what_it_will_show(self, client: Client) -> None:
        make_published(Kind.LESSON)
        assert "more than one report yet" in client.get("/insights/recurrence/").content.decode()

    def test_an_order_of_ones_own_is_refused(self, client: Client) -> None:
        response = client.get("/insights/recurrence/?sort=title")
        assert response.status_code == 400

    def test_a_page_takes_as_many_queries_for_many_as_for_one(
        self, client: Client, django_assert_num_queries: Any
    ) -> None:
        for _ in range(2):
            make_said([1994, 2000])
        client.get("/insights/recurrence/")
        for _ in range(3):
            make_said([1994, 2000])
        client.get("/insights/recurrence/")
        with django_assert_num_queries(6):
            client.get("/insights/recurrence/")

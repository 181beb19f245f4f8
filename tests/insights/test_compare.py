"""Reports side by side: what stands under a theme is what the list of both finds."""

import random
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from lessons.insights import comparing
from lessons.models import Record, Report, Theme
from lessons.search import Filters, Found
from lessons.search.kept import read_tree
from lessons.views.comparing import compared
from tests.factories import cite, make_published, make_record, make_report, make_theme
from tests.search.corpus import make_corpus

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def two_reports() -> tuple[Report, Report]:
    return make_report(slug="one", title="One"), make_report(slug="two", title="Two")


def publish(report: Report, *others: Report, **fields: Any) -> Record:
    record = make_published(passage=report.passages.get(ordinal=1), **fields)
    for other in others:
        cite(record, other.passages.get(ordinal=2))
    return record


def test_each_number_is_that_of_the_list_it_leads_to() -> None:
    make_corpus(random.Random(3))
    reports = list(Report.objects.all())
    asked = Filters(report=tuple(one.slug for one in reports))
    for filters in (asked, asked.with_(theme=(read_tree()[0].theme.slug,))):
        rows = compared(Found(filters, VISITOR), reports)
        assert len(rows) > 1
        for side in (side for row in rows if row.theme for side in row.sides):
            total = Found(Filters.from_string(side.query), VISITOR).total
            assert side.count == total
            assert len(side.said) == min(total, comparing.SHOWN)
            assert all(one.citation.passage.report == side.report for one in side.said)


def test_records_without_a_theme_have_a_place_of_their_own() -> None:
    make_corpus(random.Random(3))
    reports = list(Report.objects.all())
    found = Found(Filters(report=tuple(one.slug for one in reports)), VISITOR)
    (row,) = [row for row in compared(found, reports) if row.theme is None]
    for side in row.sides:
        citing = Record.objects.published().filter(citations__passage__report=side.report)
        assert side.count == citing.filter(themes=None).distinct().count()


def test_a_theme_that_was_replaced_stands_under_what_replaces_it() -> None:
    one, two = two_reports()
    old, today = make_theme(), make_theme()
    publish(one, themes=[old])
    Theme.objects.filter(pk=old.pk).update(deprecated=True, replaced_by=today)
    publish(two, themes=[make_theme(broader=today)])
    (row,) = compared(Found(Filters(report=("one", "two")), VISITOR), [one, two])
    assert row.theme == today
    assert row.shared


def test_themes_that_all_share_come_first_and_gaps_are_said(client: Client) -> None:
    one, two = two_reports()
    both, only = make_theme(notation="2"), make_theme(notation="1")
    said_by_both = publish(one, two, themes=[both])
    publish(one, themes=[only])
    page = client.get("/insights/compare/?report=two&report=one").content.decode()
    assert page.index(both.label) < page.index("only some of them speak") < page.rindex(only.label)
    assert page.count("nothing under this theme") == 1
    assert page.count("said in 2 of these") == 2
    assert f"/reports/two/?cite={said_by_both.citations.last().pk}#p-2" in page
    assert page.index('<cite lang="en">Two') < page.index('<cite lang="en">One')


def test_it_takes_the_usual_query_string_and_shows_no_drafts(client: Client) -> None:
    one, two = two_reports()
    theme = make_theme()
    seen, other = publish(one, two, phase="warning", themes=[theme]), publish(one, themes=[theme])
    draft = cite(make_record(phase="warning", themes=[theme]), two.passages.get(ordinal=1))
    page = client.get("/insights/compare/?report=one&report=two&phase=warning").content.decode()
    assert seen.title in page
    assert other.title not in page
    assert draft.title not in page


def test_with_fewer_than_two_reports_they_are_offered(client: Client) -> None:
    one, two = two_reports()
    publish(one, two)
    page = client.get("/insights/compare/?report=one&kind=lesson").content.decode()
    assert 'value="one" checked' in page
    assert 'value="two">' in page
    assert '<input type="hidden" name="kind" value="lesson">' in page


def test_with_one_report_it_says_what_it_will_show(client: Client) -> None:
    make_published()
    assert "There is one report so far" in client.get("/insights/compare/").content.decode()


@pytest.mark.parametrize(
    "query",
    ["report=nowhere&report=there", "&".join(f"report=r{n}" for n in range(6)), "sort=title"],
)
def test_what_cannot_be_compared_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/insights/compare/?{query}").status_code == 400


def test_it_takes_as_many_queries_for_many_as_for_few(
    client: Client, django_assert_num_queries: Any
) -> None:
    one, two = two_reports()
    for _ in range(5):
        publish(one, two, themes=[make_theme()])
    client.get("/insights/compare/?report=one&report=two")
    with django_assert_num_queries(6):
        client.get("/insights/compare/?report=one&report=two")

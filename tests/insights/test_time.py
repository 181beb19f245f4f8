"""Years and countries: each number is that of the list it leads to."""

import random
import re
from collections import Counter
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from lessons.insights.timeline import MOST, spans
from lessons.models import Country, Report
from lessons.search import Filters, Found
from lessons.views.timeline import countries_of, years_of
from tests.factories import make_published, make_record, make_report
from tests.search.corpus import make_corpus

VISITOR = AnonymousUser()


def test_years_are_drawn_one_by_one_or_by_decade_or_century() -> None:
    def labels(first: int, last: int) -> list[str]:
        return [
            span.label
            for span in spans(Counter({(first, last, "lesson"): 1}), Counter(), Filters())
        ]

    assert labels(1994, 1996) == ["1994", "1995", "1996"]
    assert labels(1885, 1996)[:2] == ["1885–1889", "1890–1899"]
    assert labels(1, 1996)[-1] == "1900–1996"
    assert len(labels(1, 9999)) == 100
    assert len(labels(1900, 1899 + MOST)) == MOST


def test_years_that_are_not_asked_for_hold_reports_but_no_records() -> None:
    told, issued = Counter({(1990, 1999, "failure"): 2}), Counter({2001: 1, 2003: 1})
    made = spans(told, issued, Filters(year_from=1994, year_to=1995))
    assert [(one.first, one.total, one.reports) for one in made if one.total or one.reports] == [
        (1994, 2, 0), (1995, 2, 0), (2001, 0, 1), (2003, 0, 1),
    ]  # fmt: skip
    assert [bool(one.query) for one in made] == [True, True] + [False] * 8


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked", [Filters(), Filters(year_from=1985, year_to=1993), Filters(kind=("actor",))]
)
def test_each_number_is_that_of_the_list_it_leads_to(asked: Filters) -> None:
    make_corpus(random.Random(5))
    found = Found(asked, VISITOR)
    years, lands = years_of(found), countries_of(found)
    assert len(years) > 1
    for one in (*(one for one in years if one.query), *lands):
        number = getattr(one, "count", None) or one.total
        assert Found(Filters.from_string(one.query), VISITOR).total == number


@pytest.mark.django_db
def test_reports_count_once_in_the_year_of_their_issue_if_anything_here_cites_them() -> None:
    for year in (1994, 1994, 1996):
        report = make_report(issued=f"{year}-01-01")
        make_published(passage=report.passages.get(ordinal=1))
        make_published(passage=report.passages.get(ordinal=2))
    make_report(issued="1999-01-01")
    Report.objects.filter(pk=make_published().citations.get().passage.report_id).update(issued=None)
    assert {one.first: one.reports for one in years_of(Found(Filters(), VISITOR))} == {
        1994: 2, 1995: 0, 1996: 1,
    }  # fmt: skip


@pytest.mark.django_db
class TestThePage:
    def test_bars_and_tiles_lead_to_the_lists(self, client: Client) -> None:
        country = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
        record = make_published(year_from=1990, year_to=1994, countries=[country])
        make_record(year_from=1900)
        page = client.get("/insights/time/").content.decode()
        links = [unescape(one) for one in re.findall(r'href="(/records/\?[^"]+)"', page)]
        assert "/records/?year_from=1992&year_to=1992" in links
        assert "/records/?country=RWA" in links
        for link in links:
            assert record.title in client.get(link).content.decode()
        assert "1996 — 1 report issued" in page

    def test_without_years_and_countries_it_says_so(self, client: Client) -> None:
        page = client.get("/insights/time/").content.decode()
        assert "No record here speaks of a year" in page
        assert "No record here names a country" in page

    def test_it_takes_few_queries(self, client: Client, django_assert_num_queries: Any) -> None:
        for year in range(1990, 1995):
            make_published(year_from=year)
        client.get("/insights/time/")
        with django_assert_num_queries(2):
            client.get("/insights/time/")

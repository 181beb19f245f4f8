"""A long report is read page by page, and every permalink leads to the page of its passage."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lessons.models import Citation, Passage, Report
from tests.factories import cite, make_record, make_report
from tests.views import links_of, words_of

pytestmark = pytest.mark.django_db

LARGEST = 200_000  # bytes
PASSAGES = 450


@pytest.fixture
def report(db: None) -> Report:
    report = make_report((), slug="large")
    Passage.objects.bulk_create(
        Passage(
            report=report,
            ordinal=number,
            text=f"Passage {number} of the old text.",
            section_path=[f"Part {(number - 1) // 50 + 1}"],
        )
        for number in range(1, PASSAGES + 1)
    )
    return report


def shown(response: Any) -> tuple[int, int]:
    """Return the numbers of the first and last passage of a page."""
    ordinals = [one.passage.ordinal for one in response.context["passages"]]
    return ordinals[0], ordinals[-1]


def test_a_long_report_is_a_small_page_of_few_queries_wherever_it_is_opened(
    client: Client, report: Report
) -> None:
    pages = {"": (1, 200), "?page=2": (201, 400), "?passage=350": (201, 400),
             "?passage=999999": (401, PASSAGES)}  # fmt: skip
    for query, passages in pages.items():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(f"/reports/large/{query}")
        assert shown(response) == passages
        assert len(response.content) < LARGEST
        assert len(asked) <= 7
    assert shown(client.get("/reports/large/?whole=1")) == (1, PASSAGES)


def test_a_page_leads_to_those_beside_it_to_the_sections_and_to_all_of_it(
    client: Client, report: Report
) -> None:
    response = client.get("/reports/large/?page=2")
    links = links_of(response)
    for link in ("/reports/large/?page=1", "/reports/large/?page=3", "?whole=1",
                 "?passage=301#p-301"):  # fmt: skip
        assert link in links
    assert "Page 2 of 3" in words_of(response)
    assert "Go to passage" in words_of(response)


def test_sections_are_named_where_they_begin_and_at_the_head_of_a_page(client: Client) -> None:
    report = make_report(["One.", "Two.", "Three."], slug="r")
    for ordinal, path in enumerate((["I"], ["I"], ["II", "Why"]), start=1):
        report.passages.filter(ordinal=ordinal).update(section_path=path)
    headings = [one.headings for one in client.get("/reports/r/").context["passages"]]
    assert headings == [[(2, "I")], [], [(2, "II"), (3, "Why")]]


def test_permalinks_of_passages_and_quotations_lead_to_their_page(
    signed_in: Any, analyst: Any, report: Report
) -> None:
    desk = signed_in(analyst)
    first, later = report.passages.get(ordinal=3), report.passages.get(ordinal=351)
    assert first.get_absolute_url() == "/reports/large/#p-3"
    assert later.get_absolute_url() == "/reports/large/?passage=351#p-351"
    citation = cite(make_record(), later, "the old text").citations.get()
    assert shown(desk.get(citation.get_absolute_url())) == (201, 400)
    # The text that was replaced is paged as well.
    Citation.objects.filter(pk=citation.pk).update(state="lost")
    report.passages.create(ordinal=1, text_version=2, text="New text.")
    Report.objects.update(text_version=2)
    response = desk.get(citation.get_absolute_url())
    assert shown(response) == (201, 400)
    assert f"/reports/large/?cite={citation.pk}&page=1" in links_of(response)


@pytest.mark.parametrize("query", ["?page=x", "?page=0x1", "?passage=-1", "?cite=1.5", "?page=99"])
def test_what_is_no_number_of_a_page_is_refused(client: Client, query: str) -> None:
    make_report(slug="r")
    assert client.get(f"/reports/r/{query}").status_code == 400


def test_a_report_of_one_page_has_no_links_to_others(client: Client) -> None:
    make_report(slug="r")
    words = words_of(client.get("/reports/r/"))
    assert "Go to passage" not in words
    assert "whole text" not in words

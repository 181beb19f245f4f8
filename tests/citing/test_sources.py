"""How a source is cited."""

import datetime as dt

import pytest
from django.utils import translation

from lessons import citing, evidence
from lessons.models import Passage, Report
from tests.factories import make_record, make_report

ONE = ["LaRose-Edwards, Paul"]
TWO = [*ONE, "Doe, Jane"]
FOUR = [*TWO, "Department of Foreign Affairs", "Roe, R."]


def report(**fields: object) -> Report:
    defaults = {
        "title": "The Rwandan Crisis",
        "authors": ONE,
        "issued": dt.date(1994, 11, 30),
    }
    return Report(**{**defaults, **fields})


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ([], "The Rwandan Crisis"),
        (ONE, "LaRose-Edwards"),
        (TWO, "LaRose-Edwards and Doe"),
        (FOUR[:3], "LaRose-Edwards, Doe and Department of Foreign Affairs"),
        (FOUR, "LaRose-Edwards et al."),
    ],
)
def test_authors_are_named_as_a_text_names_them(authors, expected):
    assert citing.authors_short(report(authors=authors)) == expected


@pytest.mark.parametrize(
    ("precision", "expected"),
    [("year", "1994"), ("month", "November 1994"), ("day", "Nov. 30, 1994")],
)
def test_a_date_is_no_more_precise_than_known(precision, expected):
    assert citing.issued(report(issued_precision=precision)) == expected


def test_without_a_date_there_is_none():
    undated = report(issued=None)
    assert (citing.year(undated), citing.issued(undated)) == ("n.d.", "n.d.")
    assert citing.in_text(Passage(report=undated, ordinal=3)) == "(LaRose-Edwards, n.d., para. 3)"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"ordinal": 3}, "para. 3"),
        ({"ordinal": 3, "page": 12}, "p. 12"),
        ({"ordinal": 3, "page": 12, "page_label": "iv"}, "p. iv"),
    ],
)
def test_the_text_cites_the_printed_page_or_the_paragraph(where, expected):
    passage = Passage(report=report(), **where)
    assert citing.in_text(passage) == f"(LaRose-Edwards, 1994, {expected})"


@pytest.mark.django_db
def test_a_quotation_comes_with_its_source():
    passage = make_report(("They were warned.",), authors=ONE, issued="1994-11-30").passages.get()
    citation = evidence.cite(make_record(), passage, "were warned", by=None)
    assert citing.quotation(citation) == "“were warned” (LaRose-Edwards, 1994, para. 1)"


def test_a_french_reader_reads_the_month_in_french():
    with translation.override("fr"):
        assert citing.issued(report(issued_precision="month")) == "novembre 1994"

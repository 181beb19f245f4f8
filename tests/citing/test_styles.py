"""A report, a record and what else Hindsight holds, in each style."""

import datetime as dt

import pytest
from django.utils import translation
from django.utils.translation import gettext

from lessons.citing import Work, cited, reference, work_of_report
from lessons.citing.styles import apa, chicago, plain
from lessons.models import Report

TODAY = dt.date(2026, 11, 24)
HERE = "http://127.0.0.1:8000/reports/crisis/"
FULL = {
    "subtitle": "The Lessons Learned",
    "authors": ["LaRose-Edwards, Paul", "Doe, Jane"],
    "symbol": "IDC/94",
    "commissioned_by": "IDC",
    "publisher": "Foreign Affairs",
    "doi": "10.1000/1",
    "url": "https://example.org",
}


def report(**fields: object) -> Report:
    defaults = {
        "slug": "crisis",
        "title": "The Rwandan Crisis",
        "authors": ["LaRose-Edwards, Paul"],
        "issued": dt.date(1994, 11, 30),
    }
    return Report(**{**defaults, **fields})


def record(**fields: object) -> Work:
    defaults = {
        "title": "Warnings need a reader",
        "address": "http://127.0.0.1:8000/records/L-12/",
        "authors": ("Hindsight",),
        "publisher": "Hindsight",
        "kind": "lesson",
        "number": "L-12",
        "issued": dt.date(2026, 11, 3),
    }
    return Work(**{**defaults, **fields})


def test_a_reference_says_all_that_is_known():
    assert reference(report(**FULL)) == (
        "LaRose-Edwards, Paul, and Jane Doe. 1994. The Rwandan Crisis: The Lessons Learned."
        " IDC/94. Commissioned by IDC. Foreign Affairs. https://doi.org/10.1000/1."
    )


def test_without_an_author_the_title_comes_first():
    assert reference(report(authors=[], issued=None)) == "The Rwandan Crisis. n.d."


def test_a_body_that_publishes_its_own_report_is_named_once():
    own = report(authors=["United Nations"], publisher="United Nations")
    assert reference(own) == "United Nations. 1994. The Rwandan Crisis."
    assert apa(work_of_report(own), TODAY).startswith(
        "United Nations. (1994, November 30). The Rwandan Crisis. Retrieved"
    )


def test_a_reference_gives_the_address_where_there_is_no_doi():
    told = reference(report(url="https://example.org/report"))
    assert told.endswith(" https://example.org/report.")


def test_a_title_that_asks_is_not_followed_by_a_full_stop():
    asking = report(title="Could the UN have made a difference?")
    assert reference(asking).endswith("1994. Could the UN have made a difference?")
    assert "“Could it?” Lesson L-12." in chicago(record(title="Could it?"), TODAY)


def test_a_report_that_was_read_here_says_where_and_when():
    work = work_of_report(report(**FULL))
    assert chicago(work, TODAY).endswith(
        f"https://doi.org/10.1000/1. Accessed in Hindsight November 24, 2026. {HERE}."
    )
    assert apa(work, TODAY) == (
        "LaRose-Edwards, P., & Doe, J. (1994, November 30)."
        " The Rwandan Crisis: The Lessons Learned (IDC/94). Foreign Affairs."
        f" https://doi.org/10.1000/1 Retrieved November 24, 2026, from {HERE}"
    )
    assert plain(work, TODAY) == (
        "Paul LaRose-Edwards and Jane Doe, “The Rwandan Crisis: The Lessons Learned”, IDC/94,"
        f" Foreign Affairs, https://doi.org/10.1000/1, November 30, 1994, {HERE},"
        " accessed November 24, 2026."
    )


@pytest.mark.parametrize(
    ("precision", "expected"),
    [("year", "(1994)"), ("month", "(1994, November)"), ("day", "(1994, November 30)")],
)
def test_apa_gives_a_date_no_more_precisely_than_it_is_known(precision, expected):
    work = work_of_report(report(issued_precision=precision))
    assert f" {expected}. " in apa(work, TODAY)


def test_without_a_date_there_is_none():
    work = work_of_report(report(issued=None))
    assert " (n.d.). " in apa(work, TODAY)
    assert " n.d. " in chicago(work, TODAY)
    assert f"“The Rwandan Crisis”, {HERE}, accessed" in plain(work, TODAY)


def test_a_record_is_cited_as_an_entry_of_hindsight():
    address = "http://127.0.0.1:8000/records/L-12/"
    assert chicago(record(), TODAY) == (
        "Hindsight. 2026. “Warnings need a reader.” Lesson L-12."
        f" Accessed November 24, 2026. {address}."
    )
    assert apa(record(), TODAY) == (
        "Hindsight. (2026, November 3). Warnings need a reader (L-12) [Lesson]."
        f" Retrieved November 24, 2026, from {address}"
    )
    assert plain(record(), TODAY) == (
        f"“Warnings need a reader” (lesson L-12), Hindsight, November 3, 2026, {address},"
        " accessed November 24, 2026."
    )


def test_a_list_is_cited_with_who_made_it():
    made = record(authors=("Doe, Jane",), kind="reading list", number="")
    assert chicago(made, TODAY).startswith(
        "Doe, Jane. 2026. “Warnings need a reader.” Reading list. Hindsight. Accessed"
    )
    assert plain(made, TODAY).startswith(
        "Jane Doe, “Warnings need a reader” (reading list), Hindsight, "
    )


def test_titles_stand_in_italics_where_the_style_asks_for_it():
    of_report = {one.style: one.italic for one in cited(work_of_report(report()), TODAY)}
    of_record = {one.style: one.italic for one in cited(record(), TODAY)}
    assert of_report["Chicago"] == of_report["APA"] == "The Rwandan Crisis"
    assert (of_record["Chicago"], of_record["APA"]) == ("", "Warnings need a reader")
    assert cited(record(), TODAY)[1].parts[1] == "Warnings need a reader"


def test_a_french_reader_has_french_dates():
    with translation.override("fr"):
        assert "(2026, 3 novembre)" in apa(record(), TODAY)
        assert "24 novembre 2026" in chicago(record(), TODAY)
        assert "«\u00a0Warnings need a reader\u00a0» (" in plain(record(), TODAY)


def test_a_french_reader_has_consulted_and_guillemets():
    with translation.override("fr"):
        if gettext("Accessed %(date)s").startswith("Accessed"):
            pytest.skip("not translated yet")
        assert "Consulté le 24 novembre 2026." in chicago(record(), TODAY)
        assert "«\u00a0Warnings need a reader\u00a0». " in chicago(record(), TODAY)
        assert ", consulté le 24 novembre 2026." in plain(record(), TODAY)

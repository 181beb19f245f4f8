"""Reports: their list and the reading view."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from lessons import curation, evidence
from lessons.models import Citation, Country, Kind, Record, Report
from lessons.views.marking import segments
from tests.factories import make_published, make_record, make_report
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db

SENTENCE = "The force was cut when it should have been made larger."


def quoting(report: Report, quotation: str, kind: str = Kind.LESSON) -> Record:
    """Publish a record that rests on ``quotation`` of the report's first passage."""
    record = make_record(kind)
    evidence.cite(record, report.passages.get(ordinal=1), quotation, by=None)
    return curation.publish(curation.submit(record, by=None), by=None)


def marked(response: Any) -> list[tuple[str, list[str], set[int]]]:
    """Return text, kinds and citations of each highlighted stretch of the first passage."""
    segments_of_first = response.context["passages"][0].segments
    return [(s.text, s.kinds, s.ids) for s in segments_of_first if s.citations]


def test_the_list_tells_what_each_report_is_and_how_much_rests_on_it(client: Client) -> None:
    report = make_report(slug="r", title="After", subtitle="A study", authors=["Doe, Jane", "UN"],
                         issued="1994-08-01", issued_precision="month", type="inquiry")  # fmt: skip
    report.countries.add(Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda"))
    record = make_published(passage=report.passages.get(ordinal=1))
    evidence.cite(record, report.passages.get(ordinal=2), "Nobody", by=None)
    response = client.get("/reports/")
    assert "inquiry · August 1994 After: A study Doe, Jane; UN Rwanda 1 record" in words_of(
        response
    )
    assert "/records/?report=r" in links_of(response)


def test_the_list_can_be_empty(client: Client) -> None:
    assert "No report yet." in words_of(client.get("/reports/"))


def test_a_report_is_read_passage_by_passage(client: Client) -> None:
    report = make_report(
        ("One.", "Two.", "Three."), slug="r", rights="All reserved", note="A part."
    )
    response = client.get("/reports/r/")
    text = text_of(response)
    for number in (1, 2, 3):
        assert f'id="p-{number}" aria-label="para. {number}"' in text
        assert f'href="#p-{number}"' in text
    words = words_of(response)
    assert report.title in words
    assert "Doe, Jane. 1996." in words
    assert "Rights: All reserved" in words
    assert "A part." in words
    assert "0 records rest on this text" in words


def test_a_report_without_text_says_so(client: Client) -> None:
    make_report((), slug="r")
    assert "The text of this report is not held here." in words_of(client.get("/reports/r/"))


def test_only_the_text_version_that_is_read_shows(client: Client) -> None:
    report = make_report(("Old text.",), slug="r")
    report.passages.create(ordinal=1, text_version=2, text="New text.")
    Report.objects.update(text_version=2)
    words = words_of(client.get("/reports/r/"))
    assert "New text." in words
    assert "Old text." not in words


def test_quotations_are_marked_and_their_records_stand_in_the_margin(client: Client) -> None:
    report = make_report((SENTENCE, "Uncited."), slug="r")
    record = quoting(report, "The force was cut", Kind.FAILURE)
    response = client.get("/reports/r/")
    assert '<mark class="failure">The force was cut</mark> when it' in text_of(response)
    assert text_of(response).count('<ul class="margin"') == 1
    assert f"{record.code} {record.title}" in words_of(response)
    assert record.get_absolute_url() in links_of(response)
    assert "1 record rests on this text" in words_of(response)


def test_overlapping_quotations_keep_the_text_whole(client: Client) -> None:
    report = make_report((SENTENCE,), slug="r")
    outer = quoting(report, "force was cut when it should", Kind.FAILURE)
    inner = quoting(report, "was cut", Kind.LESSON)
    across = quoting(report, "it should have been made larger", Kind.ACTOR)
    response = client.get("/reports/r/")
    ids = {record: record.citations.get().pk for record in (outer, inner, across)}
    assert marked(response) == [
        ("force ", ["failure"], {ids[outer]}),
        ("was cut", ["failure", "lesson"], {ids[outer], ids[inner]}),
        (" when ", ["failure"], {ids[outer]}),
        ("it should", ["failure", "actor"], {ids[outer], ids[across]}),
        (" have been made larger", ["actor"], {ids[across]}),
    ]
    assert "".join(s.text for s in response.context["passages"][0].segments) == SENTENCE


def test_two_records_with_the_same_words_share_the_mark(client: Client) -> None:
    report = make_report((SENTENCE,), slug="r")
    first, second = quoting(report, "was cut"), quoting(report, "was cut")
    response = client.get("/reports/r/")
    assert [text for text, _kinds, _ids in marked(response)] == ["was cut"]
    notes = response.context["passages"][0].margin
    assert [note.record.pk for note in notes] == [first.pk, second.pk]


def test_a_record_that_quotes_a_passage_twice_stands_in_its_margin_once(client: Client) -> None:
    report = make_report((SENTENCE,), slug="r")
    record = quoting(report, "The force")
    evidence.cite(record, report.passages.get(), "made larger", by=None)
    notes = client.get("/reports/r/").context["passages"][0].margin
    assert [len(note.ids) for note in notes] == [2]


def test_the_citation_asked_for_is_brought_forward_and_no_other(client: Client) -> None:
    report = make_report((SENTENCE,), slug="r")
    outer = quoting(report, "force was cut when").citations.get()
    inner = quoting(report, "was cut").citations.get()
    for citation, expected in (
        (outer, ["force ", "was cut", " when"]),
        (inner, ["was cut"]),
    ):
        text = text_of(client.get(f"/reports/r/?cite={citation.pk}"))
        forward = [part.split("</mark>")[0] for part in text.split(' cited">')[1:]]
        in_text = [part for part in forward if "<" not in part]
        assert in_text == expected
        assert text.count('<li class="lesson cited">') == 1
        assert f'<li class="lesson cited"><a href="{citation.record.get_absolute_url()}"' in text
    assert "cited" not in text_of(client.get("/reports/r/"))


WRONG = ["", "x", "-1", "1.0", "1e3", "٣", "1" * 19, "1 OR 1=1", "<script>"]


@pytest.mark.parametrize("asked", WRONG)
def test_a_citation_that_is_no_number_is_named(asked: str, client: Client) -> None:
    make_report(slug="r")
    response = client.get("/reports/r/", {"cite": asked})
    assert response.status_code == 400
    assert "cite:" in words_of(response)
    assert "<script>" not in text_of(response)


def test_a_citation_of_another_report_or_of_none_brings_nothing_forward(client: Client) -> None:
    make_report((SENTENCE,), slug="r")
    elsewhere = make_published().citations.get()
    for number in (elsewhere.pk, "9" * 18, 0):
        response = client.get(f"/reports/r/?cite={number}")
        assert response.status_code == 200
        assert "cited" not in text_of(response)


def test_a_quotation_that_was_lost_is_not_marked(client: Client) -> None:
    report = make_report((SENTENCE,), slug="r")
    record = quoting(report, "The force")
    evidence.cite(record, report.passages.get(), "was cut", by=None)
    Citation.objects.filter(exact="was cut").update(state="lost")
    assert [text for text, *_rest in marked(client.get("/reports/r/"))] == ["The force"]


def test_the_text_of_a_report_is_text_and_never_markup(client: Client) -> None:
    evil = 'He said <script>alert(1)</script> & "left" <img src=x onerror=alert(2)>.'
    report = make_report((evil,), slug="r", title="<b>Bold</b>", authors=["<i>Doe</i>"])
    quoting(report, "<script>alert(1)</script> &")
    response = client.get("/reports/r/")
    text = text_of(response)
    for markup in ("<script>", "<img", "<b>", "<i>"):
        assert markup not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;</mark>" in text
    assert "".join(s.text for s in response.context["passages"][0].segments) == evil


def test_a_report_that_is_not_there_is_404(client: Client) -> None:
    assert client.get("/reports/nowhere/").status_code == 404


@given(
    st.text(min_size=1, max_size=40).flatmap(
        lambda text: st.tuples(
            st.just(text),
            st.lists(
                st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(
                    lambda ends: ends[0] < ends[1]
                ),
                max_size=6,
            ),
        )
    )
)
def test_segments_join_to_the_text_and_each_citation_to_its_words(
    given_text: tuple[str, list[tuple[int, int]]],
) -> None:
    text, spans = given_text
    citations = [Citation(pk=n, start=a, end=b) for n, (a, b) in enumerate(spans, start=1)]
    cut = segments(text, citations)
    assert "".join(segment.text for segment in cut) == text
    for citation in citations:
        words = "".join(s.text for s in cut if citation in s.citations)
        assert words == text[citation.start : citation.end]

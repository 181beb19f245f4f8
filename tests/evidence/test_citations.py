"""The verbs of single citations: citing, choosing a place for a lost one, letting go."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from lessons import curation, evidence
from lessons.evidence import PassageText, text_sha256
from lessons.models import Citation, Country, Kind, Passage, Record, Report
from tests.evidence import refusal
from tests.factories import cite, make_published, make_record, make_report

ASTRAL = "😀 The mission 👩🏽‍⚕️ was «warned» 𝔘 in Jan\u0301 — twice."


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["😀", "The mission", "👩🏽‍⚕️ was", "𝔘 in", "Jan\u0301 — twice."])
def test_offsets_are_code_points_as_postgresql_counts_them(words):
    passage = make_report((ASTRAL,)).passages.get()
    citation = evidence.cite(make_record(), passage, words, by=None)
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT substr(p.text, c.start + 1, c."end" - c.start) FROM lessons_citation c'
            " JOIN lessons_passage p ON p.id = c.passage_id"
        )
        assert cursor.fetchone()[0] == citation.exact == words


@pytest.mark.django_db
def test_the_hash_is_the_one_postgresql_computes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(sha256(convert_to(%s, 'UTF8')), 'hex')", [ASTRAL])
        assert cursor.fetchone()[0] == text_sha256(ASTRAL)


def test_passages_are_numbered_in_reading_order(analyst):
    country = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    texts = [PassageText("One.", ("1 Introduction",), 3, "iii"), PassageText("Two.")]
    fields = {"slug": "report", "title": "Report", "countries": [country]}
    report = evidence.add_report(texts, by=analyst, **fields)
    first, second = report.passages.all()
    assert (first.ordinal, first.section_path, first.locator) == (1, ["1 Introduction"], "p. iii")
    assert (second.ordinal, second.locator) == (2, "para. 2")
    assert report.countries.get() == country


@pytest.mark.parametrize(
    "wrong", [{"slug": "not a slug"}, {"title": ""}, {"issued": "soon"}, {"type": "novel"}], ids=str
)
def test_unusable_metadata_is_refused_and_nothing_stays(analyst, wrong):
    fields = {"slug": "report", "title": "Report", **wrong}
    error = refusal(evidence.add_report, [PassageText("One.")], by=analyst, **fields)
    assert set(error.error_dict) == set(wrong)
    assert not Report.objects.exists()


@pytest.fixture
def passage(db: None) -> Passage:
    return make_report(("The mission was warned in January.",)).passages.get()


def test_a_citation_keeps_the_words_as_the_passage_has_them(passage, analyst):
    citation = evidence.cite(make_record(), passage, " was\nwarned", by=analyst)
    citation.refresh_from_db()
    assert (citation.exact, citation.start, citation.end) == ("was warned", 12, 22)
    assert (citation.prefix, citation.suffix) == ("The mission ", " in January.")
    assert citation.text_sha256 == text_sha256(passage.text)
    assert citation.state == "verified"
    assert evidence.holds(citation)


def test_the_same_words_are_not_cited_twice(passage):
    record = make_record()
    evidence.cite(record, passage, "was warned", by=None)
    error = refusal(evidence.cite, record, passage, "was  warned", by=None)
    assert error.messages == ["This record cites these words already."]
    assert record.citations.count() == 1


def test_words_that_do_not_stand_there_are_not_cited(passage):
    assert refusal(evidence.cite, make_record(), passage, "was told", by=None).code == "not_found"
    assert not Citation.objects.exists()


def test_an_analyst_adds_no_citation_to_a_published_record(passage, analyst):
    with pytest.raises(PermissionDenied):
        evidence.cite(make_published(), passage, "was warned", by=analyst)


def test_an_analyst_whose_page_is_out_of_date_adds_none_either(passage, analyst):
    record = cite(make_record())
    out_of_date = Record.objects.get(pk=record.pk)
    curation.publish(curation.submit(record, by=None), by=None)
    with pytest.raises(PermissionDenied):
        evidence.cite(out_of_date, passage, "was warned", by=analyst)


def test_the_last_citation_of_a_published_record_is_not_taken_away(reviewer):
    record = make_published()
    error = refusal(evidence.uncite, record.citations.get(), by=reviewer)
    assert error.code == "last_citation"
    assert record.code in error.messages[0]
    assert record.citations.exists()


def test_a_lost_citation_does_not_make_up_for_the_last(reviewer):
    record = cite(make_published())
    first, second = record.citations.all()
    Citation.objects.filter(pk=first.pk).update(state="lost")
    assert refusal(evidence.uncite, second, by=reviewer).code == "last_citation"
    evidence.uncite(first, by=reviewer)
    assert record.citations.get() == second


@pytest.mark.django_db
def test_a_citation_that_a_link_rests_on_is_not_taken_away():
    actor, failure = cite(make_record(Kind.ACTOR)), make_record(Kind.FAILURE)
    citation = actor.citations.get()
    curation.link(actor, "failed_in", failure, by=None, asserted_by="source", citation=citation)
    assert refusal(evidence.uncite, citation, by=None).code == "in_use"
    assert actor.citations.exists()


@pytest.mark.django_db
def test_a_citation_that_a_claim_rests_on_is_not_taken_away():
    record = cite(make_record())
    citation = record.citations.get()
    claim = {"claim": "accepted", "date": "2000-01-01", "claimed_by": "A", "citation": citation}
    curation.claim_uptake(record, by=None, **claim)
    assert refusal(evidence.uncite, citation, by=None).code == "in_use"


def test_the_last_citation_of_a_draft_may_be_taken_away(analyst):
    record = cite(make_record())
    evidence.uncite(record.citations.get(), by=analyst)
    assert not record.citations.exists()


def test_a_citation_holds_only_in_the_text_it_was_made_of(passage):
    citation = evidence.cite(make_record(), passage, "was warned", by=None)
    citation.passage = Passage(text=f"{passage.text} ")
    assert not evidence.holds(citation)
    citation.passage = Passage(text=passage.text.replace("was", "is"))
    assert not evidence.holds(citation)


@pytest.mark.parametrize(("state", "expected"), [("verified", 1), ("moved", 1), ("lost", 0)])
def test_what_was_lost_does_not_hold(passage, state, expected):
    citation = evidence.cite(make_record(), passage, "was warned", by=None)
    citation.state = state
    citation.save()
    assert evidence.holds(citation) == bool(expected)
    assert Citation.objects.holding().count() == expected

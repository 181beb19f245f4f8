"""Proposing where a lost citation may stand, and letting a person choose."""

import pytest
from django.core.exceptions import PermissionDenied

from lessons import curation, evidence
from lessons.models import Citation
from tests.evidence import refusal
from tests.factories import cite, make_record, make_report

pytestmark = pytest.mark.django_db

OLD = "The force was cut when it should have been made larger."


def lost(*now: str, old: str = OLD, quotation: str = OLD) -> Citation:
    """Return the citation of a draft, lost when the text became ``now``."""
    report = make_report((old,))
    citation = evidence.cite(make_record(), report.passages.get(), quotation, by=None)
    evidence.retext(
        report, [evidence.PassageText(text) for text in now], by=None, reason="Read anew."
    )
    citation.refresh_from_db()
    assert citation.state == "lost"
    return citation


def proposed(citation: Citation) -> list[tuple[int, str]]:
    return [(one.passage.ordinal, one.anchor.exact) for one in evidence.candidates(citation)]


def test_the_place_most_like_the_quotation_comes_first():
    citation = lost(
        "An unrelated passage about the weather in the hills.",
        "In short: the force was cut, when it should have been made much larger; so it was.",
        "The force was enlarged.",
    )
    found = evidence.candidates(citation)
    assert proposed(citation)[0] == (
        2, "the force was cut, when it should have been made much larger",
    )  # fmt: skip
    assert [one.similarity for one in found] == sorted(
        (one.similarity for one in found), reverse=True
    )
    assert all(0.4 <= one.similarity < 1 for one in found)


def test_of_the_same_words_those_in_like_surroundings_come_first():
    citation = lost(
        "He was cut. The farce was cut when it would.",
        "The force was cut when it should, then.",
        quotation="was cut",
    )
    found = proposed(citation)
    assert found == [(2, "was cut"), (1, "was cut"), (1, "was cut")]
    assert {one.similarity for one in evidence.candidates(citation)} == {1.0}


def test_words_over_two_passages_are_proposed_from_each():
    citation = lost("The force was cut when it", "should have been made larger.")
    assert set(proposed(citation)) == {
        (1, "The force was cut when it"),
        (2, "should have been made larger."),
    }


def test_no_more_than_five_are_proposed():
    assert len(proposed(lost(*(f"{n} force was cut when it should." for n in range(9))))) == 5


@pytest.mark.parametrize("now", ["Nothing of the kind.", "—", "12"])
def test_where_nothing_is_alike_nothing_is_proposed(now):
    assert proposed(lost(now)) == []


def test_whatever_is_proposed_can_be_chosen():
    citation = lost(
        "It was cut. «The force was cut when it could have been made larger» — so they say.",
        "The force was cut when it should have been made smaller, 'it' said: made smaller…",
    )
    for one in evidence.candidates(citation):
        found = evidence.anchor(one.passage.text, one.anchor.exact, start=one.anchor.start)
        assert found == one.anchor


def test_the_chosen_place_is_cited_again(analyst):
    citation = lost("The force was cut. It should have been larger. The force was cut.")
    best = evidence.candidates(citation)[0]
    again = evidence.resolve(
        citation, best.passage, best.anchor.exact, by=analyst, start=best.anchor.start
    )
    citation.refresh_from_db()
    assert again == citation
    assert (citation.state, citation.passage, citation.start) == (
        "verified", best.passage, best.anchor.start,
    )  # fmt: skip
    assert evidence.holds(citation)


def test_of_several_places_the_one_selected_is_chosen():
    citation = lost("It was cut. He was cut.", quotation="was cut")
    passage = citation.passage.report.passages.current().get()
    assert refusal(evidence.resolve, citation, passage, "was cut", by=None).code == "ambiguous"
    evidence.resolve(citation, passage, "was cut", by=None, start=15)
    citation.refresh_from_db()
    assert citation.start == 15


def test_what_is_not_lost_is_not_chosen_for():
    record = cite(make_record())
    citation = record.citations.get()
    code = refusal(evidence.resolve, citation, citation.passage, "was warned", by=None).code
    assert code == "found"


def test_a_citation_stays_with_its_report():
    citation = lost("New.")
    other = make_report().passages.get(ordinal=1)
    assert refusal(evidence.resolve, citation, other, "was warned", by=None).code == "other_report"


def test_words_that_are_cited_already_are_not_cited_twice():
    citation = lost("The force was cut.")
    passage = citation.passage.report.passages.current().get()
    evidence.cite(citation.record, passage, "was cut", by=None)
    error = refusal(evidence.resolve, citation, passage, "was cut", by=None)
    assert error.messages == ["This record cites these words already."]


def test_who_may_not_change_the_record_does_not_choose(analyst, reader):
    citation = lost("The force was cut.")
    cite(citation.record)
    passage = citation.passage.report.passages.current().get()
    with pytest.raises(PermissionDenied):
        evidence.resolve(citation, passage, "was cut", by=reader)
    curation.publish(curation.submit(citation.record, by=None), by=None)
    with pytest.raises(PermissionDenied):
        evidence.resolve(citation, passage, "was cut", by=analyst)

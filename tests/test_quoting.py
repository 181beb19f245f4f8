"""Quoting: sentences to choose from, and a record made of a passage's words."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from lessons import evidence
from lessons.models import Citation, Kind, Record, Status
from lessons.quoting import quote, sentences
from tests.factories import REQUIRED, make_record, make_report


def cut(text: str) -> list[str]:
    return [one.text for one in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("The U.N. force was cut.", ["The U.N. force was cut."]),
        ("Gen. Dallaire asked. “No,” he read.", ["Gen. Dallaire asked.", "“No,” he read."]),
        ("It failed (see p. 12). Nobody acted.", ["It failed (see p. 12).", "Nobody acted."]),
        ("“It was late.” The rest is known.", ["“It was late.”", "The rest is known."]),
        ("In 1994, e.g. in Kigali, it rained.", ["In 1994, e.g. in Kigali, it rained."]),
        ("Élus en mai. À Kigali, rien.", ["Élus en mai.", "À Kigali, rien."]),
        ("A heading\n\nand what follows", ["A heading", "and what follows"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_passage_is_cut_where_its_sentences_end(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(st.text(alphabet="aA. \n!?”\U0001f600é0", max_size=60))
def test_sentences_stand_where_they_say_and_leave_out_nothing_but_spaces(text: str) -> None:
    found = sentences(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.text and one.text == one.text.strip() for one in found)
    assert "".join("".join(one.text for one in found).split()) == "".join(text.split())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Kind.values)
def test_words_become_a_draft_that_rests_on_them(kind: str, analyst: User) -> None:
    passage = make_report(("Nobody acted. Nobody acted.",)).passages.get()
    record = quote(
        passage, "Nobody acted", kind, by=analyst, start=14,
        title="Title", statement="Statement.", tags=["delay"], **REQUIRED[kind],
    )  # fmt: skip
    citation = record.citations.get()
    assert (record.kind, record.status, record.created_by) == (kind, Status.DRAFT, analyst)
    assert (citation.start, citation.end, citation.exact) == (14, 26, "Nobody acted")
    assert set(record.tags.names()) == {"delay"}


@pytest.mark.django_db
def test_both_are_one_act(analyst: User) -> None:
    passage = make_report().passages.get(ordinal=1)
    record = quote(passage, "was warned", "lesson", by=analyst, title="T", statement="S",
                   origin="stated")  # fmt: skip
    acts = {
        model.pgh_event_model.objects.get(pgh_obj_id=one.pk).pgh_context.metadata["act"]
        for model, one in ((Record, record), (Citation, record.citations.get()))
    }
    assert len(acts) == 1


@pytest.mark.django_db
def test_no_record_is_left_where_the_words_cannot_be_cited(analyst: User, reader: User) -> None:
    passage = make_report(("Cut. Cut.",)).passages.get()
    fields = {"title": "T", "statement": "S", "origin": "stated"}
    for words in ("Cut", "nowhere"):
        with pytest.raises(ValidationError):
            quote(passage, words, "lesson", by=analyst, **fields)
    with pytest.raises(PermissionDenied):
        quote(passage, "Cut. Cut", "lesson", by=reader, **fields)
    assert not Record.objects.exists()


@pytest.mark.django_db
def test_where_the_selection_began_says_which_of_the_same_words_are_meant() -> None:
    passage = make_report(("\U0001f600 Cut. Cut. Cut.",)).passages.get()
    record = make_record()
    assert evidence.cite(record, passage, "Cut", by=None, start=7).start == 7
    for start, said in ((None, "3 times"), (3, "do not begin"), (999, "do not begin")):
        with pytest.raises(ValidationError, match=said):
            evidence.cite(record, passage, "Cut", by=None, start=start)

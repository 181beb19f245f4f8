"""Quoting: a record made of a passage's words."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from lessons import evidence
from lessons.models import Citation, Kind, Record, Status
from lessons.quoting import quote
from tests.factories import REQUIRED, make_record, make_report


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

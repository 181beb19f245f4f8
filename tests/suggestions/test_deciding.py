"""Deciding: accept, change the kind, reject, and take it back."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from lessons import curation, evidence, history, merging, suggestions
from lessons.models import Citation, Kind, Link, Record, Report, Status, Suggestion
from lessons.models.history import told
from lessons.suggestions.deciding import short_form
from tests.factories import make_published, make_record, make_suggestion
from tests.history import last_act
from tests.models import commit_checks

pytestmark = pytest.mark.django_db

SENTENCE = "However, the force lacked the means, which nobody had foreseen; it left."


def test_a_suggestion_becomes_a_draft_that_rests_on_its_words(analyst: User) -> None:
    one = make_suggestion("failure", SENTENCE, text=f"{SENTENCE} {SENTENCE}")
    second = len(SENTENCE) + 1
    Suggestion.objects.update(start=F("start") + second, end=F("end") + second)
    one.refresh_from_db()
    record = suggestions.accept(one, by=analyst)
    assert (record.kind, record.status, record.created_by) == ("failure", Status.DRAFT, analyst)
    assert (record.title, record.statement) == (
        "The force lacked the means, which nobody had foreseen",
        SENTENCE,
    )
    assert (record.failure_type, record.language) == ("resource_gap", "fr")
    citation = record.citations.get()
    assert (citation.exact, citation.start) == (SENTENCE, second)
    one.refresh_from_db()
    assert (one.state, one.decided_kind, one.decided_by, one.record) == (
        "accepted", "failure", analyst, record,
    )  # fmt: skip


@pytest.mark.parametrize("kind", Kind.values)
def test_it_may_be_accepted_as_another_kind(kind: str, analyst: User) -> None:
    record = suggestions.accept(make_suggestion("failure", SENTENCE), by=analyst, kind=kind)
    assert record.kind == kind
    right = {("failure", "lack*"): (1, 0) if kind == "failure" else (0, 1)}
    assert Suggestion.objects.all().by_cue() == right


def test_what_was_edited_is_what_is_written(analyst: User) -> None:
    one = make_suggestion("recommendation", "The force should have a plan.", number="A-1")
    fields = {"title": "A plan", "statement": "Plan.", "number": "A-2", "tags": ["plan"]}
    record = suggestions.accept(one, by=analyst, fields=fields)
    assert (record.title, record.statement, record.number) == ("A plan", "Plan.", "A-2")
    assert list(record.tags.names()) == ["plan"]


def test_nothing_is_decided_twice(analyst: User) -> None:
    one = make_suggestion("failure", SENTENCE)
    suggestions.reject(one, by=analyst)
    for decide in (suggestions.accept, suggestions.reject):
        with pytest.raises(ValidationError, match="rejected"):
            decide(one, by=analyst)
    assert not Record.objects.exists()


def test_what_stands_in_a_text_that_was_replaced_is_refused(analyst: User) -> None:
    one = make_suggestion("failure", SENTENCE)
    report = Report.objects.get()
    evidence.retext(report, [evidence.PassageText("Anew.")], by=None, reason="Read")
    with pytest.raises(ValidationError, match="replaced"):
        suggestions.accept(one, by=analyst)
    assert not Record.objects.exists()


def test_readers_decide_nothing(reader: User) -> None:
    one = make_suggestion("failure", SENTENCE)
    for decide in (suggestions.accept, suggestions.reject):
        with pytest.raises(PermissionDenied):
            decide(one, by=reader)


# Undoing


@pytest.mark.parametrize("kind", Kind.values)
def test_undoing_an_acceptance_takes_the_draft_away_and_lets_it_wait_again(
    kind: str, analyst: User
) -> None:
    make_record(Kind.ACTOR, title="Force")
    one = make_suggestion(kind, SENTENCE, addressee="The Force")
    with told("accept suggestion", by=analyst) as act:
        record = suggestions.accept(one, by=analyst)
    commit_checks()
    history.undo(act, by=analyst)
    one.refresh_from_db()
    assert (one.state, one.decided_kind, one.decided_by, one.decided_at, one.record) == (
        "waiting", "", None, None, None,
    )  # fmt: skip
    assert not Record.objects.filter(pk=record.pk).exists()
    assert not Citation.objects.exists()
    assert suggestions.accept(one, by=analyst).title == record.title


def test_undoing_a_rejection_lets_it_wait_again(analyst: User) -> None:
    one = make_suggestion("failure", SENTENCE)
    suggestions.reject(one, by=analyst)
    history.undo(last_act(), by=analyst)
    one.refresh_from_db()
    assert one.state == "waiting"


def test_a_decision_outlives_the_record(analyst: User) -> None:
    one = make_suggestion("failure", SENTENCE)
    curation.discard(suggestions.accept(one, by=analyst), by=analyst)
    one.refresh_from_db()
    assert (one.state, one.record) == ("accepted", None)


def test_it_follows_its_record_into_a_merge(analyst: User) -> None:
    one = make_suggestion("failure", SENTENCE)
    record, other = suggestions.accept(one, by=analyst), make_record(Kind.FAILURE)
    merging.merge(other, record, by=analyst)
    one.refresh_from_db()
    assert one.record_id == other.pk


# Actors


@pytest.mark.parametrize("name", ["the Security Council", "THE security  council", "le CONSEIL"])
def test_an_actor_that_is_known_gets_the_quotation_and_no_twin(name: str, analyst: User) -> None:
    known = make_record(Kind.ACTOR, title="Security Council", aliases=["Conseil"])
    record = suggestions.accept(
        make_suggestion("actor", name, text=f"In vain {name} met."), by=analyst
    )
    assert record == known
    assert known.citations.get().exact == name
    assert Record.objects.count() == 1


def test_only_a_reviewer_adds_to_an_actor_that_is_published(analyst: User, reviewer: User) -> None:
    known = make_published(Kind.ACTOR, title="Council")
    one = make_suggestion("actor", "the Council")
    with pytest.raises(ValidationError, match=known.code):
        suggestions.accept(one, by=analyst)
    assert suggestions.accept(one, by=reviewer) == known
    assert known.citations.count() == 2


def test_editing_makes_no_twin_either(analyst: User) -> None:
    make_record(Kind.ACTOR, title="Council")
    with pytest.raises(ValidationError, match="goes by this name"):
        suggestions.accept(
            make_suggestion("actor", "They"), by=analyst, fields={"title": "council"}
        )


# Recommendations


@pytest.mark.parametrize("addressee", ["Federal Aviation Administration", "the FAA"])
def test_a_recommendation_brings_its_number_and_to_whom(addressee: str, analyst: User) -> None:
    make_record(Kind.ACTOR, title="Federal Aviation Authority")
    known = make_published(Kind.ACTOR, title="Federal Aviation Administration", aliases=["FAA"])
    one = make_suggestion("recommendation", "Check all.", number="A-17-01", addressee=addressee)
    record = suggestions.accept(one, by=analyst)
    assert record.number == "A-17-01"
    link = Link.objects.get()
    assert (link.source_id, link.predicate, link.target_id) == (
        record.pk, "addressed_to", known.pk,
    )  # fmt: skip
    assert (link.asserted_by, link.citation) == ("source", record.citations.get())


def test_an_unknown_addressee_makes_no_link(analyst: User) -> None:
    one = make_suggestion("recommendation", "Check all.", addressee="Nobody in particular")
    suggestions.accept(one, by=analyst)
    assert not Link.objects.exists()


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("In fact, nobody acted.", "Nobody acted"),
        ("The force was cut when it was needed most (see annex 3).",
         "The force was cut when it was needed most"),
        ("Un mandat clair doit précéder le déploiement; il ne peut le suivre.",
         "Un mandat clair doit précéder le déploiement"),
        ("word " * 40, "Word" + " word" * 16 + "…"),
    ],
)  # fmt: skip
def test_the_title_is_a_short_form_of_the_sentence(sentence: str, title: str) -> None:
    assert short_form(sentence) == title


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "accepted"},
        {"start": 9, "end": 9},
        {"score": 1.5},
        {"kind": "theme"},
        {"exact": ""},
    ],
)
def test_the_database_refuses_what_is_no_suggestion(wrong: dict[str, Any]) -> None:
    one = make_suggestion("failure", SENTENCE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.filter(pk=one.pk).update(**wrong)

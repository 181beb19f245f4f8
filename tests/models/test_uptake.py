"""Uptake: claims are added, never overwritten."""

import pytest
from django.db import InternalError, transaction
from django.db.models import ProtectedError

from lessons.models import Claim, Kind, Record, Uptake
from tests.factories import cite, make_record
from tests.models import commit_checks, execute, refused_by

pytestmark = pytest.mark.django_db

CHANGES = {
    "claim": "rejected",
    "date": "2001-01-01",
    "date_precision": "year",
    "claimed_by": "Somebody else",
    "url": "https://example.org/another",
    "note": "On second thoughts.",
}


def claim(record: Record, **fields: object) -> Uptake:
    defaults = {
        "claim": "accepted",
        "date": "2000-01-01",
        "claimed_by": "The Government",
        "url": "https://example.org/answer",
    }
    return Uptake(record=record, **{**defaults, **fields})


@pytest.fixture
def claimed() -> Uptake:
    new = claim(make_record(Kind.RECOMMENDATION))
    new.save()
    return new


@pytest.mark.parametrize("kind", [Kind.LESSON, Kind.RECOMMENDATION])
def test_lessons_and_recommendations_are_taken_up(kind):
    claim(make_record(kind)).save()
    assert Uptake.objects.get().record.kind == kind


@pytest.mark.parametrize("kind", [Kind.FAILURE, Kind.ACTOR])
def test_failures_and_actors_are_not_taken_up(kind, claimed):
    record = make_record(kind)
    with refused_by("uptake_is_of_lesson_or_recommendation"):
        Uptake.objects.bulk_create([claim(record)])
    with refused_by("uptake_is_of_lesson_or_recommendation"):
        Uptake.objects.update(record=record)


def test_a_claim_gives_its_source():
    record = cite(make_record())
    with refused_by("uptake_is_sourced"):
        Uptake.objects.bulk_create([claim(record, url="")])
    claim(record, url="", citation=record.citations.get()).save()
    assert Uptake.objects.count() == 1


@pytest.mark.parametrize("field", CHANGES)
def test_no_part_of_a_claim_is_overwritten(claimed, field):
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        Uptake.objects.update(**{field: CHANGES[field]})


def test_a_claim_does_not_change_its_citation():
    first = cite(make_record()).citations.get()
    claim(first.record, citation=first).save()
    for other in (cite(make_record()).citations.get(), None):
        with refused_by("uptake_keeps_its_words"):
            Uptake.objects.update(citation=other)


def test_a_claim_may_change_to_another_citation_of_the_same_words():
    first = cite(make_record()).citations.get()
    again = cite(make_record(), first.passage).citations.get()
    claim(first.record, citation=first, url="").save()
    Uptake.objects.update(citation=again)
    assert Uptake.objects.get().citation == again


def test_a_claim_saved_again_is_refused(claimed):
    claimed.note = "On second thoughts."
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        claimed.save()


def delete_one(uptake: Uptake) -> None:
    uptake.delete()


def delete_in_bulk(uptake: Uptake) -> None:
    Uptake.objects.all().delete()


def delete_by_sql(uptake: Uptake) -> None:
    execute("DELETE FROM lessons_uptake")


@pytest.mark.parametrize("delete", [delete_one, delete_in_bulk, delete_by_sql])
def test_a_claim_is_never_deleted(claimed, delete):
    with pytest.raises(InternalError, match="delete rows"), transaction.atomic():
        delete(claimed)


def test_a_record_with_a_claim_is_not_deleted(claimed):
    with pytest.raises(ProtectedError):
        claimed.record.delete()


def test_claims_may_contradict_one_another(claimed):
    others = [claim(claimed.record, claim=verdict) for verdict in Claim]
    Uptake.objects.bulk_create(others)
    assert claimed.record.uptake.count() == len(Claim) + 1


def test_a_claim_follows_its_record_to_the_survivor_of_a_merger(claimed):
    survivor = make_record(Kind.RECOMMENDATION)
    claimed.record.uptake.update(record=survivor)
    commit_checks()
    assert survivor.uptake.get() == claimed

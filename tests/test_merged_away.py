"""Merging: who may, what is refused, and what was merged away stays as it was left."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import Role
from lessons import curation, merging
from lessons.models import (
    Citation,
    Country,
    Kind,
    Link,
    NotSame,
    ReadingList,
    ReadingListItem,
    Record,
    Uptake,
)
from tests.factories import cite, make_published, make_record, make_theme, make_user
from tests.models import commit_checks, refused_by

pytestmark = pytest.mark.django_db


def fresh(record: Record) -> Record:
    return Record.objects.get(pk=record.pk)


def refusal(survivor: Record, absorbed: Record, **options: Any) -> str:
    """Return the code of the refusal; nothing is changed by it."""
    versions = Record.objects.order_by("pk").values_list("version", "merged_into")
    before = list(versions)
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        merging.merge(survivor, absorbed, **{"by": None, **options})
    assert list(versions.all()) == before
    return refused.value.code


def test_only_two_different_records_of_one_kind_are_merged() -> None:
    lesson = make_record()
    assert refusal(lesson, lesson) == "same"
    assert refusal(lesson, make_record(Kind.FAILURE)) == "different_kinds"


def test_what_is_public_does_not_vanish_into_what_is_not() -> None:
    published, draft = make_published(), make_record()
    withdrawn = curation.withdraw(make_published(), by=None, reason="Wrong.")
    assert refusal(draft, published) == "would_vanish"
    assert refusal(withdrawn, published) == "would_vanish"
    assert refusal(draft, withdrawn) == "would_vanish"
    merging.merge(published, draft, by=None)
    merging.merge(fresh(published), withdrawn, by=None)
    commit_checks()


def test_what_was_read_must_be_what_stands() -> None:
    survivor, absorbed = make_record(), make_record()
    for changed in (survivor, absorbed):
        curation.save_record(fresh(changed), by=None)
        assert refusal(survivor, absorbed) == "conflict"
        changed.version += 1
    merging.merge(survivor, absorbed, by=None)


def test_only_what_both_kinds_have_can_be_chosen() -> None:
    for name in ("status", "consequence", "identifier", "aliases"):
        assert refusal(make_record(), make_record(), fields=[name]) == "unknown_field"


def test_what_was_chosen_must_make_sense_together() -> None:
    survivor, absorbed = make_record(year_from=1990, year_to=1991), make_record(year_from=2000)
    with pytest.raises(ValidationError, match="first year"), transaction.atomic():
        merging.merge(survivor, absorbed, by=None, fields=["year_from"])


VERBS = {
    "save": lambda r: curation.save_record(r, by=None),
    "submit": lambda r: curation.submit(r, by=None),
    "publish": lambda r: curation.publish(r, by=None),
    "send back": lambda r: curation.send_back(r, by=None, reason="No."),
    "withdraw": lambda r: curation.withdraw(r, by=None, reason="No."),
    "discard": lambda r: curation.discard(r, by=None),
    "cite": cite,
    "link": lambda r: curation.link(r, "drawn_from", make_record(Kind.FAILURE), by=None),
    "be linked": lambda r: curation.link(make_record(), "refines", r, by=None),
    "claim": lambda r: curation.claim_uptake(r, by=None, claim="accepted", date="2000-01-01",
                                             claimed_by="A", url="https://a.example"),
    "merge": lambda r: merging.merge(r, make_record(), by=None),
    "be merged": lambda r: merging.merge(make_record(), r, by=None),
    "tell apart": lambda r: merging.tell_apart(r, make_record(), by=None),
}  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_done_to_a_record_that_was_merged_away(verb: str) -> None:
    survivor, absorbed = make_record(), make_record()
    merging.merge(survivor, absorbed, by=None)
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        VERBS[verb](fresh(absorbed))
    assert refused.value.code == "merged"
    assert survivor.code in refused.value.messages[0]


def test_a_survivor_is_not_discarded() -> None:
    survivor, absorbed = make_record(), make_record()
    merging.merge(survivor, absorbed, by=None)
    with pytest.raises(ValidationError, match="merged into"):
        curation.discard(survivor, by=None)


MAY = {
    ("draft", "draft"): {Role.ANALYST, Role.REVIEWER, Role.ADMIN},
    ("published", "draft"): {Role.REVIEWER, Role.ADMIN},
    ("published", "published"): {Role.REVIEWER, Role.ADMIN},
}
MAKE = {"draft": make_record, "published": make_published}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("states", MAY)
def test_who_may_change_both_may_merge_them(states: tuple[str, str], role: str) -> None:
    survivor, absorbed = (MAKE[state]() for state in states)
    if role in MAY[states]:
        merging.merge(survivor, absorbed, by=make_user(role))
        assert fresh(absorbed).merged_into == survivor
    else:
        with pytest.raises(PermissionDenied):
            merging.merge(survivor, absorbed, by=make_user(role))


# Two that are not the same


@pytest.mark.parametrize("role", list(Role))
def test_the_desk_tells_records_apart(role: str) -> None:
    one, other = make_record(), make_record()
    if role == Role.READER:
        with pytest.raises(PermissionDenied):
            merging.tell_apart(one, other, by=make_user(role))
        return
    for pair in ((one, other), (other, one)):
        merging.tell_apart(*pair, by=make_user(role))
    assert [(p.first, p.second) for p in NotSame.objects.all()] == [(one, other)]


def test_what_was_told_apart_from_one_is_told_apart_from_its_survivor() -> None:
    survivor, absorbed, third = make_record(), make_record(), make_record()
    for one, other in ((absorbed, third), (survivor, absorbed), (third, survivor)):
        merging.tell_apart(one, other, by=None)
    merging.merge(survivor, absorbed, by=None)
    assert [(p.first, p.second) for p in NotSame.objects.all()] == [(survivor, third)]


# What the database refuses, whoever asks


@pytest.fixture
def merged() -> Record:
    absorbed = make_record()
    merging.merge(make_record(), absorbed, by=None)
    commit_checks()
    return fresh(absorbed)


def test_the_row_of_a_merged_record_is_closed(merged: Record) -> None:
    with refused_by("merged_record_is_closed"):
        Record.objects.filter(pk=merged.pk).update(title="Another")


def cite_past_the_verb(record: Record) -> None:
    citation = cite(make_record()).citations.get()
    Citation.objects.filter(pk=citation.pk).update(record=record)


HOLDERS = {
    "a citation": cite_past_the_verb,
    "a link": lambda r: Link.objects.create(source=make_record(), predicate="refines", target=r),
    "a tag": lambda r: r.tags.add("red"),
    "a theme": lambda r: r.themes.add(make_theme()),
    "a country": lambda r: r.countries.add(
        Country.objects.create(code="RWA", label_en="R", label_fr="R")
    ),
    "a place in a list": lambda r: ReadingListItem.objects.create(
        record=r, reading_list=ReadingList.objects.create(owner=make_user(), title="Mine")
    ),
    "a claim": lambda r: Uptake.objects.create(
        record=r, claim="accepted", date="2000-01-01", claimed_by="A", url="https://a.example"
    ),
}


@pytest.mark.parametrize("what", HOLDERS)
def test_a_merged_record_is_given_nothing_any_more(what: str, merged: Record) -> None:
    with refused_by("record_is_not_merged_away"):
        HOLDERS[what](merged)


def test_no_merge_leads_to_what_was_merged_itself(merged: Record) -> None:
    with refused_by("record_merged_into_in_one_step"):
        Record.objects.filter(pk=make_record().pk).update(merged_into=merged)
    with refused_by("record_merged_into_in_one_step"):
        Record.objects.filter(pk=merged.merged_into_id).update(merged_into=make_record())
    with refused_by("record_merged_into_in_one_step"):
        Record.objects.filter(pk=merged.merged_into_id).update(merged_into=merged.merged_into_id)


def test_no_record_is_merged_into_one_of_another_kind() -> None:
    with refused_by("merged_kinds_agree"):
        Record.objects.filter(pk=make_record().pk).update(merged_into=make_record(Kind.ACTOR))


def test_a_record_brought_back_needs_its_evidence_again() -> None:
    survivor, absorbed = make_published(), make_published()
    merging.merge(survivor, absorbed, by=None)
    commit_checks()
    with refused_by("published_record_has_evidence"):
        Record.objects.filter(pk=absorbed.pk).update(merged_into=None)


def test_pairs_told_apart_stand_in_order_and_once() -> None:
    one, other = make_record(), make_record()
    with refused_by("pair_is_in_order"):
        NotSame.objects.create(first=other, second=one)
    merging.tell_apart(one, other, by=None)
    with refused_by("pair_is_told_apart_once"):
        NotSame.objects.create(first=one, second=other)

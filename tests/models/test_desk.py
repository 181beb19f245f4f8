"""What the desk asks of records: weaknesses, and for whom they wait."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from lessons import curation, reviewing
from lessons.models import Kind, Record
from lessons.models.desk import QUALITIES, TOO_LONG
from tests.factories import cite, make_published, make_record, make_theme, make_user

pytestmark = pytest.mark.django_db


def in_review(**fields):
    return curation.submit(cite(make_record(**fields)), by=fields.get("by"))


def test_records_without_a_theme_are_found():
    make_record(themes=[make_theme(), make_theme()])
    bare = make_record()
    assert list(Record.objects.without_theme()) == [bare]


def test_records_without_a_link_are_found_at_both_ends():
    actor, failure, alone = make_record(Kind.ACTOR), make_record(Kind.FAILURE), make_record()
    curation.link(actor, "failed_in", failure, by=None)
    assert list(Record.objects.unlinked()) == [alone]


def test_only_inferred_is_what_no_source_says():
    inferred = make_record(origin="inferred")
    stated, unlinked = make_record(), make_record()
    actor, failure, other = (
        make_published(kind) for kind in (Kind.ACTOR, Kind.FAILURE, Kind.FAILURE)
    )
    curation.link(actor, "failed_in", failure, by=None)
    curation.link(actor, "warned_of", failure, by=None, asserted_by="source",
                  citation=actor.citations.get())  # fmt: skip
    curation.link(stated, "drawn_from", other, by=None)
    found = set(Record.objects.only_inferred())
    assert found == {inferred, stated, other}
    assert unlinked not in found


def test_a_record_with_one_lost_citation_among_others_is_found_once():
    record = cite(cite(cite(make_record())))
    record.citations.update(state="lost")
    cite(record)
    cite(make_record())
    assert list(Record.objects.with_lost_citation()) == [record]


def test_who_publishes_what_another_wrote_is_its_second_reader(reviewer, analyst):
    alone, by_console = make_published(by=reviewer), make_published(by=analyst)
    Record.objects.filter(pk=alone.pk).update(published_by=reviewer)
    make_record(by=analyst)
    read = curation.publish(curation.submit(cite(make_record(by=analyst)), by=analyst), by=reviewer)
    assert set(Record.objects.without_second_reader()) == {alone, by_console}
    assert read.published_by == reviewer


def test_waiting_counts_from_when_it_was_sent_to_review():
    old, new = in_review(), in_review()
    long_ago = timezone.now() - timedelta(days=TOO_LONG, minutes=1)
    Record.objects.filter(pk=old.pk).update(submitted_at=long_ago)
    published = make_published()
    Record.objects.filter(pk=published.pk).update(submitted_at=long_ago)
    assert list(Record.objects.waiting_longer_than(TOO_LONG)) == [old]
    assert list(Record.objects.by_waiting()) == [old, new]


def test_what_was_loaded_in_bulk_waits_since_it_was_changed():
    record = make_record()
    Record.objects.filter(pk=record.pk).update(
        status="in_review", updated_at=timezone.now() - timedelta(days=20)
    )
    assert list(Record.objects.waiting_longer_than(TOO_LONG)) == [record]


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_weakness_can_be_asked_for_by_name(quality):
    assert set(Record.objects.lacking(quality)) <= {make_record()}


def test_a_reviewer_reviews_what_others_wrote_the_oldest_first(reviewer, analyst):
    first, own, second = in_review(by=analyst), in_review(by=reviewer), in_review()
    assert list(Record.objects.to_review_by(reviewer)) == [first, second]
    assert list(Record.objects.to_review_by(analyst)) == [own, second]


def test_one_waits_for_others_with_what_one_wrote_or_sent(analyst):
    other = make_user(Role.ANALYST)
    own = in_review(by=analyst)
    sent = curation.submit(cite(make_record(by=other)), by=analyst)
    in_review(by=other)
    assert list(Record.objects.submitted_by(analyst)) == [own, sent]


def test_a_draft_is_sent_back_until_it_is_submitted_again(analyst, reviewer):
    make_record(by=analyst)
    record = in_review(by=analyst)
    assert not Record.objects.sent_back_to(analyst)
    curation.send_back(record, by=reviewer, reason="Say who.")
    assert list(Record.objects.sent_back_to(analyst)) == [record]
    assert not Record.objects.sent_back_to(reviewer)
    curation.submit(record, by=analyst)
    assert not Record.objects.sent_back_to(analyst)


def test_assigned_records_are_found_by_person_and_by_nobody(analyst):
    record, other = make_record(), make_record()
    reviewing.assign(record, analyst, by=None)
    assert list(Record.objects.assigned_to(analyst)) == [record]
    assert list(Record.objects.assigned_to(None)) == [other]

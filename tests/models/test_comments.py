"""Comments: never rewritten, and whose answer they await."""

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Role
from lessons import curation, reviewing
from lessons.models import Comment
from tests.factories import make_record, make_user
from tests.models import execute, refused_by

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change", ["text = 'So.'", "author_id = 1", "created_at = created_at - interval '1 day'"]
)
def test_a_comment_is_never_rewritten_by_no_way(change):
    one = reviewing.comment(make_record(), "Why?", by=None)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        execute(f"UPDATE lessons_comment SET {change} WHERE id = %s", one.pk)
    one.refresh_from_db()
    assert one.text == "Why?"


def test_a_comment_has_words():
    record = make_record()
    with refused_by("comment_has_words"):
        Comment.objects.create(record=record, text="")


def test_comments_go_with_a_discarded_draft():
    record = make_record()
    reviewing.comment(record, "Why?", by=None)
    curation.discard(record, by=None)
    assert not Comment.objects.exists()


def test_a_comment_awaits_whom_it_concerns_until_answered_or_resolved(analyst, reviewer):
    record, bystander = make_record(by=analyst), make_user(Role.ANALYST)
    asked = reviewing.comment(record, "Who says so?", by=reviewer)
    assert list(Comment.objects.awaiting(analyst)) == [asked]
    assert not Comment.objects.awaiting(reviewer)  # their own
    assert not Comment.objects.awaiting(bystander)
    answer = reviewing.comment(record, "The report does.", by=analyst)
    assert not Comment.objects.awaiting(analyst)
    assert list(Comment.objects.awaiting(reviewer)) == [answer]  # who has asked is concerned
    reviewing.resolve_comment(answer, by=reviewer)
    assert not Comment.objects.awaiting(reviewer)


def test_a_comment_concerns_whom_its_record_is_assigned_to(reviewer):
    record, person = make_record(), make_user(Role.ANALYST)
    asked = reviewing.comment(record, "Who says so?", by=reviewer)
    assert not Comment.objects.awaiting(person)
    reviewing.assign(record, person, by=None)
    assert list(Comment.objects.awaiting(person)) == [asked]

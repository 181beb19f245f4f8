"""The verbs of working together, for every role; what the buttons say is what the verbs do."""

from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import Role, User
from lessons import curation, describing, reviewing
from lessons.models import Comment, Record, Status
from lessons.reviewing import STEPS, message_of, steps_open_to
from tests.factories import cite, make_published, make_record, make_theme, make_user
from tests.test_curation import in_state

pytestmark = pytest.mark.django_db

VERBS = {
    "assign": lambda by: reviewing.assign(make_record(), make_user(Role.ANALYST), by=by),
    "comment": lambda by: reviewing.comment(make_record(), "Why?", by=by),
    "resolve": lambda by: reviewing.resolve_comment(
        reviewing.comment(make_record(), "Why?", by=None), by=by
    ),
    "add theme": lambda by: describing.add_theme(make_record(), make_theme(), by=by),
    "remove theme": lambda by: describing.remove_theme(
        make_record(themes=[theme := make_theme()]), theme, by=by
    ),
    "add tag": lambda by: describing.add_tag(make_record(), "mandate", by=by),
    "remove tag": lambda by: describing.remove_tag(make_record(tags=["one"]), "one", by=by),
}
OF_REVIEWERS = {
    "add theme": lambda by: describing.add_theme(make_published(), make_theme(), by=by),
    "remove theme": lambda by: describing.remove_theme(
        make_published(themes=[theme := make_theme()]), theme, by=by
    ),
    "add tag": lambda by: describing.add_tag(make_published(), "mandate", by=by),
    "remove tag": lambda by: describing.remove_tag(make_published(tags=["one"]), "one", by=by),
}
DESK, REVIEW = {Role.ANALYST, Role.REVIEWER, Role.ADMIN}, {Role.REVIEWER, Role.ADMIN}
TRUSTED = [*((do, DESK) for do in VERBS.values()), *((do, REVIEW) for do in OF_REVIEWERS.values())]


@pytest.mark.parametrize(
    ("do", "trusted"),
    TRUSTED,
    ids=[*VERBS, *(f"{name} of what is public" for name in OF_REVIEWERS)],
)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_it_is_trusted_with_and_no_more(do, trusted, role) -> None:
    person = make_user(role)
    if role in trusted:
        do(person)
    else:
        with pytest.raises(PermissionDenied):
            do(person)


@pytest.mark.parametrize(("role", "status", "own"), list(product(Role, Status, [True, False])))
def test_what_a_step_says_is_what_its_verb_does(role: str, status: str, own: bool) -> None:
    person = make_user(role)
    record = in_state(status, by=person if own and role != Role.READER else None)
    open_steps = {step.name for step in steps_open_to(record, person)}
    for name, step in STEPS.items():
        fresh = Record.objects.get(pk=record.pk)
        try:
            with transaction.atomic():
                step.take(fresh, by=person, reason="So.")
                transaction.set_rollback(True)
            refusal = ""
        except (ValidationError, PermissionDenied) as error:
            refusal = message_of(error)
        if name in open_steps:
            assert refusal == step.obstacle(record, by=person)
        else:
            assert refusal


def test_what_is_in_the_way_is_said(reviewer: User) -> None:
    bare, own = make_record(), in_state(Status.IN_REVIEW, by=reviewer)
    assert "cites no passage that holds" in STEPS["submit"].obstacle(bare, by=reviewer)
    assert STEPS["publish"].obstacle(own, by=reviewer) == (
        f"You wrote {own.code}: somebody else has to review it."
    )


def test_submitting_notes_who_and_when(analyst: User) -> None:
    record = curation.submit(cite(make_record()), by=analyst)
    record.refresh_from_db()
    assert record.submitted_by == analyst
    assert record.submitted_at == record.updated_at or record.submitted_at <= record.updated_at


def test_a_save_changes_neither_assignment_nor_submission(analyst: User) -> None:
    record = curation.submit(cite(make_record()), by=analyst)
    reviewing.assign(record, analyst, by=None)
    stale = Record.objects.get(pk=record.pk)
    stale.assigned_to = stale.submitted_by = stale.submitted_at = None
    curation.save_record(stale, by=None)
    record.refresh_from_db()
    assert record.assigned_to == record.submitted_by == analyst
    assert record.submitted_at


def test_an_assignment_leaves_version_and_date_as_they_are(analyst: User) -> None:
    record = make_record()
    before = Record.objects.get(pk=record.pk)
    reviewing.assign(record, analyst, by=None)
    after = Record.objects.get(pk=record.pk)
    assert (after.version, after.updated_at) == (before.version, before.updated_at)
    reviewing.assign(record, None, by=None)
    assert Record.objects.get(pk=record.pk).assigned_to is None


def test_work_is_assigned_only_to_those_who_do_it(analyst: User) -> None:
    record = make_record()
    gone = make_user(Role.ANALYST, is_active=False)
    for person in (make_user(Role.READER), gone):
        with pytest.raises(ValidationError, match="does not work at the desk"):
            reviewing.assign(record, person, by=None)
    with pytest.raises(ValidationError, match="assigned like that already"):
        reviewing.assign(record, None, by=None)


@pytest.mark.parametrize("text", ["", "  ", "\r\n", "x" * 4001])
def test_a_comment_that_is_none_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        reviewing.comment(make_record(), text, by=None)
    assert not Comment.objects.exists()


def test_a_comment_is_resolved_once(analyst: User) -> None:
    one = reviewing.comment(make_record(), " Why?\r\nSay. ", by=None)
    assert one.text == "Why?\nSay."
    reviewing.resolve_comment(one, by=analyst)
    with pytest.raises(ValidationError, match="resolved already"):
        reviewing.resolve_comment(Comment.objects.get(), by=None)
    assert Comment.objects.get().resolved_by == analyst


def test_the_last_reason_for_which_a_draft_came_back_is_told(analyst, reviewer) -> None:
    record = curation.submit(cite(make_record(by=analyst)), by=analyst)
    curation.send_back(record, by=reviewer, reason="Say who.")
    curation.submit(record, by=analyst)
    assert reviewing.sent_back([record]) == {}
    curation.send_back(record, by=reviewer, reason="Say when.")
    told = reviewing.sent_back([record, make_record()])
    assert {pk: (one.reason, one.who) for pk, one in told.items()} == {
        record.pk: ("Say when.", str(reviewer))
    }


def terms(record: Record) -> Any:
    return {theme.pk for theme in record.themes.all()}, set(record.tags.names())


def test_a_term_is_put_on_and_taken_off_and_counts_as_a_version() -> None:
    theme, record = make_theme(), make_record(tags=["Mandate"])
    describing.add_theme(record, theme, by=None)
    describing.add_tag(record, "weapons", by=None)
    describing.remove_tag(record, "MANDATE", by=None)
    assert terms(record) == ({theme.pk}, {"weapons"})
    describing.remove_theme(record, theme, by=None)
    record.refresh_from_db()
    assert (terms(record), record.version) == ((set(), {"weapons"}), 5)


def test_a_term_that_changes_nothing_is_refused_and_writes_nothing() -> None:
    theme = make_theme()
    record = make_record(themes=[theme], tags=["one"])
    for verb, term in (
        (describing.add_theme, theme),
        (describing.add_tag, "ONE"),
        (describing.remove_theme, make_theme()),
        (describing.remove_tag, "two"),
        (describing.add_tag, "x" * 101),
    ):
        with pytest.raises(ValidationError):
            verb(record, term, by=None)
    assert Record.objects.get().version == record.version == 1


def test_a_term_is_not_put_on_a_version_that_was_not_read() -> None:
    record = make_record()
    stale = Record.objects.get(pk=record.pk)
    describing.add_tag(record, "one", by=None)
    with pytest.raises(curation.EditConflict):
        describing.add_tag(stale, "two", by=None)

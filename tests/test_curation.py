"""The verbs of curation: who may, what is refused and in which words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError

from accounts.models import Role, User
from lessons import curation, evidence
from lessons.models import Country, Kind, Link, Record, Status, Uptake
from tests.factories import cite, make_published, make_record, make_report, make_theme, make_user

pytestmark = pytest.mark.django_db

CLAIM = {"claim": "accepted", "date": "2000-01-01", "claimed_by": "A", "url": "https://a.org"}


def refusal(do: Callable[..., Any], *args: Any, **kwargs: Any) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        do(*args, **kwargs)
    return caught.value


def in_state(status: str, **fields: Any) -> Record:
    """Return a record with a citation, brought to ``status`` by the verbs."""
    record = cite(make_record(**fields))
    if status != Status.DRAFT:
        curation.submit(record, by=None)
    if status in {Status.PUBLISHED, Status.WITHDRAWN}:
        curation.publish(record, by=None)
    if status == Status.WITHDRAWN:
        curation.withdraw(record, by=None, reason="Wrong.")
    return record


def two(make: Callable[..., Record]) -> tuple[Record, Record]:
    return make(Kind.ACTOR), make(Kind.FAILURE)


def linked(make: Callable[..., Record]) -> Link:
    actor, failure = two(make)
    return curation.link(actor, "failed_in", failure, by=None)


def quote(record: Record, by: User | None) -> None:
    evidence.cite(record, make_report().passages.get(ordinal=2), "Nobody", by=by)


def one_of_two_citations(record: Record) -> Any:
    return cite(record).citations.last()


# What each verb does, given who acts.
DESK: dict[str, Callable[[Any], Any]] = {
    "create": lambda by: make_record(by=by),
    "save a draft": lambda by: curation.save_record(make_record(), by=by),
    "save under review": lambda by: curation.save_record(in_state("in_review"), by=by),
    "submit": lambda by: curation.submit(cite(make_record()), by=by),
    "discard": lambda by: curation.discard(make_record(), by=by),
    "link drafts": lambda by: curation.link(*_with(two(make_record)), by=by),
    "unlink drafts": lambda by: curation.unlink(linked(make_record), by=by),
    "claim uptake": lambda by: curation.claim_uptake(make_published(), by=by, **CLAIM),
    "cite in a draft": lambda by: quote(make_record(), by),
    "uncite in a draft": lambda by: evidence.uncite(cite(make_record()).citations.get(), by=by),
    "add a report": lambda by: evidence.add_report([], by=by, slug="s", title="T"),
}
REVIEW: dict[str, Callable[[Any], Any]] = {
    "save what is published": lambda by: curation.save_record(make_published(), by=by),
    "save what was withdrawn": lambda by: curation.save_record(in_state("withdrawn"), by=by),
    "resubmit": lambda by: curation.submit(in_state("withdrawn"), by=by),
    "publish": lambda by: curation.publish(in_state("in_review"), by=by),
    "send back": lambda by: curation.send_back(in_state("in_review"), by=by, reason="Why."),
    "withdraw": lambda by: curation.withdraw(make_published(), by=by, reason="Why."),
    "link what is published": lambda by: curation.link(*_with(two(make_published)), by=by),
    "unlink what is published": lambda by: curation.unlink(linked(make_published), by=by),
    "cite in what is published": lambda by: quote(make_published(), by),
    "uncite in what is published": lambda by: evidence.uncite(
        one_of_two_citations(make_published()), by=by
    ),
}
ALLOWED = {
    **dict.fromkeys(DESK, (Role.ANALYST, Role.REVIEWER, Role.ADMIN, None)),
    **dict.fromkeys(REVIEW, (Role.REVIEWER, Role.ADMIN, None)),
}


def _with(ends: tuple[Record, Record]) -> tuple[Record, str, Record]:
    return ends[0], "failed_in", ends[1]


@pytest.mark.parametrize("verb", ALLOWED)
@pytest.mark.parametrize("role", [*Role, "anonymous", None])
def test_each_role_may_do_what_it_is_trusted_with_and_no_more(verb, role):
    by = make_user(role) if role in set(Role) else AnonymousUser() if role else None
    act = {**DESK, **REVIEW}[verb]
    if role in ALLOWED[verb]:
        act(by)
    else:
        with pytest.raises(PermissionDenied):
            act(by)


def test_an_analyst_may_link_a_draft_to_what_is_published(analyst):
    lesson, failure = make_record(), make_published(Kind.FAILURE)
    assert curation.link(lesson, "drawn_from", failure, by=analyst).pk


def test_somebody_whose_account_is_closed_may_do_nothing(analyst):
    analyst.is_active = False
    with pytest.raises(PermissionDenied):
        make_record(by=analyst)


def test_a_new_record_is_a_draft_of_the_person_who_wrote_it(analyst):
    country = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    theme = make_theme()
    record = make_record(by=analyst, themes=[theme], tags=["mandate"], countries=[country])
    record.refresh_from_db()
    assert (record.status, record.version, record.created_by) == ("draft", 1, analyst)
    assert list(record.themes.all()) == [theme]
    assert [tag.name for tag in record.tags.all()] == ["mandate"]
    assert list(record.countries.all()) == [country]


def test_a_save_changes_neither_status_nor_kind_nor_authors(analyst, reviewer):
    record = make_record(by=analyst)
    record.status, record.kind, record.created_by = Status.PUBLISHED, Kind.FAILURE, reviewer
    curation.save_record(record, by=reviewer)
    record.refresh_from_db()
    assert (record.status, record.kind, record.created_by) == ("draft", "lesson", analyst)


def test_a_save_leaves_alone_what_it_is_not_told_to_change():
    record = make_record(themes=[make_theme()], tags=["mandate"])
    curation.save_record(record, by=None)
    assert (record.themes.count(), record.tags.count(), record.version) == (1, 1, 2)


def test_a_refused_save_leaves_themes_and_tags_as_they_are():
    record = make_record(title="Right", themes=[make_theme()], tags=["mandate"])
    record.title = ""
    error = refusal(curation.save_record, record, by=None, themes=[], tags=[])
    assert "title" in error.error_dict
    record.refresh_from_db()
    assert (record.title, record.version) == ("Right", 1)
    assert (record.themes.count(), record.tags.count()) == (1, 1)


def test_a_save_that_fails_halfway_leaves_everything_as_it_was():
    record = make_record(title="Right", themes=[make_theme()])
    record.title = "Wrong"
    with pytest.raises((ValidationError, DataError)):
        curation.save_record(record, by=None, themes=[], tags=["x" * 101])
    record.refresh_from_db()
    assert (record.title, record.version, record.themes.count()) == ("Right", 1, 1)


def test_a_tag_that_is_too_long_is_refused_in_words():
    refusal(curation.save_record, make_record(), by=None, tags=["x" * 101])


def test_a_refused_save_can_be_corrected_and_saved():
    record = make_record()
    record.title = ""
    refusal(curation.save_record, record, by=None)
    record.title = "Corrected"
    curation.save_record(record, by=None)
    assert Record.objects.get().title == "Corrected"


@pytest.mark.parametrize(
    "wrong",
    [
        {"year_from": 1995, "year_to": 1994},
        {"number": "1"},
        {"origin": None},
        {"phase": "afterwards"},
        {"statement": ""},
    ],
    ids=str,
)
def test_what_the_database_would_refuse_is_refused_in_words(wrong):
    assert refusal(make_record, **wrong).messages
    assert not Record.objects.exists()


def test_of_two_people_who_edit_the_second_is_told(analyst, reviewer):
    record = make_record(title="First")
    mine, theirs = Record.objects.get(), Record.objects.get()
    mine.title, theirs.title = "Mine", "Theirs"
    curation.save_record(mine, by=analyst)
    with pytest.raises(curation.EditConflict) as conflict:
        curation.save_record(theirs, by=reviewer, themes=[make_theme()])
    assert record.code in conflict.value.messages[0]
    record.refresh_from_db()
    assert (record.title, record.version, record.themes.count()) == ("Mine", 2, 0)


def test_what_was_changed_since_is_not_published_unseen(analyst, reviewer):
    record = in_state(Status.IN_REVIEW)
    seen = Record.objects.get(pk=record.pk)
    record.statement = "Something else entirely."
    curation.save_record(record, by=analyst)
    with pytest.raises(curation.EditConflict):
        curation.publish(seen, by=reviewer)
    assert not Record.objects.published().exists()


MOVES: dict[str, tuple[Callable[..., Any], dict[str, Any], set[str], str]] = {
    "submit": (curation.submit, {}, {"draft", "withdrawn"}, "in_review"),
    "publish": (curation.publish, {}, {"in_review"}, "published"),
    "send back": (curation.send_back, {"reason": "Why."}, {"in_review"}, "draft"),
    "withdraw": (curation.withdraw, {"reason": "Why."}, {"published"}, "withdrawn"),
}


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("status", Status)
def test_a_record_moves_only_along_its_life(verb, status):
    move, more, allowed, to = MOVES[verb]
    record = in_state(status)
    if status in allowed:
        move(record, by=None, **more)
    else:
        error = refusal(move, record, by=None, **more)
        assert error.code == "wrong_status"
        assert record.code in error.messages[0]
    record.refresh_from_db()
    assert record.status == (to if status in allowed else status)


def test_publishing_notes_who_and_when(reviewer):
    record = curation.publish(in_state(Status.IN_REVIEW), by=reviewer)
    record.refresh_from_db()
    assert record.reviewed_by == record.published_by == reviewer
    assert record.published_at == record.reviewed_at is not None


def test_a_refused_publication_leaves_the_record_as_it_was(reviewer):
    record = in_state(Status.DRAFT)
    refusal(curation.publish, record, by=reviewer)
    curation.submit(record, by=reviewer)
    record.refresh_from_db()
    assert record.published_at is None


@pytest.mark.parametrize("verb", [curation.send_back, curation.withdraw])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_taking_back_needs_a_reason(verb, reason):
    state = Status.IN_REVIEW if verb == curation.send_back else Status.PUBLISHED
    record = in_state(state)
    assert refusal(verb, record, by=None, reason=reason).code == "no_reason"
    record.refresh_from_db()
    assert record.status == state


def test_without_a_citation_nothing_is_submitted_or_published():
    draft, reviewed = make_record(), in_state(Status.IN_REVIEW)
    evidence.uncite(reviewed.citations.get(), by=None)
    for verb, record in ((curation.submit, draft), (curation.publish, reviewed)):
        error = refusal(verb, record, by=None)
        assert error.code == "no_evidence"
        assert error.messages == [
            f"{record.code} cites no passage that holds. Add a citation first:"
            " nothing is published without one."
        ]


def test_a_lost_citation_is_none():
    record = in_state(Status.IN_REVIEW)
    record.citations.update(state="lost")
    assert refusal(curation.publish, record, by=None).code == "no_evidence"


def test_nobody_publishes_their_own_record(reviewer, admin):
    for author in (reviewer, admin):
        record = in_state(Status.IN_REVIEW, by=author)
        assert refusal(curation.publish, record, by=author).code == "four_eyes"
        record.refresh_from_db()
        assert record.status == Status.IN_REVIEW
    curation.publish(record, by=reviewer)
    assert Record.objects.published().get() == record


def test_the_rule_of_four_eyes_may_be_relaxed(reviewer, settings):
    settings.FOUR_EYES = False
    record = curation.publish(in_state(Status.IN_REVIEW, by=reviewer), by=reviewer)
    assert record.status == Status.PUBLISHED


def test_a_discarded_draft_is_gone():
    curation.discard(cite(make_record(themes=[make_theme()], tags=["mandate"])), by=None)
    assert not Record.objects.exists()


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN])
def test_what_was_published_is_not_discarded(status, admin):
    record = in_state(status)
    assert refusal(curation.discard, record, by=admin).code == "published"
    assert Record.objects.exists()


def test_a_draft_is_discarded_with_its_links_and_their_citations():
    actor, failure = make_record(Kind.ACTOR), cite(make_record(Kind.FAILURE))
    stated = {"asserted_by": "source", "citation": failure.citations.get()}
    curation.link(actor, "failed_in", failure, by=None, **stated)
    curation.discard(failure, by=None)
    assert (Record.objects.get(), Link.objects.count()) == (actor, 0)


def test_a_draft_with_a_claim_is_not_discarded_and_the_reason_is_told():
    record = make_record()
    curation.claim_uptake(record, by=None, **CLAIM)
    refusal(curation.discard, record, by=None)
    assert Uptake.objects.exists()


def test_a_wrong_predicate_is_refused_with_those_that_fit():
    actor, failure = two(make_record)
    error = refusal(curation.link, actor, "led_to", failure, by=None)
    assert set(error.error_dict) == {"predicate"}
    assert "responsible for, failed in, affected by, warned of" in error.messages[0]
    error = refusal(curation.link, failure, "failed_in", actor, by=None)
    assert "try the other" in error.messages[0]


def test_a_link_is_refused_for_what_its_citation_lacks():
    actor, failure = two(make_record)
    elsewhere = cite(make_record()).citations.get()
    link = {"by": None, "asserted_by": "source"}
    error = refusal(curation.link, actor, "failed_in", failure, citation=elsewhere, **link)
    assert set(error.error_dict) == {"citation"}
    error = refusal(curation.link, actor, "failed_in", failure, **link)
    assert error.messages == ["A link that the source asserts needs the citation it rests on."]
    own = cite(failure).citations.get()
    assert curation.link(actor, "failed_in", failure, citation=own, **link).citation == own


def test_a_link_is_refused_twice_and_to_itself():
    link = linked(make_record)
    error = refusal(curation.link, link.source, "failed_in", link.target, by=None)
    assert error.messages == ["These two records are linked in this way already."]
    error = refusal(curation.link, link.target, "led_to", link.target, by=None)
    assert error.messages == ["A record cannot be linked to itself."]


@pytest.mark.parametrize("kind", [Kind.ACTOR, Kind.FAILURE])
def test_only_lessons_and_recommendations_are_taken_up(kind):
    error = refusal(curation.claim_uptake, make_record(kind), by=None, **CLAIM)
    assert "record" in error.error_dict


@pytest.mark.parametrize(
    "wrong", [{"url": ""}, {"claim": "forgotten"}, {"date": "soon"}, {"claimed_by": ""}], ids=str
)
def test_a_claim_is_refused_without_its_parts(wrong, analyst):
    assert refusal(curation.claim_uptake, make_record(), by=analyst, **{**CLAIM, **wrong}).messages
    assert not Uptake.objects.exists()


def test_a_claim_notes_who_entered_it(analyst):
    record = make_record()
    assert curation.claim_uptake(record, by=analyst, **CLAIM).created_by == analyst

"""Undoing an act puts every row back, or says why not and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from lessons import curation, evidence, history
from lessons.models import Citation, Country, Kind, Link, Record, Theme, Uptake
from lessons.models.history import told
from lessons.models.records import RecordTheme
from tests.factories import (
    cite,
    make_many,
    make_published,
    make_record,
    make_report,
    make_theme,
    make_user,
)
from tests.history import content, everything, last_act, moved_to
from tests.models import commit_checks

pytestmark = pytest.mark.django_db
CLAIM = {"claim": "accepted", "date": "2000-01-01", "claimed_by": "A", "url": "https://a.org"}


def refused(act: str, by: Any = None) -> str:
    """Return what the refusal says; nothing may have changed."""
    before = everything()
    with pytest.raises(ValidationError) as caught:
        history.undo(act, by=by)
    assert everything() == before
    return " ".join(caught.value.messages)


def prepared(status: str = "draft", kind: str = Kind.LESSON) -> Record:
    """Return a record with all that can hang on one; a theme and a report are there besides."""
    record = cite(cite(make_record(kind, themes=[make_theme()], tags=["mandate"])))
    make_theme()
    if status != "draft":
        curation.submit(record, by=None)
    if status in {"published", "withdrawn"}:
        curation.publish(record, by=None)
    if status == "withdrawn":
        curation.withdraw(record, by=None, reason="Wrong.")
    return record


def save_all(record: Record) -> None:
    country, _new = Country.objects.get_or_create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    record.title, record.year_from = "Changed", 1994
    curation.save_record(
        record, by=None, themes=[Theme.objects.latest("pk")], tags=["new"], countries=[country]
    )


def step(verb: Callable[..., Any], status: str, **how: str) -> Callable[[], Callable[[], Any]]:
    def prepare() -> Callable[[], Any]:
        record = prepared(status)
        return lambda: verb(record, by=None, **how)

    return prepare


def citing() -> Callable[[], Any]:
    record, report = prepared(), make_report()
    return lambda: cite(record, report.passages.get(ordinal=1))


def unciting() -> Callable[[], Any]:
    citation = prepared().citations.first()
    return lambda: evidence.uncite(citation, by=None)


def saving() -> Callable[[], Any]:
    record = prepared()
    return lambda: save_all(record)


def creating() -> Callable[[], Any]:
    theme = make_theme()
    return lambda: make_record(tags=["x"], themes=[theme])


def a_link() -> Link:
    actor, failure = make_record(Kind.ACTOR), prepared(kind=Kind.FAILURE)
    return Link(source=actor, predicate="failed_in", target=failure)


def linking() -> Callable[[], Any]:
    link = a_link()
    return lambda: curation.save_link(link, by=None)


def relinking() -> Callable[[], Any]:
    link = curation.save_link(a_link(), by=None)
    link.note = "Read between the lines."
    return lambda: curation.save_link(link, by=None)


def unlinking() -> Callable[[], Any]:
    link = curation.save_link(a_link(), by=None)
    return lambda: curation.unlink(link, by=None)


# Each verb: prepares, and returns the doing.
VERBS: dict[str, Callable[[], Callable[[], Any]]] = {
    "create": creating,
    "save": saving,
    "submit": step(curation.submit, "draft"),
    "publish": step(curation.publish, "in_review"),
    "send back": step(curation.send_back, "in_review", reason="Why."),
    "withdraw": step(curation.withdraw, "published", reason="Why."),
    "resubmit": step(curation.submit, "withdrawn"),
    "discard": step(curation.discard, "draft"),
    "cite": citing,
    "uncite": unciting,
    "link": linking,
    "change a link": relinking,
    "unlink": unlinking,
}


@pytest.mark.parametrize("verb", VERBS)
def test_undoing_the_last_act_gives_what_was_before_and_undoing_that_what_was_after(
    verb: str,
) -> None:
    do = VERBS[verb]()
    before = everything()
    do()
    after = everything()
    assert after != before
    undone = history.undo(last_act(), by=None)
    assert everything() == before
    history.undo(undone, by=None)
    assert everything() == after
    commit_checks()


def test_an_undo_is_a_new_version_and_is_told_as_such(reviewer):
    record = prepared()
    save_all(record)
    act = last_act()
    undone = history.undo(act, by=reviewer)
    record.refresh_from_db()
    assert record.version == 3
    about = record.events.latest("pgh_id").pgh_context.metadata
    told = {"act": undone, "verb": "undo", "undoes": act, "user": reviewer.pk}
    assert about == told


def test_who_opened_the_record_before_an_undo_is_stopped_from_overwriting_it():
    record = prepared()
    save_all(record)
    mine = Record.objects.get(pk=record.pk)
    history.undo(last_act(), by=None)
    mine.title = "Mine"
    with pytest.raises(curation.EditConflict):
        curation.save_record(mine, by=None)


def test_what_comes_back_has_its_key_again():
    record = prepared()
    pk, citations = record.pk, set(record.citations.values_list("pk", flat=True))
    curation.discard(record, by=None)
    history.undo(last_act(), by=None)
    assert set(Citation.objects.filter(record_id=pk).values_list("pk", flat=True)) == citations


def test_a_publication_that_is_undone_stays_dated(reviewer):
    record = prepared("in_review")
    curation.publish(record, by=reviewer)
    published_at = record.published_at
    history.undo(last_act(), by=reviewer)
    record.refresh_from_db()
    assert (record.status, record.published_at) == ("in_review", published_at)
    assert record.published_by == reviewer


# Refusals


@pytest.mark.parametrize(
    "intervene",
    [
        lambda record: curation.submit(record, by=None),
        lambda record: Record.objects.filter(pk=record.pk).update(language="fr"),
        lambda record: RecordTheme.objects.filter(record=record).delete(),
    ],
    ids=["verb", "bulk update", "bulk deletion"],
)
def test_an_act_is_not_undone_once_something_was_changed_since(intervene) -> None:
    record = prepared()
    save_all(record)
    act = last_act()
    intervene(record)
    assert "was changed since" in refused(act)


def test_an_act_is_undone_once():
    save_all(prepared())
    act = last_act()
    history.undo(act, by=None)
    assert "undone already" in refused(act)


def test_an_unknown_act_is_refused():
    assert "Nothing is known" in refused("0" * 32)


def test_a_published_record_keeps_its_evidence_whatever_is_undone():
    record = make_record()
    cite(record)
    act = last_act()
    curation.publish(curation.submit(record, by=None), by=None)
    assert "without a citation" in refused(act)


def test_an_uptake_claim_is_never_taken_back():
    curation.claim_uptake(make_published(), by=None, **CLAIM)
    assert "never taken back" in refused(last_act())


def test_the_creation_of_what_was_published_is_not_undone():
    with told("import", by=None) as act:
        make_published()
    assert "withdraw it instead" in refused(act)


def test_the_creation_of_what_others_refer_to_is_not_undone():
    record = make_record()
    act = last_act()
    cite(record)
    assert "refers to it" in refused(act)


def test_what_belonged_to_a_record_that_is_gone_does_not_come_back():
    record = cite(make_record())
    evidence.uncite(record.citations.get(), by=None)
    act = last_act()
    curation.discard(record, by=None)
    assert "what it belongs to is gone" in refused(act, make_user(Role.REVIEWER))


def test_a_citation_does_not_come_back_to_a_text_that_has_changed():
    record = prepared()
    citation = record.citations.first()
    passage = citation.passage
    evidence.uncite(citation, by=None)
    act = last_act()
    passage.text = f"Corrected. {passage.text}"
    passage.save()
    assert "text of a passage" in refused(act)


def test_what_history_never_saw_begin_is_not_undone():
    record = prepared()
    Record.pgh_event_model.objects.all().delete()
    save_all(record)
    assert "does not reach back" in refused(last_act())


# Who may


def saved_by(author: Any, status: str = "draft") -> str:
    record = cite(make_record(by=author))
    if status != "draft":
        curation.submit(record, by=None)
        curation.publish(record, by=None)
    record.title = "Changed"
    curation.save_record(record, by=author if author.role != Role.ANALYST else None)
    return last_act()


def test_people_undo_what_they_did_and_reviewers_what_anyone_did(analyst, reviewer, reader):
    colleague = make_user(Role.ANALYST)
    for person, allowed in ((reader, False), (colleague, False), (analyst, True), (reviewer, True)):
        record = make_record(by=analyst)
        record.title = "Changed"
        curation.save_record(record, by=analyst)
        if allowed:
            history.undo(last_act(), by=person)
        else:
            with pytest.raises(PermissionDenied):
                history.undo(last_act(), by=person)


def test_what_is_published_by_now_is_beyond_an_analysts_undo(analyst, reviewer):
    record = cite(make_record(by=analyst))
    evidence.cite(record, make_report().passages.get(ordinal=2), "Nobody", by=analyst)
    act = last_act()
    curation.publish(curation.submit(record, by=analyst), by=reviewer)
    with pytest.raises(PermissionDenied):
        history.undo(act, by=analyst)
    history.undo(act, by=reviewer)


def test_a_withdrawal_is_undone_by_another_reviewer_than_the_author(reviewer):
    other = make_user(Role.REVIEWER)
    record = cite(make_record(by=reviewer))
    curation.publish(curation.submit(record, by=reviewer), by=other)
    curation.withdraw(record, by=reviewer, reason="Wrong.")
    assert "somebody else" in refused(last_act(), reviewer)
    history.undo(last_act(), by=other)
    record.refresh_from_db()
    assert record.status == "published"


# Many at once


def test_a_bulk_act_is_undone_in_a_fixed_number_of_queries():
    asked = []
    for size in (5, 20):
        records = make_many(size)
        before = content(records[-1])
        with told("classify", by=None) as act:
            Record.objects.filter(pk__in=[one.pk for one in records]).update(phase="warning")
            theme = make_theme()
            RecordTheme.objects.bulk_create(RecordTheme(record=one, theme=theme) for one in records)
        with CaptureQueriesContext(connection) as queries:
            history.undo(act, by=None)
        assert content(records[-1]) == before
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_merge_is_undone_whole():
    survivor, other = prepared("published"), prepared("published")
    actor = make_record(Kind.ACTOR)
    failure = make_published(Kind.FAILURE)
    curation.link(other, "drawn_from", failure, by=None, asserted_by="source",
                  citation=other.citations.first())  # fmt: skip
    curation.link(other, "addressed_to", actor, by=None)
    curation.claim_uptake(other, by=None, citation=other.citations.last(),
                          **{**CLAIM, "url": ""})  # fmt: skip
    shared = survivor.citations.first()
    evidence.cite(other, shared.passage, shared.exact, by=None)
    before = everything()
    with told("merge", by=None) as act:
        moved_to(survivor, other)
    commit_checks()
    assert everything() != before
    history.undo(act, by=None)
    assert everything() == before
    assert Uptake.objects.get().record == other
    commit_checks()


@pytest.mark.django_db(transaction=True)
def test_a_persons_latest_acts_are_told_newest_first(analyst, reviewer):
    record = make_record(by=analyst, title="First")
    make_record(by=reviewer)
    with told("publish several", by=analyst) as both:
        curation.save_record(record, by=analyst, tags=["x"])
        cite(record)
    found = history.recent_acts(analyst, 2)
    assert [(act.name == both, act.verb) for act in found] == [
        (True, "publish several"), (False, "save"),
    ]  # fmt: skip
    assert history.recent_acts(analyst, 1) == found[:1]

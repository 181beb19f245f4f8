"""Returning to an earlier version restores what it said, as a new version."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessons import curation, evidence, history
from lessons.history import comparing
from lessons.history.events import columns_of
from lessons.models import Citation, Country, Kind, Link, Record, RecordTag, Report, Tag, Theme
from lessons.models.history import told
from lessons.models.records import CONTENT, KIND_FIELDS, RecordCountry, RecordTheme
from tests.factories import cite, make_published, make_record, make_report, make_theme, make_user
from tests.history import content, everything, last_act, moved_to
from tests.models import commit_checks, execute

pytestmark = pytest.mark.django_db
WHY = "It was right before."


def revert(record: Record, number: int = 1, by: Any = None, **how: Any) -> Record:
    fresh = Record.objects.get(pk=record.pk)
    return history.revert(fresh, number, by=by, reason=WHY, **how)


def refused(record: Record, number: int = 1, **how: Any) -> str:
    before = everything()
    with pytest.raises(ValidationError) as caught:
        revert(record, number, **how)
    assert everything() == before
    return " ".join(caught.value.messages)


# Any sequence of edits, then back to any version


class Desk:
    """A record and what can be done to it, by verbs, in bulk and by raw SQL."""

    def __init__(self) -> None:
        self.record = cite(make_record())
        self.themes = [make_theme() for _n in range(3)]
        self.countries = [
            Country.objects.get_or_create(code=code, label_en=code, label_fr=code)[0]
            for code in ("RWA", "BDI")
        ]
        self.passages = list(make_report(("One two three four.", "Five six seven.")).passages.all())
        self.others = [make_published(Kind.FAILURE), make_record(Kind.FAILURE)]
        self.actor = make_published(Kind.ACTOR)

    @property
    def fresh(self) -> Record:
        return Record.objects.get(pk=self.record.pk)

    def save(self, pick: Callable[[Any], Any]) -> None:
        record = self.fresh
        record.title = pick(["A title", "Another title", "A third"])
        record.discussion = pick(["", "Why.\n\nBecause."])
        record.phase, record.polarity = pick(["", "warning"]), pick([None, "to_avoid"])
        record.year_from = pick([None, 1994])
        curation.save_record(
            record, by=None, themes=self.some(self.themes, pick), tags=self.some("xyz", pick),
            countries=self.some(self.countries, pick),
        )  # fmt: skip

    def some(self, values: Any, pick: Callable[[Any], Any]) -> list[Any]:
        return [value for value in values if pick([True, False])]

    def cite(self, pick: Callable[[Any], Any]) -> None:
        passage = pick(self.passages)
        evidence.cite(self.record, passage, pick(passage.text.rstrip(".").split()), by=None)

    def uncite(self, pick: Callable[[Any], Any]) -> None:
        evidence.uncite(pick(list(self.record.citations.all())), by=None)

    def link(self, pick: Callable[[Any], Any]) -> None:
        citation = pick([None, *self.record.citations.all()])
        said = {"asserted_by": "source", "citation": citation} if citation else {}
        other, predicate = pick([(self.others[0], "drawn_from"), (self.others[1], "drawn_from"),
                                 (self.actor, "addressed_to")])  # fmt: skip
        curation.link(self.record, predicate, other, by=None, note=pick(["", "A note."]), **said)

    def unlink(self, pick: Callable[[Any], Any]) -> None:
        curation.unlink(pick(list(Link.objects.all())), by=None)

    def note(self, pick: Callable[[Any], Any]) -> None:
        link = pick(list(Link.objects.all()))
        link.note = pick(["", "Another note."])
        curation.save_link(link, by=None)

    def bulk(self, pick: Callable[[Any], Any]) -> None:
        pick([
            lambda: Record.objects.filter(kind="lesson").update(language=pick(["en", "fr"])),
            lambda: RecordTheme.objects.filter(record=self.record).delete(),
            lambda: RecordCountry.objects.filter(record=self.record).delete(),
            lambda: Link.objects.update(note="In bulk."),
            lambda: RecordTag.objects.filter(tag__name="x").delete(),
        ])()  # fmt: skip

    def raw(self, pick: Callable[[Any], Any]) -> None:
        pick([
            lambda: execute("UPDATE lessons_record SET statement = title || '!'"),
            lambda: execute("DELETE FROM lessons_link WHERE predicate = 'addressed_to'"),
            lambda: execute("UPDATE lessons_citation SET \"end\" = 3, exact = left(exact, 3)"
                            " WHERE start = 0 AND \"end\" > 4"),
        ])()  # fmt: skip

    def status(self, _pick: Callable[[Any], Any]) -> None:
        if self.fresh.status == "draft":
            curation.publish(curation.submit(self.fresh, by=None), by=None)
        else:
            curation.withdraw(self.fresh, by=None, reason="Wrong.")


EDITS = ("save", "save", "cite", "cite", "uncite", "link", "link", "unlink", "note", "bulk", "raw",
         "status")  # fmt: skip


@settings(max_examples=10, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(edits=st.lists(st.sampled_from(EDITS), min_size=1, max_size=10), data=st.data())
def test_returning_to_any_version_after_any_edits_restores_equal_content(db, edits, data):
    def pick(choices: Any) -> Any:
        choices = list(choices)
        return choices[data.draw(st.integers(0, len(choices) - 1))] if choices else None

    with transaction.atomic():
        edit_and_revert(Desk(), edits, pick)
        transaction.set_rollback(True)


def edit_and_revert(desk: Desk, edits: list[str], pick: Callable[[Any], Any]) -> None:
    # By number: what was written past the verbs within a second is one version, the last of it.
    seen = {2: content(desk.record)}
    for edit in edits:
        attempt(getattr(desk, edit), pick)
        seen[len(history.versions(desk.record))] = content(desk.record)
    number, then = pick(seen.items())
    before, version = content(desk.record), desk.fresh.version
    if then == before:
        assert "says the same already" in refused(desk.record, number)
        return
    if desk.fresh.status == "published" and not then["citations"]:
        assert "must keep a citation" in refused(desk.record, number)
        return
    assert revert(desk.record, number).version > version
    commit_checks()
    assert content(desk.record) == then
    history.undo(last_act(), by=None)
    assert content(desk.record) == before


def attempt(edit: Callable[[Any], None], pick: Callable[[Any], Any]) -> None:
    """Do it, unless the product refuses it or there is nothing to do it to."""
    try:
        with transaction.atomic():
            edit(pick)
            commit_checks()
    except (ValidationError, IntegrityError, AttributeError):
        pass


def test_every_field_of_a_record_is_content_or_is_said_not_to_be():
    decided = {*CONTENT, *comparing.BOOKKEEPING, *comparing.STANDING}
    assert decided == set(columns_of(Record))
    assert set(comparing.STANDING) == {"status", "assigned_to_id", "merged_into_id"}
    assert {name for names in KIND_FIELDS.values() for name in names} <= set(CONTENT)


# One thing at a time


def changed(record: Record, **sets: Any) -> Record:
    record.title = "Changed"
    return curation.save_record(record, by=None, **sets)


def test_a_revert_is_a_new_version_told_with_person_and_reason(reviewer):
    record = changed(make_record(title="First"))
    revert(record, by=reviewer)
    found = history.versions(record)
    assert [one.state.fields["title"] for one in found] == ["First", "Changed", "First"]
    last = found[-1]
    assert (last.verbs, last.user, last.reason) == (("revert",), reviewer.pk, WHY)
    assert last.state.fields["version"] == 3


def test_the_status_stays():
    record = make_published(title="First")
    curation.withdraw(changed(record), by=None, reason="Wrong.")
    assert revert(record, 2).status == "withdrawn"


def test_a_revert_on_an_older_version_than_the_current_is_a_conflict():
    record = changed(make_record())
    opened = Record.objects.get(pk=record.pk)
    changed(record, tags=["new"])
    with pytest.raises(curation.EditConflict):
        history.revert(opened, 1, by=None, reason=WHY)


def test_a_revert_needs_a_reason():
    record = changed(make_record())
    with pytest.raises(ValidationError):
        history.revert(record, 1, by=None, reason=" ")


def test_a_version_that_says_the_same_is_refused():
    assert "says the same already" in refused(cite(make_record()), 2)


def test_a_version_that_never_was_is_refused():
    assert "no such version" in refused(make_record(), 9)


def test_a_citation_comes_back_with_its_number_and_the_links_that_rested_on_it():
    record, failure = cite(make_record()), make_record(Kind.FAILURE)
    citation = record.citations.get()
    number_of_it = citation.pk
    link = curation.link(record, "drawn_from", failure, by=None, asserted_by="source",
                         citation=citation)  # fmt: skip
    before, number = content(record), len(history.versions(record))
    curation.unlink(link, by=None)
    evidence.uncite(citation, by=None)
    revert(record, number)
    assert content(record) == before
    assert record.citations.get().pk == number_of_it
    assert Link.objects.get().citation_id == number_of_it


def test_words_cited_again_since_are_not_cited_twice():
    record = cite(make_record())
    citation = record.citations.get()
    evidence.uncite(citation, by=None)
    cite(record, citation.passage, citation.exact)
    changed(record)
    revert(record, 2)
    assert record.citations.count() == 1


def test_a_published_record_never_lacks_evidence_on_the_way():
    record = make_published()
    first = record.citations.get()
    cite(record)
    evidence.uncite(record.citations.get(pk=first.pk), by=None)
    revert(record, 2)
    commit_checks()
    assert record.citations.get() == first


def test_what_an_uptake_claim_rests_on_is_not_taken_away():
    record = make_published()
    cite(record)
    curation.claim_uptake(record, by=None, citation=record.citations.last(), claim="accepted",
                          date="2000-01-01", claimed_by="A")  # fmt: skip
    assert "uptake claim rests on" in refused(record, 2)


# What is gone


def test_a_theme_or_tag_that_is_gone_is_named_and_the_rest_can_be_restored():
    theme = make_theme(pref_label_en="Early warning")
    record = changed(make_record(title="First", themes=[theme], tags=["old", "kept"]),
                     themes=[], tags=[])  # fmt: skip
    Theme.objects.all().delete()
    Tag.objects.filter(name="old").delete()
    said = refused(record)
    assert "Early warning" in said
    assert "tag" in said
    revert(record, leaving_out=True)
    assert (record.tags.get().name, Record.objects.get().title) == ("kept", "First")


def test_a_quotation_of_a_text_that_was_replaced_does_not_come_back():
    record = cite(make_record())
    citation = record.citations.get()
    evidence.uncite(citation, by=None)
    Report.objects.update(text_version=2)
    assert "is another by now" in refused(record, 2)


def test_a_quotation_that_was_anchored_anew_stays_at_its_newer_place():
    record = cite(make_record(title="First"))
    citation = record.citations.get()
    report = citation.passage.report
    newer = report.passages.create(text_version=2, ordinal=1, text=citation.exact)
    Report.objects.update(text_version=2)
    Citation.objects.update(passage=newer, state="moved")
    changed(record)
    revert(record, 2)
    assert record.citations.get().passage == newer


def test_a_link_to_a_record_that_is_gone_is_named():
    record, failure = make_record(), make_record(Kind.FAILURE)
    curation.link(record, "drawn_from", failure, by=None)
    curation.discard(failure, by=None)
    assert "gone" in refused(record, 2)


def test_a_link_to_a_record_that_was_merged_leads_to_the_survivor():
    record = make_record()
    old, survivor = make_published(Kind.FAILURE), make_published(Kind.FAILURE)
    link = curation.link(record, "drawn_from", old, by=None)
    curation.unlink(link, by=None)
    with told("merge", by=None):
        moved_to(survivor, old)
    revert(record, 2)
    assert Link.objects.get().target == survivor


def test_a_merged_record_is_not_returned_to_an_earlier_version():
    record = make_published(title="First")
    changed(record)
    with told("merge", by=None):
        moved_to(make_published(), record)
    assert "was merged" in refused(record)


# Who may


@pytest.mark.parametrize(
    ("role", "status", "allowed"),
    [
        ("reader", "draft", False), ("analyst", "draft", True), ("analyst", "published", False),
        ("reviewer", "draft", True), ("reviewer", "published", True), ("admin", "published", True),
    ],
)  # fmt: skip
def test_who_may_change_a_record_may_return_to_a_version(role, status, allowed):
    record = make_published() if status == "published" else cite(make_record())
    changed(record)
    person = make_user(role)
    if allowed:
        revert(record, 2, by=person)
    else:
        with pytest.raises(PermissionDenied):
            revert(record, 2, by=person)

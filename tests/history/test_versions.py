"""What a record said after each act, whatever wrote it."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from lessons import curation, evidence, history
from lessons.models import Citation, Country, Kind, Record, RecordTag, Theme
from lessons.models.history import told
from lessons.models.records import RecordTheme
from tests.factories import cite, make_many, make_published, make_record, make_report, make_theme
from tests.history import now
from tests.models import execute

pytestmark = pytest.mark.django_db


def told_of(record: Record) -> list[tuple[tuple[str, ...], list[str]]]:
    """Return of each version the verbs and what it changed."""
    found = history.versions(record)
    reader = history.Reader(record, history.Names([version.state for version in found]))
    return [
        (one.verbs, [change.label for change in reader.compare(one.before, one.state)])
        for one in found
    ]


def test_a_life_is_told_act_by_act():
    theme = make_theme()
    record = make_record(title="First", themes=[theme], tags=["mandate"])
    cite(record)
    record.title, record.phase = "Second", "warning"
    curation.save_record(record, by=None, tags=[])
    curation.submit(record, by=None)
    assert told_of(record) == [
        (("save",), ["Status", "Title", "Statement", "Origin", "Language", "Themes", "Tags"]),
        (("cite",), ["Quotations"]),
        (("save",), ["Title", "Phase", "Tags"]),
        (("submit",), ["Status"]),
    ]


def test_an_act_names_who_and_why(reviewer):
    record = make_published()
    curation.withdraw(record, by=reviewer, reason="Misquoted.")
    last = history.versions(record)[-1]
    assert (last.user, last.reason, last.outside) == (reviewer.pk, "Misquoted.", False)


def test_verbs_within_a_verb_are_told_as_that_one():
    with told("import", by=None):
        record = make_published()
    assert [one.verbs for one in history.versions(record)] == [("import",)]


def test_links_are_told_at_both_ends():
    actor, failure = make_record(Kind.ACTOR), make_record(Kind.FAILURE)
    curation.link(actor, "failed_in", failure, by=None)
    assert told_of(actor)[-1] == told_of(failure)[-1] == (("link",), ["Links"])


def test_what_was_written_past_the_application_is_told_as_that():
    record = make_record(tags=["mandate"])
    Record.objects.update(language="fr")
    execute("DELETE FROM lessons_recordtag")
    cite(record)
    execute("UPDATE lessons_record SET title = 'By hand'")
    found = history.versions(record)
    assert [one.outside for one in found] == [False, True, False, True]
    assert told_of(record)[1] == ((), ["Language", "Tags"])


def test_each_state_is_what_the_record_said_then():
    country = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    record = make_record(countries=[country], tags=["one"])
    passage, theme = make_report().passages.get(ordinal=1), make_theme()
    seen = [now(record)]
    for do in (
        lambda: cite(record, passage),
        lambda: curation.save_record(record, by=None, tags=["two"], themes=[theme]),
        lambda: Record.objects.update(phase="warning"),
        lambda: evidence.uncite(record.citations.get(), by=None),
        lambda: RecordTheme.objects.all().delete(),
    ):
        do()
        seen.append(now(record))
    assert [one.state for one in history.versions(record)] == seen


def test_what_left_a_record_in_bulk_is_gone_from_it_and_came_to_the_other():
    record, other = cite(make_record(tags=["mandate"])), make_record()
    Citation.objects.update(record=other)
    RecordTag.objects.update(content_object=other)
    for one in (record, other):
        assert history.versions(one)[-1].state == now(one)
    assert not history.versions(record)[-1].state.citations


def test_a_record_that_was_loaded_past_the_triggers_has_one_version():
    record = make_many(1)[0]
    record.tags.add("mandate")
    for model in (Record, Citation, RecordTag):
        model.pgh_event_model.objects.all().delete()
    (only,) = history.versions(record)
    assert (only.number, only.state) == (1, now(record))


def test_a_history_that_begins_late_keeps_what_was_there_before():
    record = cite(make_record(tags=["mandate"]))
    for model in (Record, Citation, RecordTag):
        model.pgh_event_model.objects.all().delete()
    record.title = "Changed"
    curation.save_record(record, by=None, tags=["other"])
    (only,) = history.versions(record)
    assert only.state == now(record)
    assert len(only.before.tags) == len(only.state.citations) == 1
    assert only.before.tags != only.state.tags


def test_the_state_at_a_moment_is_that_of_the_version_before_it():
    record = make_record(title="First")
    moment = timezone.now()
    record.title = "Second"
    curation.save_record(record, by=None)
    assert history.state_at(record, moment).fields["title"] == "First"
    assert history.state_at(record, 2).fields["title"] == "Second"
    for when in (0, 3, record.created_at.replace(year=1999)):
        with pytest.raises(ValidationError):
            history.state_at(record, when)


def test_what_is_gone_is_named_as_its_history_has_it():
    theme = make_theme(pref_label_en="Early warning")
    record = make_record(themes=[theme], tags=["mandate"])
    curation.save_record(record, by=None, themes=[], tags=[])
    Theme.objects.all().delete()
    states = [one.state for one in history.versions(record)]
    assert list(history.Names(states).themes.values()) == ["Early warning"]


def test_a_quotation_that_moved_is_told_with_both_places():
    record = cite(make_record(), make_report(("One two one.",)).passages.get(), "two")
    citation = record.citations.get()
    citation.start, citation.end, citation.exact = 0, 3, "One"
    citation.save()
    (_first, _second, third) = history.versions(record)
    reader = history.Reader(record, history.Names([third.before, third.state]))
    (change,) = reader.compare(third.before, third.state)
    assert [(piece.text, piece.change) for piece in change.pieces] == [
        ("two", "removed"),
        ("One", "added"),
    ]

"""History: every change leaves an event, with who, when and by which verb."""

import pghistory
import pytest
from django.utils import timezone

from lessons import curation, evidence
from lessons.models import Citation, Country, Kind, Link, Record, RecordTag, Report, Theme, Uptake
from lessons.models.history import told
from lessons.models.records import RecordCountry, RecordTheme
from tests.factories import cite, make_published, make_record, make_report, make_theme
from tests.models import execute

pytestmark = pytest.mark.django_db


def events(model: type, **filters: object) -> list[str]:
    """Return the labels of the events of ``model``, oldest first."""
    rows = model.pgh_event_model.objects.filter(**filters)
    return list(rows.order_by("pgh_id").values_list("pgh_label", flat=True))


def verbs(model: type, **filters: object) -> list[str]:
    """Return the verb behind each event of ``model``, oldest first."""
    rows = model.pgh_event_model.objects.filter(**filters).order_by("pgh_id")
    return [row.pgh_context.metadata["verb"] for row in rows.select_related("pgh_context")]


def test_a_record_leaves_events_from_its_creation_to_its_deletion():
    record = make_record()
    record.title = "Another title"
    curation.save_record(record, by=None)
    pk = record.pk
    curation.discard(record, by=None)
    assert events(Record, pgh_obj_id=pk) == ["insert", "update", "delete"]
    assert verbs(Record, pgh_obj_id=pk) == ["save", "save", "discard"]


def test_an_event_keeps_the_row_as_it_was_and_its_time():
    start = timezone.now()
    record = make_record(title="First")
    record.title = "Second"
    curation.save_record(record, by=None)
    rows = record.events.order_by("pgh_id")
    assert [(row.title, row.version) for row in rows] == [("First", 1), ("Second", 2)]
    assert all(row.pgh_created_at.date() == start.date() for row in rows)


def test_a_bulk_update_is_seen():
    records = [make_record() for _number in range(3)]
    Record.objects.update(language="fr")
    assert [events(Record, pgh_obj=record) for record in records] == [["insert", "update"]] * 3


def test_bulk_creation_and_raw_sql_are_seen():
    Record.objects.bulk_create([Record(kind=Kind.RECOMMENDATION, title="T", statement="S")])
    execute("UPDATE lessons_record SET title = 'U'")
    execute("DELETE FROM lessons_record")
    assert events(Record) == ["insert", "update", "delete"]


def test_an_update_that_changes_nothing_leaves_nothing():
    make_record()
    Record.objects.update(language="en")
    assert events(Record) == ["insert"]


def test_the_life_of_a_record_can_be_told_with_its_reasons():
    record = make_published()
    curation.withdraw(record, by=None, reason="Misquoted.")
    curation.submit(record, by=None)
    curation.send_back(record, by=None, reason="Quote it in full.")
    rows = record.events.order_by("pgh_id").select_related("pgh_context")
    life = [(row.status, row.pgh_context.metadata["verb"]) for row in rows]
    assert life == [
        ("draft", "save"),
        ("in_review", "submit"),
        ("published", "publish"),
        ("withdrawn", "withdraw"),
        ("in_review", "submit"),
        ("draft", "send back"),
    ]
    reasons = [row.pgh_context.metadata.get("reason", "") for row in rows]
    assert reasons == ["", "", "", "Misquoted.", "", "Quote it in full."]


def test_themes_tags_and_countries_leave_events_when_given_and_taken():
    country = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    record = make_record(themes=[make_theme()], tags=["mandate"], countries=[country])
    curation.save_record(record, by=None, themes=[], tags=[], countries=[])
    for model in (RecordTheme, RecordTag, RecordCountry):
        assert events(model) == ["insert", "delete"]
        assert verbs(model) == ["save", "save"]


def test_a_theme_taken_in_bulk_is_seen():
    theme = make_theme()
    make_record(themes=[theme])
    Record.themes.through.objects.all().delete()
    assert events(RecordTheme, theme_id=theme.pk) == ["insert", "delete"]


def test_a_citation_leaves_events():
    record = cite(make_record())
    citation = record.citations.get()
    Citation.objects.update(state="lost")
    evidence.uncite(citation, by=None)
    assert events(Citation) == ["insert", "update", "delete"]
    kept = Citation.pgh_event_model.objects.last()
    assert (kept.record_id, kept.exact) == (record.pk, citation.exact)


def test_a_link_leaves_events():
    actor, failure = make_record(Kind.ACTOR), make_record(Kind.FAILURE)
    link = curation.link(actor, "failed_in", failure, by=None)
    Link.objects.update(note="Read between the lines.")
    curation.unlink(link, by=None)
    assert events(Link) == ["insert", "update", "delete"]


def test_a_report_a_theme_and_a_claim_leave_events():
    make_report()
    make_theme()
    claim = {"claim": "accepted", "date": "2000-01-01", "claimed_by": "A", "url": "https://a.org"}
    curation.claim_uptake(make_record(), by=None, **claim)
    for model in (Report, Theme, Uptake):
        assert events(model) == ["insert"]
    assert verbs(Report) == ["add report"]
    assert verbs(Uptake) == ["claim uptake"]


def test_what_goes_with_a_record_is_seen():
    record = cite(make_record(themes=[make_theme()], tags=["mandate"]))
    curation.discard(record, by=None)
    for model in (Record, Citation, RecordTheme, RecordTag):
        assert events(model) == ["insert", "delete"]
        assert verbs(model)[-1] == "discard"


def test_the_event_names_the_person_of_the_request(analyst):
    with pghistory.context(user=analyst.pk):
        record = make_record(by=analyst)
    about = record.events.get().pgh_context.metadata
    assert about == {"user": analyst.pk, "verb": "save", "act": about["act"]}


def test_the_event_names_the_person_who_acts_outside_a_request_too(analyst):
    record = make_record(by=analyst)
    assert record.events.get().pgh_context.metadata.get("user") == analyst.pk


def test_two_verbs_in_one_request_are_told_apart(analyst):
    with pghistory.context(user=analyst.pk):
        record = cite(make_record(by=analyst))
        curation.submit(record, by=analyst)
    assert (verbs(Record), verbs(Citation)) == (["save", "submit"], ["cite"])


def test_a_change_without_a_verb_has_no_context():
    make_record()
    Record.objects.update(language="fr")
    assert Record.pgh_event_model.objects.get(pgh_label="update").pgh_context is None


def test_events_are_in_the_order_of_writing_across_tables_and_within_one_transaction():
    record = cite(make_record())
    curation.submit(record, by=None)
    written = [
        event.objects.latest("pgh_id").pgh_created_at
        for event in (Report.pgh_event_model, Citation.pgh_event_model, Record.pgh_event_model)
    ]
    assert written == sorted(set(written))


def test_a_membership_moved_in_bulk_is_seen():
    record, other = make_record(tags=["mandate"]), make_record()
    RecordTag.objects.update(content_object=other)
    assert events(RecordTag) == ["insert", "update"]
    assert record.tags.count() == 0


def test_verbs_called_by_a_verb_make_one_act_with_it():
    with told("publish several", by=None) as act:
        first, second = make_published(), make_published()
    made = Record.pgh_event_model.objects.filter(pgh_context__metadata__act=act)
    assert set(made.values_list("pgh_obj", flat=True)) == {first.pk, second.pk}
    assert {row.pgh_context.metadata["verb"] for row in made} == {"save", "submit", "publish"}


def test_verbs_called_one_after_the_other_are_acts_of_their_own():
    record = make_published()
    acts = [row.pgh_context.metadata["act"] for row in record.events.all()]
    assert len(set(acts)) == 3

"""Records: what the database holds to, past every form."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from lessons import curation, merging
from lessons.models import Actor, Failure, Kind, Lesson, Recommendation, Record, Status
from lessons.models.records import KIND_FIELDS, REQUIRED_KIND_FIELDS
from tests.factories import REQUIRED, cite, make_published, make_record
from tests.models import commit_checks, execute, refused_by

pytestmark = pytest.mark.django_db

VALUES = {
    "polarity": "good_practice",
    "level": "tactical",
    "origin": "stated",
    "applies_when": "A mission is planned.",
    "failure_type": "delay",
    "consequence": "Nobody came.",
    "actor_type": "state",
    "aliases": ["The Government"],
    "external_ids": {"viaf": "1"},
    "number": "12(a)",
}
FOREIGN = [
    (kind, owner, field)
    for kind in Kind
    for owner, fields in KIND_FIELDS.items()
    for field in fields
    if owner != kind
]


def change(record: Record, **fields: object) -> None:
    Record.objects.filter(pk=record.pk).update(**fields)


@pytest.mark.parametrize(("kind", "owner", "field"), FOREIGN)
def test_a_field_of_one_kind_is_refused_to_every_other(kind, owner, field):
    record = make_record(kind)
    with refused_by(f"record_{owner}_fields"):
        change(record, **{field: VALUES[field]})


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_takes_all_fields_of_its_own(kind):
    record = make_record(kind)
    own = {field: VALUES[field] for field in KIND_FIELDS[kind]}
    change(record, **own)
    record.refresh_from_db()
    assert {field: getattr(record, field) for field in own} == own


@pytest.mark.parametrize(
    ("kind", "field"),
    [(k, field) for k, fields in REQUIRED_KIND_FIELDS.items() for field in fields],
)
def test_a_required_field_cannot_be_emptied(kind, field):
    record = make_record(kind)
    with refused_by(f"record_{kind}_needs"):
        change(record, **{field: None})


def test_bulk_creation_cannot_mix_the_fields_of_two_kinds():
    mixed = Record(kind=Kind.LESSON, title="T", statement="S", origin="stated", number="3")
    with refused_by("record_recommendation_fields"):
        Record.objects.bulk_create([mixed])


def test_bulk_creation_cannot_leave_out_a_required_field():
    with refused_by("record_failure_needs"):
        Record.objects.bulk_create([Record(kind=Kind.FAILURE, title="T", statement="S")])


@pytest.mark.parametrize("kind", Kind)
def test_the_kind_of_a_record_never_changes(kind):
    record = make_record(kind)
    for other in set(Kind) - {kind}:
        everything = dict.fromkeys(VALUES) | REQUIRED[other]
        with refused_by("record_kind_is_for_ever"):
            change(record, kind=other, **everything)


def test_the_kind_of_a_record_does_not_change_by_bulk_update():
    record = make_record(Kind.LESSON)
    record.kind, record.origin = Kind.RECOMMENDATION, None
    with refused_by("record_kind_is_for_ever"):
        Record.objects.bulk_update([record], ["kind", "origin"])


def test_the_kind_of_a_record_does_not_change_by_raw_sql():
    record = make_record(Kind.RECOMMENDATION)
    with refused_by("record_kind_is_for_ever"):
        execute("UPDATE lessons_record SET kind = 'x' WHERE id = %s", record.pk)


def test_years_stand_in_order():
    record = make_record(year_from=1990, year_to=1994)
    with refused_by("record_years_in_order"):
        change(record, year_from=1995)


@pytest.mark.parametrize(
    ("first", "last"), [(1994, 1994), (1990, 1994), (1994, None), (None, 1994)]
)
def test_one_year_may_be_missing_or_both_the_same(first, last):
    record = make_record()
    change(record, year_from=first, year_to=last)
    assert Record.objects.get(year_from=first, year_to=last) == record


@pytest.mark.parametrize("field", ["title", "statement"])
def test_a_record_has_a_title_and_a_statement(field):
    record = make_record()
    with refused_by("record_has_words"):
        change(record, **{field: ""})


def test_two_records_cannot_bear_the_same_identifier():
    make_record(identifier="import/1")
    other = make_record()
    with refused_by("lessons_record_identifier_key"):
        change(other, identifier="import/1")


def test_publishing_is_dated():
    with refused_by("record_published_is_dated"):
        change(cite(make_record()), status=Status.PUBLISHED)


def test_update_does_not_publish_without_a_citation():
    record = make_record()
    with refused_by("published_record_has_evidence"):
        change(record, status=Status.PUBLISHED, published_at=timezone.now())


def test_bulk_update_does_not_publish_without_a_citation():
    records = [cite(make_record()), make_record()]
    for record in records:
        record.status, record.published_at = Status.PUBLISHED, timezone.now()
    with refused_by("published_record_has_evidence"):
        Record.objects.bulk_update(records, ["status", "published_at"])


def test_bulk_creation_does_not_publish_without_a_citation():
    fields = {"title": "T", "statement": "S", "origin": "stated", "published_at": timezone.now()}
    with refused_by("published_record_has_evidence"):
        Record.objects.bulk_create([Record(kind=Kind.LESSON, status=Status.PUBLISHED, **fields)])


def test_raw_sql_does_not_publish_without_a_citation():
    record = make_record()
    with refused_by("published_record_has_evidence"):
        execute(
            "UPDATE lessons_record SET status = 'published', published_at = now() WHERE id = %s",
            record.pk,
        )


def test_a_lost_citation_is_no_evidence_for_publishing():
    record = cite(make_record())
    record.citations.update(state="lost")
    with refused_by("published_record_has_evidence"):
        change(record, status=Status.PUBLISHED, published_at=timezone.now())


def test_a_record_with_a_citation_may_be_published_in_bulk():
    record = cite(make_record())
    change(record, status=Status.PUBLISHED, published_at=timezone.now())
    commit_checks()
    assert Record.objects.published().get() == record


def delete_one_by_one(record: Record) -> None:
    record.delete()


def delete_in_bulk(record: Record) -> None:
    Record.objects.filter(pk=record.pk).delete()


def delete_past_the_collector(record: Record) -> None:
    Record.objects.filter(pk=record.pk)._raw_delete("default")


def delete_by_sql(record: Record) -> None:
    execute("DELETE FROM lessons_record WHERE id = %s", record.pk)


WAYS_TO_DELETE = [delete_one_by_one, delete_in_bulk, delete_past_the_collector, delete_by_sql]


@pytest.mark.parametrize("delete", WAYS_TO_DELETE)
def test_what_is_published_is_never_deleted(delete):
    record = make_published()
    with refused_by("published_record_is_never_deleted"):
        delete(record)


@pytest.mark.parametrize("delete", WAYS_TO_DELETE)
def test_what_was_withdrawn_is_never_deleted(delete):
    record = curation.withdraw(make_published(), by=None, reason="Wrong.")
    with refused_by("published_record_is_never_deleted"):
        delete(record)


def test_the_date_of_publication_is_not_erased_to_get_round_that():
    record = curation.withdraw(make_published(), by=None, reason="Wrong.")
    with refused_by("published_record_is_never_deleted"):
        change(record, published_at=None)
        delete_in_bulk(record)


def test_a_draft_may_be_deleted_with_its_citations():
    record = cite(make_record())
    delete_in_bulk(record)
    commit_checks()
    assert not Record.objects.exists()


def test_each_kind_manager_sees_its_kind_alone():
    records = {kind: make_record(kind) for kind in Kind}
    managers = {
        Kind.LESSON: Lesson,
        Kind.FAILURE: Failure,
        Kind.ACTOR: Actor,
        Kind.RECOMMENDATION: Recommendation,
    }
    for kind, model in managers.items():
        assert [row.pk for row in model.objects.all()] == [records[kind].pk]


def test_a_code_names_a_record_only_with_the_letter_of_its_kind():
    record = make_record(Kind.FAILURE)
    assert record.code == f"F-{record.pk}"
    assert Record.objects.with_code(f" f-{record.pk} ").get() == record
    for code in (f"L-{record.pk}", f"F{record.pk}", f"F-0{record.pk}", "F-", "", f"F-{10**18}"):
        assert not Record.objects.with_code(code).exists()


def test_a_draft_is_open_to_the_desk_and_hidden_from_everyone_else(analyst, reader):
    make_record()
    assert Record.objects.visible_to(analyst).count() == 1
    assert not Record.objects.visible_to(reader).exists()
    assert not Record.objects.visible_to(AnonymousUser()).exists()


def test_a_merged_record_is_hidden_from_everyone(analyst):
    survivor, merged = make_published(), make_published()
    merging.merge(survivor, merged, by=None)
    for user in (analyst, AnonymousUser()):
        assert list(Record.objects.visible_to(user)) == [survivor]


def test_recurrence_counts_reports_and_not_quotations():
    record = cite(cite(make_record()))
    again = record.citations.first().passage.report.passages.get(ordinal=2)
    cite(record, again)
    assert Record.objects.with_recurrence(AnonymousUser()).get().recurrence == 2

"""Tags: one word is one tag, however it is written."""

import pytest

from lessons.models import Record, RecordTag, Tag
from tests.factories import make_record
from tests.models import execute, refused_by

pytestmark = pytest.mark.django_db


def test_a_tag_is_found_whatever_the_case():
    first, second = make_record(tags=["Mandate"]), make_record(tags=["mandate"])
    assert first.tags.get() == second.tags.get()
    assert Tag.objects.get().name == "Mandate"


def test_one_tag_in_two_spellings_is_borne_once():
    assert make_record(tags=["Mandate", "MANDATE", "mandate"]).tags.count() == 1


def test_bulk_creation_cannot_write_a_tag_in_another_case():
    Tag.objects.create(name="Mandate")
    with refused_by("tag_unique_whatever_the_case"):
        Tag.objects.bulk_create([Tag(name="mandate", slug="another")])


def test_a_tag_is_not_renamed_to_another_in_another_case():
    Tag.objects.create(name="Mandate")
    other = Tag.objects.create(name="Force")
    with refused_by("tag_unique_whatever_the_case"):
        execute("UPDATE lessons_tag SET name = 'MANDATE' WHERE id = %s", other.pk)


def test_a_record_bears_a_tag_once():
    record = make_record(tags=["mandate"])
    again = RecordTag(content_object=record, tag=Tag.objects.get())
    with refused_by("record_tag_once"):
        RecordTag.objects.bulk_create([again])


def test_tags_that_make_the_same_slug_stay_two():
    make_record(tags=["early warning", "early-warning"])
    assert len(set(Tag.objects.values_list("slug", flat=True))) == 2


def test_a_tag_of_any_script_has_a_slug_to_ask_for():
    names = ["Réconciliation", "预警", "Мандат", "إنذار", "!"]
    make_record(tags=names)
    assert all(Tag.objects.get(name=name).slug for name in names)


def test_a_tag_that_is_deleted_leaves_its_records():
    record = make_record(tags=["mandate", "force"])
    Tag.objects.get(name="mandate").delete()
    assert [tag.name for tag in record.tags.all()] == ["force"]
    assert Record.objects.count() == 1

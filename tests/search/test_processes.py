"""What several processes see of what they write, and what a killed one leaves behind."""

import pytest
from django.db import connection

from lessons.models import Record
from tests.factories import make_many, make_published

TITLE = "q=zanzibar"


def withdraw(record: Record) -> None:
    Record.objects.filter(pk=record.pk).update(status="withdrawn")


def test_what_is_published_is_found_by_the_next_request_of_any_process(start_worker, assert_true):
    workers = [start_worker(), start_worker()]
    for number in range(3):
        record = make_published(title=f"Zanzibar {number}")
        for worker in workers:
            assert record.pk in worker.find(TITLE)
        withdraw(record)
        for worker in reversed(workers):
            assert record.pk not in worker.find(TITLE)
    assert_true()


def test_what_was_rolled_back_is_found_by_none(start_worker):
    record = make_published(title="Before")
    writer, other = start_worker(), start_worker()
    assert other.find(TITLE) == []
    found = writer.ask("find_in_transaction", query=TITLE, record=record.pk, title="Zanzibar")
    assert found["inside"]["ids"] == found["after"]["ids"] == other.find(TITLE) == []
    assert other.find("q=before") == [record.pk]


def test_no_index_is_built_of_what_may_be_rolled_back(start_worker):
    record = make_published(title="Before")
    writer = start_worker()
    with pytest.raises(AssertionError, match="SearchUnavailable"):
        writer.ask("find_in_transaction", query=TITLE, record=record.pk, title="Zanzibar")
    assert writer.find(TITLE) == []
    assert writer.find("q=before") == [record.pk]


POINTS = ["before the commit", "before the state is written"]


@pytest.mark.parametrize("point", POINTS)
def test_a_process_killed_while_catching_up_leaves_nothing_wrong(point, start_worker, assert_true):
    record, other = make_published(title="Zanzibar"), make_published(title="Zanzibar too")
    doomed, heir = start_worker(), start_worker()
    assert doomed.find(TITLE) == heir.find(TITLE)
    withdraw(record)
    doomed.ask("die_at", point=point)
    doomed.is_killed_by("find", query=TITLE)
    assert heir.find(TITLE) == [other.pk]
    assert_true()


BUILDING = ["while a generation is filled", "before the state is written"]


@pytest.mark.parametrize("there_is_one", [True, False])
@pytest.mark.parametrize("point", BUILDING)
def test_a_process_killed_while_building_leaves_nothing_behind(
    point, there_is_one, start_worker, assert_true, settings
):
    make_many(30)
    doomed, heir = start_worker(), start_worker()
    if there_is_one:
        assert len(heir.find("q=lesson")) == 30
    doomed.ask("die_at", point=point)
    doomed.is_killed_by("rebuild")
    make_published(title="Lesson of Zanzibar")
    assert len(heir.find("q=lesson")) == 31
    heir.ask("rebuild")
    assert len(list(settings.SEARCH_DIR.glob("g-*"))) == 1
    assert_true()


def test_a_generation_swept_under_a_reader_is_left_for_the_new_one(start_worker, assert_true):
    make_many(30)
    builder, reader = start_worker(), start_worker()
    for number in range(3):
        assert len(reader.find("q=lesson")) == 30 + number
        builder.ask("rebuild")
        make_published(title=f"Lesson {number}")
    assert_true()


def test_builders_and_readers_at_the_same_time_agree(start_worker, assert_true):
    make_many(200)
    workers = [start_worker() for _number in range(4)]
    for worker in workers:
        worker.wait_until_ready()
    for _round in range(3):
        for worker in workers[:2]:
            worker.begin("rebuild")
        for worker in workers[2:]:
            worker.begin("find", query="q=lesson")
        make_published(title="Lesson of Zanzibar")
        for worker in workers:
            worker.end()
    assert {len(worker.find("q=lesson")) for worker in workers} == {203}
    assert_true()


def test_a_restored_database_is_noticed(start_worker):
    """The same table and the same numbers, as after a return to an earlier day."""
    record = make_published(title="Zanzibar")
    worker = start_worker()
    assert worker.find(TITLE) == [record.pk]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE lessons_record DISABLE TRIGGER USER")  # nothing is announced
        cursor.execute("UPDATE lessons_record SET title = 'Pemba' WHERE id = %s", [record.pk])
        cursor.execute("UPDATE lessons_searchoutbox SET at = at + interval '1 second'")
        cursor.execute("ALTER TABLE lessons_record ENABLE TRIGGER USER")
    assert worker.find(TITLE) == []
    assert worker.find("q=pemba") == [record.pk]


def test_another_database_behind_the_folder_is_noticed(start_worker):
    make_published(title="Zanzibar")
    worker = start_worker()
    assert len(worker.find(TITLE)) == 1
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE lessons_record CASCADE")
    assert worker.find(TITLE) == []

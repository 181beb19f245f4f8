"""Rows of the outbox whose transactions commit in another order than they were numbered in."""

import random
from contextlib import suppress

import pytest
from django.db import connection, connections

from lessons.models import SearchOutbox
from lessons.search.index import machine_index
from tests.factories import make_many

CHANGE = "UPDATE lessons_record SET discussion = clock_timestamp()::text WHERE id = %s"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def committed_only(settings):
    settings.SEARCH_SEES_UNCOMMITTED = False


class Writer:
    """A connection of its own with one transaction at a time."""

    def __init__(self) -> None:
        self.connection = connections["default"].copy()
        self.connection.set_autocommit(False)
        self.changed: set[int] = set()

    def change(self, pk: int) -> None:
        self._run(CHANGE, pk)
        self.changed.add(pk)

    def take_transaction_id(self) -> None:
        """Be given a transaction id long before a number in the outbox."""
        self._run("SELECT pg_current_xact_id()")

    def change_in_vain(self, pk: int) -> None:
        self._run("SAVEPOINT here")
        self._run(CHANGE, pk)
        self._run("ROLLBACK TO SAVEPOINT here")

    def _run(self, statement: str, *values: int) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)

    def commit(self) -> None:
        self.connection.commit()
        self.changed.clear()

    def rollback(self) -> None:
        self.connection.rollback()
        self.changed.clear()

    def close(self) -> None:
        with suppress(Exception):
            self.connection.close()


@pytest.fixture
def writers():
    made = [Writer() for _number in range(3)]
    yield made
    for writer in made:
        writer.close()


@pytest.fixture
def records():
    return [record.pk for record in make_many(12)]


def test_a_transaction_that_commits_after_a_later_one_was_indexed_is_not_lost(
    writers, records, assert_true
):
    early, late, _third = writers
    machine_index().snapshot()
    early.change(records[0])
    for pk in records[1:6]:
        late.change(pk)
        late.commit()
        assert_true()
        assert_true()  # a second search, for which nothing has changed
    early.commit()
    assert_true()


def test_a_transaction_that_began_to_write_last_but_was_numbered_first_is_not_lost(
    writers, records, assert_true
):
    numbered_last, numbered_first, _third = writers
    machine_index().snapshot()
    numbered_last.take_transaction_id()
    numbered_first.take_transaction_id()
    numbered_first.change(records[0])
    numbered_last.change(records[1])
    numbered_last.commit()
    assert_true()
    assert_true()
    numbered_first.commit()
    assert_true()


def test_an_index_built_while_others_write_misses_nothing(writers, records, assert_true):
    early, late, _third = writers
    early.change(records[0])
    late.change(records[1])
    late.commit()
    machine_index().rebuild()
    early.commit()
    assert_true()


def test_what_is_waited_for_is_forgotten_when_it_ends(writers, records, assert_true):
    early, late, _third = writers
    index = machine_index()
    index.snapshot()
    early.change(records[0])
    late.change(records[1])
    late.commit()
    assert len(index.snapshot().position.holes) == 1
    early.rollback()
    index.snapshot()
    assert index.snapshot().position.holes == ()
    assert_true()


@pytest.mark.parametrize("seed", range(6))
def test_in_any_order_of_writes_commits_and_searches_nothing_is_lost(
    seed, writers, records, assert_true
):
    chance = random.Random(seed)
    for _step in range(60):
        writer = chance.choice(writers)
        taken = set().union(*(one.changed for one in writers))
        free = [pk for pk in records if pk not in taken]
        step = chance.choice(["change", "change", "change", "commit", "vain", "rollback", "search"])
        if step == "search":
            assert_true()
        elif step in {"change", "vain"} and free:
            pk = chance.choice(free)
            (writer.change if step == "change" else writer.change_in_vain)(pk)
        elif step == "commit":
            writer.commit()
        elif step == "rollback":
            writer.rollback()
    for writer in writers:
        writer.commit()
        assert_true()
    assert SearchOutbox.objects.exists()
    connection.close()

"""Two people at once: no merge closes a circle, and nothing is left on what is merged away."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from lessons import curation, evidence, merging, tagging
from lessons.models import Citation, Kind, Link, Record, RecordTag, Tag
from tests.factories import make_record, make_report

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(record: Record) -> Record:
    return Record.objects.get(pk=record.pk)


def both(*deeds: Callable[[], Any]) -> list[str]:
    """Do both at the same moment, each on a connection of its own; return how each ended."""
    begin, ends = threading.Barrier(len(deeds)), [""] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        try:
            begin.wait(10)
            deed()
            ends[place] = "done"
        except (ValidationError, DatabaseError) as error:
            ends[place] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ends


def while_open(first: Callable[[], Any], second: Callable[[], Any]) -> bool:
    """Do ``second`` elsewhere while the transaction of ``first`` is open; return whether it was
    done."""
    done = threading.Event()

    def run() -> None:
        try:
            second()
            done.set()
        except (ValidationError, DatabaseError):
            pass
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        first()
        other.start()
        other.join(0.5)  # now it is either done or waits for us
    other.join(30)
    return done.is_set()


@pytest.mark.parametrize("attempt", range(8))
def test_of_two_merges_that_cross_one_is_done(attempt: int) -> None:
    one, other = make_record(), make_record()
    one_read, other_read = fresh(one), fresh(other)
    ends = both(
        lambda: merging.merge(one, other, by=None),
        lambda: merging.merge(other_read, one_read, by=None),
    )
    assert sorted(ends)[-1] == "done"
    assert ends.count("done") == 1
    merged = [fresh(record).merged_into_id for record in (one, other)]
    assert sorted(merged, key=bool) == [None, merged[0] or merged[1]]


def lead(one: Record, other: Record) -> None:
    with transaction.atomic():
        Record.objects.filter(pk=one.pk).update(merged_into=other)


def test_the_database_lets_no_two_writers_close_a_circle() -> None:
    one, other = make_record(), make_record()
    assert not while_open(lambda: lead(one, other), lambda: lead(other, one))
    assert (fresh(one).merged_into, fresh(other).merged_into) == (other, None)


def test_what_is_cited_while_its_record_is_merged_is_not_left_behind() -> None:
    survivor, absorbed = make_record(), make_record()
    passage = make_report().passages.get(ordinal=1)
    cited = while_open(
        lambda: merging.merge(survivor, absorbed, by=None),
        lambda: evidence.cite(absorbed, passage, passage.text, by=None),
    )
    assert not cited
    assert not Citation.objects.filter(record=absorbed).exists()


def test_what_was_linked_just_before_moves_along() -> None:
    survivor, absorbed, failure = make_record(), make_record(), make_record(Kind.FAILURE)
    assert while_open(
        lambda: curation.link(absorbed, "drawn_from", failure, by=None),
        lambda: merging.merge(survivor, absorbed, by=None),
    )
    assert fresh(absorbed).merged_into == survivor
    assert Link.objects.get().source == survivor


@pytest.mark.parametrize("attempt", range(4))
def test_what_is_linked_meanwhile_is_never_left_on_what_is_merged_away(attempt: int) -> None:
    survivor, absorbed, failure = make_record(), make_record(), make_record(Kind.FAILURE)
    both(
        lambda: curation.link(absorbed, "drawn_from", failure, by=None),
        lambda: merging.merge(survivor, absorbed, by=None),
    )
    assert fresh(absorbed).merged_into == survivor
    assert not Link.objects.filter(source=absorbed).exists()


def test_a_tag_given_while_it_is_merged_is_not_left_behind() -> None:
    record = make_record()
    red, crimson = (Tag.objects.create(name=name, slug=name) for name in ("red", "crimson"))
    while_open(
        lambda: tagging.merge_tags(red, crimson, by=None),
        lambda: RecordTag.objects.create(tag=crimson, content_object=record),
    )
    assert not RecordTag.objects.filter(tag=crimson).exists()

"""Reading has a clock: what takes too long is given up, wherever the time went."""

import time

import pytest
from django.db import connection, transaction

from lessons.search import Filters, Found
from lessons.search.index import machine_index
from lessons.search.limits import TooLong, check, unlimited, within
from tests.factories import make_published
from tests.search.test_hostile import ANYONE

SOON = 0.15  # seconds
LONG = 30


def sleep(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def sleep_often(times: int, seconds: float) -> None:
    for _number in range(times):
        sleep(seconds)


@transaction.atomic
def write_and_sleep(seconds: float) -> None:
    make_published(title="Never to be")
    sleep(seconds)


def timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_slow_query_is_ended_in_the_database():
    began = time.monotonic()
    with pytest.raises(TooLong), within(SOON):
        sleep(LONG)
    assert time.monotonic() - began < LONG / 10
    assert timeout() == "0"


@pytest.mark.django_db(transaction=True)
def test_many_queries_are_ended_together():
    began = time.monotonic()
    with pytest.raises(TooLong), within(SOON * 2):
        sleep_often(100, SOON)
    assert time.monotonic() - began < SOON * 2 + 1


@pytest.mark.django_db(transaction=True)
def test_a_query_cut_off_in_a_transaction_rolls_it_back():
    with pytest.raises(TooLong), within(SOON * 4):
        write_and_sleep(LONG)
    assert timeout() == "0"
    assert Found(Filters(), ANYONE).total == 0


@pytest.mark.django_db
def test_the_inner_limit_cannot_be_longer_than_the_outer():
    with within(SOON), within(LONG):
        time.sleep(SOON)
        with pytest.raises(TooLong):
            check()


@pytest.mark.django_db
def test_no_seconds_are_no_limit():
    with within(0):
        check()
        assert timeout() == "0"


@pytest.mark.django_db
def test_the_clock_stands_still_where_there_is_no_limit():
    with within(SOON):
        with unlimited():
            assert timeout() == "0"
            time.sleep(SOON * 2)
        check()
        assert timeout() != "0"


@pytest.mark.django_db
def test_the_index_is_not_asked_when_the_time_is_over():
    make_published(title="A warning")
    Found(Filters(), ANYONE)
    found = Found(Filters(q="warning"), ANYONE)
    with within(SOON):
        time.sleep(SOON)
        with pytest.raises(TooLong):
            found.total  # noqa: B018
    assert found.total == 1


@pytest.mark.django_db
def test_catching_up_is_brought_to_an_end_whatever_the_time():
    make_published(title="A warning")
    with within(SOON):
        time.sleep(SOON * 0.9)
        machine_index().rebuild()
    assert Found(Filters(q="warning"), ANYONE).total == 1

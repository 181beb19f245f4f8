"""Reading ahead: the order stays, and nothing is left open."""

import threading
from types import SimpleNamespace

import pytest

from lessons.exporters import ahead


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it not be known that a test is a transaction."""
    monkeypatch.setattr(ahead, "connection", SimpleNamespace(in_atomic_block=False))


def thread_and(number: int) -> tuple[int, str]:
    return number, threading.current_thread().name


def test_the_order_is_that_of_the_items_and_the_first_is_read_here(outside: None) -> None:
    here = threading.current_thread().name
    found = list(ahead.in_turn(thread_and, range(20)))
    assert [number for number, _thread in found] == list(range(20))
    assert found[0][1] == here
    assert here not in {thread for _number, thread in found[1:]}


def test_no_more_is_read_than_is_soon_sent(outside: None) -> None:
    asked: list[int] = []
    found = ahead.in_turn(thread_and, (asked.append(n) or n for n in range(20)))
    next(found)
    assert asked == [0]
    next(found)
    assert len(asked) == 1 + ahead.AHEAD + 1
    found.close()


def test_what_goes_wrong_is_told(outside: None) -> None:
    with pytest.raises(ZeroDivisionError):
        list(ahead.in_turn(lambda number: 1 // (3 - number), range(9)))


@pytest.mark.django_db
def test_within_a_transaction_its_connection_reads_alone() -> None:
    threads = {thread for _number, thread in ahead.in_turn(thread_and, range(5))}
    assert threads == {threading.current_thread().name}

"""Two who change at once what a record rests on: it is restricted as both together say."""

from collections.abc import Callable
from typing import Any

import pytest

from lessons import evidence
from lessons.models import Access, Passage, Record
from tests.factories import cite, make_record, make_report
from tests.test_merge_races import both, while_open

pytestmark = pytest.mark.django_db(transaction=True)
EITHER_FIRST = pytest.mark.parametrize("which_first", [0, 1])


def passage() -> Passage:
    return make_report(["The force was cut."]).passages.get()


def restrict(one: Passage, access: Access = Access.RESTRICTED) -> Callable[[], Any]:
    return lambda: evidence.set_access(one.report, access, by=None)


def is_restricted(record: Record) -> bool:
    return Record.objects.values_list("restricted", flat=True).get(pk=record.pk)


@EITHER_FIRST
def test_a_citation_and_a_restriction_of_its_report(which_first: int) -> None:
    record, place = make_record(), passage()
    deeds = [restrict(place), lambda: cite(record, place)]
    assert while_open(deeds[which_first], deeds[1 - which_first])
    assert is_restricted(record)


@EITHER_FIRST
def test_a_citation_of_a_public_report_and_a_restriction_of_the_other(which_first: int) -> None:
    one, other = passage(), passage()
    record = cite(make_record(), one)
    deeds = [restrict(one), lambda: cite(record, other)]
    assert while_open(deeds[which_first], deeds[1 - which_first])
    assert not is_restricted(record)


@EITHER_FIRST
def test_the_last_public_citation_goes_as_the_other_report_is_restricted(
    which_first: int,
) -> None:
    one, other = passage(), passage()
    record = cite(cite(make_record(), one), other)
    citation = record.citations.get(passage=other)
    deeds = [restrict(one), lambda: evidence.uncite(citation, by=None)]
    assert while_open(deeds[which_first], deeds[1 - which_first])
    assert is_restricted(record)


@pytest.mark.parametrize("attempt", range(4))
def test_both_its_reports_are_restricted(attempt: int) -> None:
    one, other = passage(), passage()
    record = cite(cite(make_record(), one), other)
    assert both(restrict(one), restrict(other)) == ["done", "done"]
    assert is_restricted(record)


def test_both_its_reports_are_restricted_one_while_the_other_is_not_yet_written() -> None:
    one, other = passage(), passage()
    record = cite(cite(make_record(), one), other)
    assert while_open(restrict(one), restrict(other))
    assert is_restricted(record)

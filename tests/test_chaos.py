"""What `make chaos` looks for is found where it is."""

import pytest

from bench.chaos import checking
from lessons import curation
from tests.factories import make_record


def breaches(look, *args) -> list[str]:
    found = checking.Findings()
    look(found, *args)
    return found.breaches


@pytest.mark.django_db
def test_an_acknowledged_version_that_is_nowhere_is_a_breach() -> None:
    record = make_record()
    kept = {"code": record.code, "version": record.version, "title": record.title,
            "status": record.status}  # fmt: skip
    assert not breaches(checking.records, [kept])
    assert breaches(checking.records, [{**kept, "version": record.version + 1}])
    assert breaches(checking.records, [{**kept, "title": "Another"}])
    curation.discard(record, by=None)
    assert breaches(checking.records, [kept])


@pytest.mark.django_db
def test_half_a_table_is_a_breach_and_none_of_it_only_where_more_was_said() -> None:
    tried = {"what": "tried import", "prefix": "chaos-1-", "rows": 2}
    said = {**tried, "what": "import"}
    assert not breaches(checking.imports, [tried])
    assert breaches(checking.imports, [tried, said])
    make_record(identifier="chaos-1-0")
    assert breaches(checking.imports, [tried])
    make_record(identifier="chaos-1-1")
    assert not breaches(checking.imports, [tried, said])


def test_an_unforeseen_answer_is_a_breach_and_503_is_none() -> None:
    answer = {"what": "answer", "who": "w1", "to": "edit"}
    assert breaches(checking.answers, [{**answer, "status": 500}])
    assert not breaches(checking.answers, [{**answer, "status": 503}])
    assert breaches(checking.answers, [{"what": "breach", "wrong": ".csv ended with 3 records"}])

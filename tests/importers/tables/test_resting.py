"""What a row says of the source of a record that is there is so already, or it is told."""

from typing import Any

import pytest

from accounts.models import User

from .importing import findings, imported, lesson, looked_at

pytestmark = pytest.mark.django_db

ROW = lesson(
    id="1", source_title="Annual data", source_url="https://example.org/data",
    source_date="2004-05", source_publisher="The Office", source_authors="A. Person; B. Person",
    passage="They did not listen.",
)  # fmt: skip


def test_the_same_table_again_has_nothing_to_say(analyst: User) -> None:
    imported([ROW], by=analyst)
    again = looked_at([ROW], by=analyst)
    assert again.counts == {"same": 1}
    assert not findings(again)


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"source_url": "https://example.org/else"}, "source_url", "does not rest on this source"),
        ({"source_url": "nowhere at all"}, "source_url", "is no address"),
        ({"passage": "They listened."}, "passage", "does not quote these words"),
        ({"source_url": "", "source_title": "Else"}, "source_title", "quote the source in the"),
    ],
)
def test_another_source_of_a_record_that_is_there_is_a_problem(
    analyst: User, cells: dict[str, Any], column: str, said: str
) -> None:
    imported([ROW], by=analyst)
    again = looked_at([{**ROW, "title": "Changed", **cells}], by=analyst)
    assert again.counts == {"problem": 1}
    ((_row, found, text),) = findings(again)
    assert found == column
    assert said in text


@pytest.mark.parametrize(
    "cells",
    [
        {"source_title": "Another title"},
        {"source_date": "2005"},
        {"source_publisher": "Nobody"},
        {"source_authors": "B. Person"},
    ],
)
def test_what_else_is_told_of_a_source_that_is_here_stays_and_it_is_said(
    analyst: User, cells: dict[str, Any]
) -> None:
    imported([ROW], by=analyst)
    again = looked_at([{**ROW, **cells}], by=analyst)
    assert again.counts == {"same": 1}
    ((_row, column, text),) = findings(again)
    assert column in cells
    assert "change it on the page of the report" in text

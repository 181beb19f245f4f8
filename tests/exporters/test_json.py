"""JSON: one object, several values a list."""

import json

from lessons.exporters import FORMATS, to_json
from tests.exporters import Counted, table, whole


def test_it_is_one_object_with_what_was_asked_and_the_records():
    rows = (
        {"code": "L-1", "title": 'He said "no" 😀\n'},
        {"code": ["a", "b"], "title": None},
        {"code": -1, "title": "=1+1"},
    )
    data = whole(to_json.write(table(*rows)))
    assert json.loads(data) == {
        "about": {"title": "Lessons", "records": 3},
        "records": list(rows),
    }


def test_an_empty_list_is_an_object_too():
    assert json.loads(whole(to_json.write(table())))["records"] == []


def test_accents_are_written_as_they_are():
    assert "déjà" in whole(to_json.write(table({"code": "L-1", "title": "déjà"}))).decode()


def test_a_long_list_comes_in_pieces_as_its_rows_are_read():
    rows = Counted(1000)
    pieces = to_json.write(rows.table())
    start = [next(pieces), next(pieces), next(pieces)]
    assert rows.taken == 2
    assert len(json.loads(whole([*start, *pieces]))["records"]) == 1000


def test_it_is_registered():
    assert FORMATS["json"].media_type == "application/json"

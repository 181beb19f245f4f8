"""JSON: one object around lines that are objects already."""

import json

import pytest

from lessons.exporters import to_json
from tests.exporters import whole

LINES = b'{"code":"L-1"}\n{"code":"L-2","title":"a\\nb, {c}"}\n{"code":"L-3"}\n'


@pytest.mark.parametrize("size", [1, 2, 7, 14, 15, 16, 1000])
def test_it_is_one_object_however_the_lines_are_cut(size):
    pieces = [LINES[start : start + size] for start in range(0, len(LINES), size)]
    found = json.loads(whole(to_json.write({"title": "Été"}, pieces)))
    assert found["about"] == {"title": "Été"}
    assert [one["code"] for one in found["records"]] == ["L-1", "L-2", "L-3"]
    assert found["records"][1]["title"] == "a\nb, {c}"


def test_an_empty_list_is_an_object_too():
    assert json.loads(whole(to_json.write({}, []))) == {"about": {}, "records": []}


def test_accents_are_written_as_they_are():
    assert "déjà" in whole(to_json.write({"title": "déjà"}, [])).decode()


def test_it_begins_before_the_rows_are_read():
    assert next(to_json.write({}, iter(lambda: 1 / 0, None))).startswith(b'{"about"')

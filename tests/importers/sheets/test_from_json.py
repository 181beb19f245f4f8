"""JSON wherever its list of objects stands, and JSON Lines."""

import json

import pytest

from lessons.importers.sheets.table import MAX_NESTING
from lessons.sandbox import Refused
from tests.importers.sheets import cells, problems, read, rows_of, sheets_of

RECORDS = [{"code": "L-1", "title": "Warn"}, {"title": "Écoute 😀", "year": 1994}]
GRID = [("code", "title", "year"), ("L-1", "Warn", ""), ("", "Écoute 😀", "1994")]


@pytest.mark.parametrize(
    "whole",
    [
        RECORDS,
        {"about": {"title": "x", "tags": ["a"]}, "records": RECORDS},
        {"data": {"page": 1, "lessons": RECORDS}, "more": []},
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_list_of_objects_is_found(whole, encoding):
    data = json.dumps(whole, ensure_ascii=False).encode(encoding)
    assert cells(data) == GRID
    assert [row.number for row in read(data)[1]] == [1, 2]


def test_several_lists_are_several_tables(tmp_path):
    path = tmp_path / "all.json"
    path.write_text(json.dumps({"lessons": RECORDS, "x": [{"a": [{"b": 1}]}]}))
    assert [(one.name, one.header) for one in sheets_of(path)] == [
        ("lessons", ("code", "title", "year")),
        ("x", ("a",)),
    ]
    assert [row.cells for row in rows_of(path, sheet="x")] == [('[{"b": 1}]',)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_of_objects_are_read_with_the_number_of_the_line(end):
    data = f"{end}".join(json.dumps(one, ensure_ascii=False) for one in RECORDS)
    sheet, rows = read(f"{end}{data}{end}")
    assert (sheet.format, sheet.header) == ("jsonl", ("code", "title", "year"))
    assert [(row.number, row.cells) for row in rows] == [(2, GRID[1]), (3, GRID[2])]


def test_line_ends_of_unicode_within_a_text_are_no_line_ends():
    assert cells('{"a": "x\u2028y\x85z"}\n{"a": "b"}\n')[1:] == [("x\u2028y\x85z",), ("b",)]


def test_one_line_with_a_list_in_it_is_json_and_without_is_a_line():
    assert read('{"records": [{"a": 1}]}\n')[0].format == "json"
    assert read('{"a": [1, 2]}\n')[0].format == "jsonl"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.0", "1"),
        ("1.50", "1.50"),
        ("-3", "-3"),
        ("1e3", "1000"),
        ("1e999999", "1E+999999"),
        ("true", "true"),
        ("null", ""),
        ('["a", 2, false]', "a; 2; false"),
        ("[]", ""),
        ('{"é": 1.5}', '{"é": 1.5}'),
        ('[["a"], {"b": 2}]', '[["a"], {"b": 2}]'),
        ('"=1+1"', "=1+1"),
        ('"\'=1+1"', "'=1+1"),
    ],
)
@pytest.mark.parametrize("whole", ['[{"a": %s, "b": 0}]', '{"a": %s, "b": 0}\n{}'])
def test_values_become_text(whole, value, text):
    assert cells(whole % value)[1] == (text, "0")


def test_a_name_twice_in_one_object_is_a_problem():
    for data in ('[{"a": 1, "b": 2, "a": 3}]', '{"a": 1, "b": 2, "a": 3}\n'):
        assert [(row, column) for row, column, _text in problems(data)] == [(1, "a")]
        assert cells(data)[1] == ("3", "2")


def test_what_is_no_object_is_a_problem_of_its_row():
    assert [row for row, *_rest in problems('[{"a": 1}, "two"]')] == [2]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ('[{"a": 1}, {"b": ', "not valid JSON"),
        ('{"a": 1}\n{"a": \n{"a": 2}\n', "Line 2 is not valid JSON"),
        ('{"a": 1', "not valid JSON"),
        ("[1, 2]", "no list of objects"),
        ('{"a": {"b": {}}, "c": [1]}\n\n{', "Line 3 is not valid JSON"),
        ('[{"é": 1}]'.encode("cp1252"), "written in UTF-8"),
        ("[" * 100_000, f"more than {MAX_NESTING} deep"),
        ('[{"a":' * 60, f"more than {MAX_NESTING} deep"),
        ('[{"a": "' + "[" * 100 + '\\"", "b": ' + "[" * 60, f"more than {MAX_NESTING} deep"),
    ],
)
def test_what_is_wrong_is_said(data, said):
    with pytest.raises(Refused, match=said):
        read(data)


def test_brackets_within_texts_are_not_nesting():
    text = "[{" * 100 + '\\" " ' + "\\\\"
    assert cells(json.dumps([{"a": text}, {"a": text}]))[1:] == [(text,), (text,)]

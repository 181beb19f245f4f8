"""CSV: what spreadsheets and programs read."""

import csv
import io

import pytest

from lessons.exporters import FORMATS, to_csv
from tests.exporters import FORMULAS, Counted, table, whole


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_it_begins_with_the_byte_order_mark_and_the_columns():
    data = whole(to_csv.write(table()))
    assert data == b"\xef\xbb\xbfcode,title\r\n"


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_taken_for_a_formula(formula):
    data = whole(to_csv.write(table({"code": "L-1", "title": formula})))
    assert read(data)[1] == ["L-1", f"'{formula}"]


def test_several_values_are_no_formula_either():
    data = whole(to_csv.write(table({"code": "L-1", "title": ["=1+1", "b"]})))
    assert read(data)[1] == ["L-1", "'=1+1; b"]


def test_numbers_stay_numbers():
    data = whole(to_csv.write(table({"code": -1, "title": 1994})))
    assert read(data)[1] == ["-1", "1994"]


def test_several_values_share_a_cell_and_nothing_is_empty():
    rows = ({"code": ["a", "b"], "title": None}, {"code": [], "title": "x"})
    assert read(whole(to_csv.write(table(*rows))))[1:] == [["a; b", ""], ["", "x"]]


@pytest.mark.parametrize(
    "text",
    ['He said "no", twice', "two\nlines", "two\r\nlines", "d’où 😀 — Kigali", "a;b,c\td", " "],
)
def test_any_text_is_read_back_as_it_was(text):
    data = whole(to_csv.write(table({"code": "L-1", "title": text})))
    assert read(data) == [["code", "title"], ["L-1", text]]


def test_a_long_list_comes_in_pieces_as_its_rows_are_read():
    rows = Counted(1000)
    pieces = to_csv.write(rows.table())
    first = next(pieces)
    assert rows.taken == to_csv.ROWS_PER_PIECE
    assert len(read(whole([first, *pieces]))) == 1001


def test_it_is_registered():
    assert FORMATS["csv"].media_type == "text/csv; charset=utf-8"
    assert FORMATS["csv"].write is to_csv.write

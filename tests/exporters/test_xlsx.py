"""XLSX: read back with openpyxl."""

import io
import tempfile
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from lessons.exporters import FORMATS, to_xlsx
from tests.exporters import FORMULAS, Counted, table, whole


def read(data: bytes, sheet: str = "Records") -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [tuple(cell.value for cell in row) for row in book[sheet].iter_rows()]


def test_the_columns_come_first_and_stay_in_sight():
    data = whole(to_xlsx.write(table({"code": "L-1", "title": "Listen"})))
    assert read(data) == [("code", "title"), ("L-1", "Listen")]
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Records"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:B2"


def test_a_second_sheet_says_what_was_asked():
    data = whole(to_xlsx.write(table({"code": "L-1", "title": "Listen"})))
    assert read(data, "About") == [("title", "Lessons"), ("records", 1)]


def test_an_empty_list_is_a_workbook_too():
    assert read(whole(to_xlsx.write(table()))) == [("code", "title")]


@pytest.mark.parametrize("formula", [*FORMULAS, "{=1+1}", "http://example.org", "mailto:a@b.org"])
def test_no_cell_is_taken_for_a_formula_or_a_link(formula):
    data = whole(to_xlsx.write(table({"code": "L-1", "title": formula})))
    cell = openpyxl.load_workbook(io.BytesIO(data))["Records"]["B2"]
    assert (cell.data_type, cell.hyperlink) in {("s", None), ("inlineStr", None)}
    assert unescape(cell.value) == formula


def test_numbers_stay_numbers_and_several_values_share_a_cell():
    rows = ({"code": 1994, "title": ["a", "b"]}, {"code": 0, "title": None})
    assert read(whole(to_xlsx.write(table(*rows))))[1:] == [(1994, "a; b"), (0, None)]


@pytest.mark.parametrize(
    "text", ["d’où 😀 — <b> & ]]>", "two\nlines", " kept ", "_x0041_", "a\x0bb"]
)
def test_any_text_is_read_back_as_it_was(text):
    data = whole(to_xlsx.write(table({"code": "L-1", "title": text})))
    assert unescape(read(data)[1][1]) == text


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    data = whole(to_xlsx.write(table({"code": "L-1", "title": "x" * 32_768})))
    text = read(data)[1][1]
    assert len(text) == to_xlsx.MAX_CELL
    assert text.endswith(to_xlsx.CUT)
    assert text.startswith("xxx")


def test_a_text_as_long_as_a_cell_stays_whole():
    text = "x" * to_xlsx.MAX_CELL
    assert read(whole(to_xlsx.write(table({"code": "L-1", "title": text}))))[1][1] == text


def test_a_long_list_comes_in_pieces_and_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(to_xlsx, "PIECE", 1000)
    rows = Counted(500)
    pieces = list(to_xlsx.write(rows.table()))
    assert len(pieces) > 3
    assert max(map(len, pieces)) == 1000
    assert len(read(whole(pieces))) == 501
    assert not list(tmp_path.iterdir())


def test_it_is_registered():
    assert FORMATS["xlsx"].write is to_xlsx.write

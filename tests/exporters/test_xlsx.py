"""XLSX: read back with openpyxl and with calamine."""

import datetime as dt
import io
import tempfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from lessons.exporters import to_xlsx
from tests.exporters import FORMULAS, whole

DAY = dt.datetime(2026, 11, 24)  # noqa: DTZ001  (as a workbook has it)
HEADS = {"Lessons": ("code", "title", "published", "permalink"), "Tags": ("code", "tag")}


def workbook(*rows: tuple[Any, ...], about: Any = None) -> bytes:
    return whole(to_xlsx.write(about or {"title": "Lessons"}, HEADS, [{"Lessons": rows}]))


def read(data: bytes, sheet: str = "Lessons") -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [tuple(cell.value for cell in row) for row in book[sheet].iter_rows()]


def row(title: Any, code: Any = "L-1") -> tuple[Any, ...]:
    return (code, title, None, "")


def test_each_sheet_begins_with_its_columns_which_stay_in_sight():
    book = openpyxl.load_workbook(io.BytesIO(workbook(row("Listen"), row("Act", "L-2"))))
    assert book.sheetnames == ["Lessons", "Tags", "About"]
    assert [cell.value for cell in book["Lessons"][1]] == list(HEADS["Lessons"])
    assert [cell.value for cell in book["Tags"][1]] == ["code", "tag"]
    assert book["Lessons"].freeze_panes == "B2"
    assert book["Lessons"].auto_filter.ref == "A1:D3"
    assert book["Lessons"].dimensions == "A1:D3"


def test_rows_come_in_batches_for_several_sheets():
    batches = [
        {"Lessons": [row("One")], "Tags": [("L-1", "a"), ("L-1", "b")]},
        {"Lessons": [row("Two", "L-2")]},
        {"Tags": iter([("L-2", "c")])},
    ]
    data = whole(to_xlsx.write({}, HEADS, batches))
    assert [one[1] for one in read(data)[1:]] == ["One", "Two"]
    assert read(data, "Tags")[1:] == [("L-1", "a"), ("L-1", "b"), ("L-2", "c")]
    tags = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Tags")
    assert tags.to_python() == [["code", "tag"], ["L-1", "a"], ["L-1", "b"], ["L-2", "c"]]


def test_the_last_sheet_says_what_was_asked():
    data = workbook(about={"title": "=Lessons", "records": 3, "query": ""})
    assert read(data, "About") == [("title", "=Lessons"), ("records", 3), ("query", "")]


def test_an_empty_list_is_a_workbook_too():
    assert read(workbook()) == [HEADS["Lessons"]]


@pytest.mark.parametrize("formula", [*FORMULAS, "{=1+1}", "http://example.org", "mailto:a@b.org"])
def test_no_cell_is_taken_for_a_formula_or_a_link(formula):
    cell = openpyxl.load_workbook(io.BytesIO(workbook(row(formula))))["Lessons"]["B2"]
    assert (cell.data_type, cell.hyperlink) == ("inlineStr", None) or cell.data_type == "s"
    assert unescape(cell.value) == formula


def test_numbers_and_dates_have_their_types():
    data = workbook(("L-1", 1994, "2026-11-24", ""), ("L-2", 0.5, "1994", ""), ("L-3", 0, "", ""))
    assert read(data)[1:] == [
        ("L-1", 1994, DAY, None),
        ("L-2", 0.5, "1994", None),
        ("L-3", 0, None, None),
    ]


def test_a_date_before_those_of_excel_is_a_text():
    assert read(workbook(("L-1", "x", "1899-05-01", "")))[1][2] == "1899-05-01"


@pytest.mark.parametrize(
    "text",
    [
        "d’où 😀 — <b> & ]]>",
        "two\nlines",
        " kept ",
        "_x0041_",
        "a\x0bb",
        "a\rb",
        "\x1f",
        "مرحبا 漢字",
    ],
)
def test_any_text_is_read_back_as_it_was(text):
    assert unescape(read(workbook(row(text)))[1][1]) == text


def test_what_xml_has_no_character_for_is_replaced():
    assert read(workbook(row("a\ufffeb\uffffc")))[1][1] == "a\ufffdb\ufffdc"


@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_a_text_longer_than_a_cell_is_cut_and_about_says_so(letter):
    data = workbook(row(letter * 32_768))
    text = read(data)[1][1]
    assert len(text.encode("utf-16-le")) <= 2 * to_xlsx.MAX_CELL
    assert text.endswith(to_xlsx.CUT)
    assert text.startswith(letter * 3)
    assert "1: Excel keeps 32767" in dict(read(data, "About"))["cells_cut"]


def test_a_text_as_long_as_a_cell_stays_whole():
    text = "x" * to_xlsx.MAX_CELL
    assert read(workbook(row(text)))[1][1] == text


def test_more_rows_than_a_sheet_holds_are_left_out_and_about_says_so(monkeypatch):
    monkeypatch.setattr(to_xlsx, "MAX_ROWS", 2)
    data = workbook(*[row("x", f"L-{n}") for n in range(5)])
    assert len(read(data)) == 3
    assert dict(read(data, "About"))["rows_left_out"].startswith("Lessons 3")


def test_permalinks_can_be_followed_the_first_of_them(monkeypatch):
    monkeypatch.setattr(to_xlsx, "MAX_LINKS", 1)
    address = "https://x.example/records/L-1/"
    sheet = openpyxl.load_workbook(
        io.BytesIO(workbook(("L-1", "a", "", address), ("L-2", "b", "", address)))
    )["Lessons"]
    assert sheet["D2"].hyperlink.target == address
    assert sheet["D2"].value == sheet["D3"].value == address
    assert sheet["D3"].hyperlink is None


def test_a_long_list_comes_in_pieces_and_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(to_xlsx, "PIECE", 1000)

    def many() -> Iterator[Any]:
        for number in range(5):
            yield {"Lessons": [row(f"{number}/{n}") for n in range(100)]}

    pieces = list(to_xlsx.write({}, HEADS, many()))
    assert len(pieces) > 3
    assert max(map(len, pieces)) == 1000
    assert len(read(whole(pieces))) == 501
    assert not list(tmp_path.iterdir())

"""Spreadsheets, as xlsxwriter and openpyxl write them."""

import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from lessons.sandbox import Refused
from tests.importers.sheets import cells, problems, read


def book(fill: Callable[[Any], None]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        fill(workbook)
    return file.getvalue()


def of(*rows: tuple[Any, ...]) -> bytes:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet("Lessons")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return book(fill)


def test_values_become_text():
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet()
        formats = ["yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm", "[h]:mm"]
        moment = datetime(1994, 4, 6, 20, 20)  # noqa: DTZ001 - spreadsheets know no zones
        values = [date(1994, 4, 6), moment, time(20, 20), timedelta(hours=30)]
        for column, (one, value) in enumerate(zip(formats, values, strict=True)):
            sheet.write(0, column, f"c{column}")
            sheet.write_datetime(1, column, value, workbook.add_format({"num_format": one}))
        for column, value in enumerate([1994, 0.1, True, "2.0", " x\r\ny ", 1e300], start=4):
            sheet.write(0, column, f"c{column}")
            sheet.write(1, column, value)

    assert cells(book(fill))[1] == (
        "1994-04-06", "1994-04-06T20:20:00", "20:20:00", "30:00:00",
        "1994", "0.1", "true", "2.0", " x\r\ny ", "1e+300",
    )  # fmt: skip


def test_rows_keep_their_number_and_columns_their_place():
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet("Lessons")
        sheet.write_row("B3", ["title", "year"])
        sheet.write_row("B4", ["Warn", 1994])
        sheet.write_row("B7", ["Listen", 1995, "", "beyond"])

    sheet, rows = read(book(fill))
    assert (sheet.name, sheet.header_row, sheet.row_count) == ("Lessons", 3, 2)
    assert [(row.number, row.cells) for row in rows] == [
        (4, ("Warn", "1994")),
        (7, ("Listen", "1995")),
    ]
    assert problems(book(fill))[0][2].startswith("Column E has no name, but holds “beyond”")


def test_formulas_give_what_was_calculated_and_errors_are_problems():
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["sum", "broken", "x"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")

    assert cells(book(fill))[1] == ("2", "", "")
    assert [(row, column) for row, column, _text in problems(book(fill))] == [(2, "broken")]


def test_a_formula_that_was_never_calculated_is_a_problem():
    workbook, file = openpyxl.Workbook(), io.BytesIO()
    sheet = workbook.active
    for row in (["a", "b"], ["=1+1", "x"], ["y", "z"]):
        sheet.append(row)
    workbook.save(file)
    found = problems(file.getvalue())
    assert [(row, column) for row, column, _text in found] == [(2, "a")]
    assert "never calculated" in found[0][2]


def test_hidden_sheets_and_charts_are_left_out_and_said():
    def fill(workbook: Any) -> None:
        workbook.add_worksheet("Secret").write(0, 0, "x")
        workbook.add_worksheet("Shown").write(0, 0, "title")
        workbook.add_chartsheet("Chart")
        workbook.get_worksheet_by_name("Shown").activate()
        workbook.get_worksheet_by_name("Shown").set_first_sheet()
        workbook.get_worksheet_by_name("Secret").hide()

    sheet, _rows = read(book(fill))
    assert sheet.name == "Shown"
    assert sheet.notes[0] == "Hidden sheets were left out: Secret."


def test_a_header_of_two_rows_names_each_column_by_both():
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:A2", "Title")
        sheet.merge_range("B1:C1", "Before")
        sheet.merge_range("D1:E1", "After")
        sheet.write_row("B2", ["n", "%", "n", "%"])
        sheet.write_row("A3", ["Warn", 1, 2, 3, 4])

    sheet, rows = read(book(fill))
    assert sheet.header == ("Title", "Before / n", "Before / %", "After / n", "After / %")
    assert [row.number for row in rows] == [3]


def test_what_is_merged_over_rows_holds_for_each():
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:C1", "All that was learned")
        sheet.write_row("A2", ["report", "title", "year"])
        sheet.merge_range("A3:A4", "Carlsson")
        sheet.write_row("B3", ["Warn", 1994])
        sheet.write_row("B4", ["Listen", 1995])

    assert cells(book(fill)) == [
        ("report", "title", "year"),
        ("Carlsson", "Warn", "1994"),
        ("Carlsson", "Listen", "1995"),
    ]


def test_what_our_export_had_to_cut_is_a_problem():
    data = of(("code", "statement"), ("L-1", "A … [cut: the cell limit of Excel]"))
    assert [(row, column) for row, column, _text in problems(data)] == [(2, "statement")]


def test_a_value_far_to_the_right_is_refused_before_it_costs_memory():
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "title")
        sheet.write_blank(0, 16_000, None, workbook.add_format({"bold": True}))
        sheet.write(1_000_000, 16_383, "x")

    with pytest.raises(Refused, match="value in column XFD"):
        read(book(fill))


def test_a_damaged_workbook_is_refused():
    data = of(("title", "year"), ("Warn", 1994))
    with pytest.raises(Refused, match="damaged"):
        read(data[: len(data) // 2])


def test_a_workbook_without_rows_is_refused():
    with pytest.raises(Refused, match="holds no rows"):
        read(of())

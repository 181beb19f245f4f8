"""Delimited text: encodings, delimiters, quotation marks, and what goes wrong with them."""

import pytest

from lessons.sandbox import Refused
from tests.importers.sheets import cells, problems, read

PLAIN = [("title", "year"), ("Alerter à temps", "1994"), ("Écouter", "1995")]
TEXT = "title,year\r\nAlerter à temps,1994\r\nÉcouter,1995\r\n"


@pytest.mark.parametrize(
    ("encoding", "called"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(encoding, called):
    data = TEXT.encode(encoding)
    assert cells(data) == PLAIN
    assert read(data)[0].encoding == called


def test_what_no_other_encoding_has_is_read_as_latin_1():
    sheet, rows = read(b"title,year\n\x81 \xe9,1994\n")
    assert sheet.encoding == "latin-1"
    assert rows[0].cells == ("\x81 é", "1994")


def test_a_letter_beyond_ascii_far_into_the_file_counts():
    data = b"title\n" + (b"plain " * 2_000 + b"\n") * 100 + "Écouter\n".encode("cp1252")
    assert read(data)[0].encoding == "cp1252"


def test_a_few_wrong_bytes_in_utf_8_are_named_by_their_row():
    data = "title,year\n" + "éàü,1994\n" * 20
    found = problems(data.encode() + b"\xe9,1995\n" + "é,1996\n".encode())
    assert [row for row, *_rest in found] == [22]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(delimiter, end):
    data = end.join(delimiter.join(row) for row in PLAIN)
    sheet, rows = read(data)
    assert sheet.delimiter == delimiter
    assert [sheet.header, *(row.cells for row in rows)] == PLAIN
    assert [row.number for row in rows] == [2, 3]


def test_commas_within_the_cells_do_not_make_a_semicolon_file_one_of_commas():
    rows = "".join(f"L-{n};Water, sanitation, hygiene and {n} more\n" for n in range(30))
    assert read("code;title\n" + rows)[0].delimiter == ";"


def test_excel_may_say_the_delimiter_itself():
    sheet, rows = read("sep=;\ntitle;year\nA,b;1994\n")
    assert (sheet.delimiter, sheet.header_row) == (";", 2)
    assert [(row.number, row.cells) for row in rows] == [(3, ("A,b", "1994"))]


def test_a_file_of_one_column_is_one_cell_a_line():
    sheet, rows = read("title\nWarn in time, always\nListen\n")
    assert (sheet.delimiter, sheet.header) == ("", ("title",))
    assert [row.cells for row in rows] == [("Warn in time, always",), ("Listen",)]
    assert "No delimiter" in sheet.notes[0]


def test_cells_keep_line_ends_quotation_marks_and_spaces():
    data = 'title,why\r\n"a\r\nb","say ""no"""\r\n  c ,"x\ny"\r\nd,5" pipe\r\n'
    _sheet, rows = read(data)
    assert [row.cells for row in rows] == [
        ("a\r\nb", 'say "no"'),
        ("  c ", "x\ny"),
        ("d", '5" pipe'),
    ]
    assert [row.number for row in rows] == [2, 4, 6]


def test_spaces_after_the_delimiter_are_left_out_where_the_file_uses_them():
    assert cells('"a", "b"\n"1", "2, 3"\n') == [("a", "b"), ("1", "2, 3")]
    assert cells("a, b\n1, 2\n") == [("a", "b"), ("1", "2")]


def test_backslashes_protect_only_where_the_rows_fit_better():
    escaped = "a,b,c\n" + "1,2,3\n" * 5 + 'one\\, two,2,"say \\"no\\""\n'
    assert cells(escaped)[-1] == ("one, two", "2", 'say "no"')
    assert cells("a,b\n1,C:\\temp\n2,\\server\n")[1:] == [("1", "C:\\temp"), ("2", "\\server")]


def test_loose_quotation_marks_are_a_problem_of_their_row_alone():
    data = 'a,b\n1,"x" y\n2,"z" \n3,w\n'
    assert [row for row, *_rest in problems(data)] == [2]
    assert cells(data)[1:] == [("1", "x y"), ("2", "z"), ("3", "w")]


def test_a_quotation_mark_never_closed_is_refused_with_its_line():
    with pytest.raises(Refused, match="line 3 is never closed"):
        read('a,b\n1,2\n3,"4\n5,6\n')


def test_more_cells_than_columns_name_row_column_and_value():
    found = problems("a,b\n1,2\n3,4,5\n6,7,\n")
    assert found == [(3, "", "Column C has no name, but holds “5”. Name it or empty it.")]


def test_cells_that_are_missing_are_empty():
    assert cells("a,b,c\n1\n\n4,5,6\n")[1:] == [("1", "", ""), ("4", "5", "6")]


def test_columns_without_name_and_value_are_left_out():
    assert cells("a,,b,,\n1,,2,,\n") == [("a", "b"), ("1", "2")]
    assert not problems("a,,b,,\n1,,2,,\n")


def test_half_a_letter_is_a_problem_of_its_cell():
    found = problems('{"a": "x", "b": 1}\n{"a": "\\ud83d", "b": "é"}\n')
    assert [(row, column) for row, column, _text in found] == [(2, "a")]


def test_nul_and_errors_of_spreadsheets_are_problems_of_their_cells():
    found = problems("a,b\nx\0y,#N/A\n")
    assert [(row, column) for row, column, _text in found] == [(2, "b"), (2, "a")]
    assert cells("a,b\nx\0y,#N/A\n")[1][0] == "xy"


def test_a_person_may_say_encoding_delimiter_and_header():
    data = "x;y\nähm,é;b\n1;2\n".encode("cp1252")
    assert read(data, encoding="cp437")[1][0].cells[0].startswith("Σhm")
    assert read(data, delimiter=",", header_row=2)[1][0].cells == ("1;2", "")
    assert [row.cells for row in read(data, header_row=2)[1]] == [("1", "2")]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"encoding": "utf-8"}, "is not utf-8"),
        ({"encoding": "klingon"}, "no encoding called “klingon”"),
        ({"header_row": 9}, "Row 9 is empty"),
        ({"sheet": "Other"}, "no sheet called “Other”"),
    ],
)
def test_what_a_person_says_wrongly_is_refused(told, said):
    with pytest.raises(Refused, match=said):
        read("title;x\né;1\n".encode("cp1252"), **told)

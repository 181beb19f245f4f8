"""Which row names the columns, and which rows are no rows of the table."""

import pytest

from tests.importers.sheets import cells, read


def header(text: str) -> tuple[int, tuple[str, ...]]:
    sheet, _rows = read(text)
    return sheet.header_row, sheet.header


def test_titles_and_units_above_are_left_out_and_said():
    text = "Lessons of 1994,,\nin no order,,\n,,\nTitle,Year,Place\nWarn,1994,Kigali\n"
    assert header(text) == (4, ("Title", "Year", "Place"))
    assert "Lessons of 1994; in no order" in read(text)[0].notes[0]


def test_years_may_be_names_but_other_numbers_are_values():
    assert header("Sector,2000,2001\nIron,12,13\n") == (1, ("Sector", "2000", "2001"))
    sheet, _rows = read("1,2\n3,4\n")
    assert "looks like values" in sheet.notes[0]


def test_a_header_without_a_name_for_a_column_of_numbers_is_still_the_header():
    assert header(",Title,Place\n1,Warn,Kigali\n2,Listen,Goma\n") == (1, ("Title", "Place"))


def test_names_are_stripped_and_never_renamed():
    sheet, _rows = read(' Title ,"Place\n of birth",title\nx,y,z\n')
    assert sheet.header == ("Title", "Place of birth", "title")
    assert [one.column for one in sheet.problems] == ["Title", "title"]


def test_notes_below_are_left_out_and_said():
    rows = "".join(f"Sector {n},{n},{n},{n}\n" for n in range(5))
    text = f"Sector,2000,2001,2002\n{rows},,,\nSource: the Office,,,\n"
    sheet, found = read(text)
    assert (sheet.row_count, len(found)) == (5, 5)
    assert "left out: 8" in sheet.notes[0]


def test_a_new_row_of_two_cells_at_the_end_is_no_note():
    text = "title,statement,year,tags,country\n" + "a,b,1,c,d\n" * 3 + "new,said,,,\n"
    assert len(cells(text)) == 5


@pytest.mark.parametrize("columns", ["code,kind,title,status", "a,b,c,d"])
def test_a_short_row_within_or_below_our_own_export_is_a_row(columns):
    within = f"{columns}\nL-1,lesson,x,draft\n,,y,\nL-2,lesson,z,draft\n"
    assert len(cells(within)) == 4
    below = f"{columns}\nL-1,lesson,x,draft\n,,y,\n"
    assert len(cells(below)) == (3 if "code" in columns else 2)


def test_a_file_with_a_header_alone_has_no_rows():
    assert cells("title,year\n") == [("title", "year")]

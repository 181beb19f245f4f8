"""The whole way: a file is read in a process of its own."""

import pytest

from lessons.importers import sheets
from tests.importers.sheets import rows_of, sheets_of


def test_sheets_and_rows_arrive_as_they_were_read(tmp_path):
    path = tmp_path / "lessons.csv"
    path.write_text("Lessons of 1994,,\ntitle,year,title\nWarn,1994,x\n#N/A,,y,z\n", "utf-8")
    found = sheets.sheets(path, "lessons.csv")
    assert found == sheets_of(path)
    assert found[0].header_row == 2
    assert [one.column for one in found[0].problems] == ["title"]
    assert list(sheets.rows(path, "lessons.csv")) == rows_of(path)
    french = {"Row %(row)s is empty, so it cannot name the columns.": "La ligne %(row)s est vide."}
    with pytest.raises(sheets.Refused) as refused:
        next(sheets.rows(path, "lessons.csv", header_row=7))
    assert refused.value.message.said(lambda one: french[one]) == "La ligne 7 est vide."


def test_rows_arrive_while_the_file_is_read(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("title,year\n" + "Warn,1994\n" * 20_000)
    rows = sheets.rows(path, "many.csv")
    assert next(rows).number == 2
    rows.close()
    assert sum(1 for _row in sheets.rows(path, "many.csv")) == 20_000


def test_an_archive_is_read_without_writing_anything(tmp_path):
    import zipfile

    path = tmp_path / "lessons.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lessons.csv", "title,year\nWarn,1994\n")
    assert [row.cells for row in sheets.rows(path, "lessons.zip")] == [("Warn", "1994")]

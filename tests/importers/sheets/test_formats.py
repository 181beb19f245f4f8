"""What a file is, told by its content, and what is refused."""

import io
import zipfile

import pytest

from lessons.importers.sheets import table, unpacking
from lessons.sandbox import Refused
from tests.importers.sheets import cells, read

CSV = "title,year\nWarn,1994\n"
GRID = [("title", "year"), ("Warn", "1994")]


def archive(**files: bytes | str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return file.getvalue()


def test_the_name_of_a_file_does_not_matter():
    assert read(CSV, "report.pdf")[0].format == "csv"
    assert read('[{"a": 1}]', "lessons.xlsx")[0].format == "json"


def test_an_archive_of_one_table_is_that_table():
    sheet, rows = read(archive(**{"lessons.csv": CSV, "__MACOSX/._lessons.csv": "x"}))
    assert (sheet.name, [row.cells for row in rows]) == ("lessons", GRID[1:])
    assert cells(archive(data='{"records": [{"title": "Warn", "year": 1994}]}')) == GRID


def nameless(value):
    """Name no test by its bytes: an archive holds the time at which it was made."""
    return "" if isinstance(value, bytes) else None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"%PDF-1.7\n", r"a document \(PDF\)"),
        (b"{\\rtf1\\ansi}", r"a document \(RTF\)"),
        (b"<!DOCTYPE html><table>", r"a document \(HTML or XML\)"),
        (b"\x1f\x8b\x08\x00", "no table"),
        (b"a,b\x01\x02\x03\x04,c", "no table"),
        (archive(**{"a.csv": CSV, "b.csv": CSV}), r"holds 2 files \(a.csv, b.csv\)"),
        (archive(**{"a.zip": archive(**{"a.csv": CSV})}), "holds another archive"),
        (archive(**{"word/document.xml": "<w/>"}), r"a document \(DOCX\)"),
        (archive(mimetype="application/vnd.oasis.opendocument.text"), r"a document \(text\)"),
        (archive(**{"a.csv": "a,b\n" + "0,0\n" * 2_000_000}), "looks like a trap"),
        (archive(**{"a.csv": CSV})[:60], "archive is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"a document \(DOC"),
    ],
    ids=nameless,
)
def test_what_is_no_table_is_refused_with_the_reason(data, said):
    with pytest.raises(Refused, match=said):
        read(data)


def test_an_archive_whose_bytes_are_not_what_it_says_is_refused():
    data = archive(**{"a.csv": CSV * 50}).replace(b"title", b"titel")
    broken = bytearray(data)
    broken[60] ^= 0xFF
    with pytest.raises(Refused, match="archive is damaged"):
        read(bytes(broken))


def test_what_is_larger_than_the_limits_is_refused(monkeypatch):
    monkeypatch.setattr("lessons.importers.sheets.formats.MAX_FILE", 10)
    with pytest.raises(Refused, match="larger than"):
        read(CSV)


@pytest.mark.parametrize(
    ("limit", "data", "said"),
    [
        ("aligning.MAX_ROWS", "a,b\n1,2\n3,4\n", "more than 1 rows"),
        ("heading.MAX_COLUMNS", "a,b\n1,2\n", "more than 1 columns"),
        ("aligning.MAX_CELL", "a,b\n1,22\n", "cell of row 2 is longer than 1"),
        ("from_json.MAX_COLUMNS", '[{"a": 1, "b": 2}]', "more than 1 names"),
        ("unpacking.MAX_UNPACKED", archive(**{"a.csv": CSV}), "unpacks to more"),
    ],
)
def test_rows_columns_and_cells_have_limits(monkeypatch, limit, data, said):
    monkeypatch.setattr(f"lessons.importers.sheets.{limit}", 1)
    with pytest.raises(Refused, match=said):
        read(data)


def test_a_cell_that_swallows_the_file_is_refused_with_its_line(monkeypatch):
    monkeypatch.setattr("lessons.importers.sheets.from_csv.MAX_CELL", 1000)
    with pytest.raises(Refused, match="begins in line 2 is longer"):
        read('a,b\n1,"2\n' + "x,y\n" * 1000)


def test_the_limits_are_beyond_any_list_of_lessons():
    assert table.MAX_ROWS >= 100_000
    assert unpacking.MAX_RATIO >= 100

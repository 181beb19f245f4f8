"""Files that others wrote: what docs/formats.md says of each, and the tables of four sources."""

import json
from pathlib import Path

import pytest

from lessons.sandbox import Refused
from tests.importers.sheets import rows_of, sheets_of
from tests.test_docs import rows_of as documented

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
AWKWARD = DATA / "awkward-files"
TABLES = {"csv", "txt", "xlsx", "zip"}
SAID = {row[0].strip("`"): row[1] for row in documented("formats.md", "table file")}

pytestmark = pytest.mark.skipif(not AWKWARD.exists(), reason="the real files are not here")


def outcome(path: Path) -> str:
    """Return what becomes of a file, as the documentation says it."""
    try:
        found = sheets_of(path)
    except Refused as refused:
        return f"refused: {refused.message}"
    for sheet in found:
        rows = rows_of(path, sheet=sheet.name)
        assert len(rows) == sheet.row_count
        assert all(len(row.cells) == len(sheet.header) for row in rows)
    return "; ".join(
        f"{one.name}: {len(one.header)} columns from row {one.header_row}, {one.row_count} rows"
        for one in found
    )


def test_every_awkward_file_ends_as_documented():
    files = [one for one in sorted(AWKWARD.glob("*/*")) if one.parent.name in TABLES]
    assert {one.name: outcome(one) for one in files} == SAID


def test_documents_are_refused_as_documents():
    for path in sorted(AWKWARD.glob("*/*")):
        if path.parent.name not in TABLES:
            said = "is empty" if path.stat().st_size == 0 else "is a document"
            assert said in outcome(path), path.name


@pytest.mark.parametrize("name", ["comma_in_quotes", "escaped_quotes", "json", "newlines_crlf",
                                  "quotes_and_newlines", "utf8"])  # fmt: skip
def test_the_spectrum_of_csv_is_read_as_its_json_says(name):
    path = AWKWARD / "csv" / f"spectrum-{name}.csv"
    header = sheets_of(path)[0].header
    found = [dict(zip(header, row.cells, strict=True)) for row in rows_of(path)]
    said = path.with_suffix(".json").read_text("utf-8-sig")
    if b"\r" not in path.read_bytes():  # its repository lost them on the way here
        said = said.replace("\\r\\n", "\\n")
    assert found == json.loads(said)


def cell(path: Path, number: int, column: str, **told: str) -> str:
    """Return the cell of the row that a person would find by this number."""
    header = next(one for one in sheets_of(path) if told.get("sheet") in {None, one.name}).header
    row = next(one for one in rows_of(path, **told) if one.number == number)
    assert not row.problems
    return row.cells[header.index(column)]


@pytest.mark.parametrize(
    ("name", "number", "column", "value"),
    [
        ("csv/clevercsv-imdb.csv", 66, "year", "1964"),
        ("csv/ifrc-abbreviations.csv", 7, "Full", "Waster, Sanitation and Hygiene"),
        ("csv/messy-complex.csv", 4, "temperature", "6,000,000"),
        ("csv/messy-excel_pasting.csv", 7, "Year", "Clay, ceramic and glass products"),
        ("csv/messy-spanish_chars.csv", 3, "F", "Legislación"),
        ("xlsx/readxl-deaths.xlsx", 6, "Date of birth", "1947-01-08"),
        ("xlsx/readxl-deaths.xlsx", 11, "Has kids", "false"),
        ("xlsx/readxl-inlineStr.xlsx", 2, "Outline Number", "1."),
        ("zip/messy-simple.zip", 3, "temperature", "-1"),
    ],
)
def test_cells_of_awkward_files(name, number, column, value):
    assert cell(AWKWARD / name, number, column) == value


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("nasa-llis/lessons.csv", 13, 429),
        ("mika/lessons.jsonl", 4, 58),
        ("mika/spans.jsonl", 6, 189),
        ("safenet/SAFENET_2004.csv", 23, 137),
        ("safenet/SAFENET_2010.csv", 23, 143),
        ("safenet/SAFENET_2016.csv", 23, 102),
        ("vocabularies/countries.csv", 10, 280),
        ("vocabularies/disaster-types-glide.csv", 10, 24),
        ("vocabularies/iati-organisation-types.csv", 10, 16),
        ("vocabularies/oecd-dac-criteria.csv", 10, 6),
        ("vocabularies/reliefweb-themes.csv", 10, 19),
    ],
)
def test_tables_of_real_sources_are_read_whole(name, columns, rows):
    sheet = sheets_of(DATA / name)[0]
    assert (len(sheet.header), sheet.row_count, sheet.notes, sheet.problems) == (
        columns, rows, (), (),
    )  # fmt: skip
    assert not [row for row in rows_of(DATA / name) if row.problems]


def test_cells_of_real_sources():
    nasa = DATA / "nasa-llis" / "lessons.csv"
    assert cell(nasa, 2, "Title") == "Manhole Arc-Flash Risk Reduction"
    assert cell(nasa, 2, "LessonDate") == "2014-06-06"
    mika = DATA / "mika" / "lessons.jsonl"
    assert cell(mika, 2, "Lesson ID") == "85"
    assert cell(mika, 2, "Lesson(s) Learned").startswith("Lifting portable purge units (PPU)")
    safenet = DATA / "safenet" / "SAFENET_2004.csv"
    assert cell(safenet, 2, "SAFENET ID") == "67AN6XSAFE"
    assert cell(safenet, 2, "Narrative").count("\n") > 1
    assert cell(DATA / "vocabularies" / "countries.csv", 3, "label_zh") == "阿富汗"

"""Lists and records as files."""

import csv
import io
import json
from typing import Any

import openpyxl
import pytest
from django.test import Client

from accounts.models import User
from lessons import curation
from lessons.exporters import FORMATS
from lessons.exporters.rows import COLUMNS
from lessons.models import Country, Kind, Record
from tests.factories import cite, make_published, make_record, make_report, make_theme

pytestmark = pytest.mark.django_db

LISTS = ("records", "lessons", "failures", "actors", "recommendations")


def rows_of(response: Any, suffix: str) -> list[dict[str, Any]]:
    """Read a file back, whatever its format."""
    body = b"".join(response)
    if suffix == "csv":
        return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    if suffix == "json":
        return json.loads(body)["records"]
    header, *rows = openpyxl.load_workbook(io.BytesIO(body))["Records"].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def codes(client: Client, path: str) -> list[str]:
    suffix = path.partition("?")[0].rpartition(".")[2]
    return [row["code"] for row in rows_of(client.get(path), suffix)]


@pytest.fixture
def stock(db: None) -> list[Record]:
    """A published record and a draft of each kind, in two reports and under one theme."""
    theme = make_theme(slug="warning")
    passages = [make_report(slug=slug).passages.get(ordinal=1) for slug in ("one", "two")]
    for kind in Kind:
        make_published(kind, passages[0], themes=[theme], title=f"Zulu {kind}")
        make_published(kind, passages[1], title=f"Alpha {kind}", year_from=1994)
        cite(make_record(kind, themes=[theme], title=f"Not yet {kind}"), passages[0])
    return list(Record.objects.all())


@pytest.mark.parametrize("query", ["", "?theme=warning", "?q=alpha&sort=recent", "?tag=", "?q=zzz"])
def test_a_file_holds_what_the_screen_counts_and_lists(
    query: str, client: Client, stock: list[Record]
) -> None:
    for name in LISTS:
        screen = client.get(f"/{name}/{query}")
        listed = [row.record.code for row in screen.context["rows"]]
        assert len(listed) == screen.context["found"].total
        for suffix in FORMATS:
            assert codes(client, f"/{name}.{suffix}{query}") == listed, (name, suffix)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_holds_all_pages_in_order(suffix: str, client: Client) -> None:
    passage = make_report().passages.get(ordinal=1)
    made = [make_published(passage=passage, title=f"Lesson {n:02}") for n in range(21)]
    expected = [record.code for record in made]
    assert codes(client, f"/lessons.{suffix}") == expected
    assert codes(client, f"/lessons.{suffix}?page=2") == expected


@pytest.mark.parametrize("suffix", FORMATS)
def test_files_say_what_they_are(suffix: str, client: Client, stock: list[Record]) -> None:
    for path, name in (
        (f"/lessons.{suffix}", f"lessons.{suffix}"),
        (f"/records.{suffix}", f"records.{suffix}"),
        (f"/records/{stock[0].code}.{suffix}", f"{stock[0].code}.{suffix}"),
    ):
        response = client.get(path)
        assert response.status_code == 200
        assert response["Content-Type"] == FORMATS[suffix].media_type
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'
        assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("suffix", FORMATS)
def test_one_record_as_a_file_is_one_row(suffix: str, client: Client, stock: list[Record]) -> None:
    published = [record for record in stock if record.published_at]
    for record in published[:2]:
        assert codes(client, f"/records/{record.code}.{suffix}") == [record.code]


@pytest.mark.parametrize("suffix", FORMATS)
def test_only_the_desk_takes_drafts_along(
    suffix: str, client: Client, analyst: User, stock: list[Record]
) -> None:
    assert len(codes(client, f"/records.{suffix}")) == 8
    client.force_login(analyst)
    assert len(codes(client, f"/records.{suffix}")) == 12
    assert len(codes(client, f"/records.{suffix}?status=draft")) == 4


def full(client: Client) -> Record:
    failure = make_published(Kind.FAILURE)
    record = make_published(
        title="=1+1 — «Été»", statement='Say "no"; or\nnot.', themes=[make_theme(slug="warning")],
        tags=["mandate", "force"], year_from=1990, year_to=1994, polarity="to_avoid",
        countries=[Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")],
    )  # fmt: skip
    curation.link(record, "drawn_from", failure, by=None)
    return record


EXPECTED = {
    "kind": "lesson",
    "statement": 'Say "no"; or\nnot.',
    "themes": "warning",
    "tags": {"mandate; force", "force; mandate"},
    "countries": "RWA",
    "polarity": "to_avoid",
    "status": "published",
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_row_tells_everything_with_its_source(suffix: str, client: Client) -> None:
    record = full(client)
    (row,) = rows_of(client.get(f"/records/{record.code}.{suffix}"), suffix)
    assert tuple(row) == tuple(COLUMNS)
    flat = {
        name: "; ".join(value) if isinstance(value, list) else value for name, value in row.items()
    }
    for column, expected in EXPECTED.items():
        assert flat[column] == expected or flat[column] in expected, column
    assert flat["quotations"].startswith("“The mission was warned in January")
    assert flat["quotations"].endswith("(Doe, 1996, para. 1)")
    assert flat["sources"].startswith("Doe, Jane. 1996. Report")
    assert flat["links"].startswith("drawn_from F-")
    assert flat["permalink"] == f"http://127.0.0.1:8000/records/{record.code}/"
    assert [int(flat[name]) for name in ("year_from", "year_to", "reports")] == [1990, 1994, 1]


def test_no_cell_of_a_csv_is_a_formula(client: Client) -> None:
    (row,) = rows_of(client.get(f"/records/{full(client).code}.csv"), "csv")
    assert row["title"] == "'=1+1 — «Été»"


def test_a_cell_of_a_spreadsheet_is_text_where_it_looks_like_a_formula(client: Client) -> None:
    body = b"".join(client.get(f"/records/{full(client).code}.xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(body))["Records"]
    title = next(cell for cell in sheet[2] if cell.value == "=1+1 — «Été»")
    assert title.data_type == "s"


def test_a_file_says_what_was_asked_for_and_when(client: Client, stock: list[Record]) -> None:
    path = "?theme=warning&sort=recent"
    about = json.loads(b"".join(client.get(f"/lessons.json{path}")))["about"]
    assert about["address"] == f"http://127.0.0.1:8000/lessons/{path}"
    assert about["records"] == 1
    assert about["title"] == "Lessons"
    assert about["exported"]
    body = b"".join(client.get(f"/lessons.xlsx{path}"))
    sheet = openpyxl.load_workbook(io.BytesIO(body))["About"]
    told = dict(sheet.iter_rows(values_only=True))
    assert told["address"] == about["address"]
    assert told["records"] == 1


def test_head_tells_of_a_file_without_sending_it(client: Client, stock: list[Record]) -> None:
    response = client.head("/lessons.csv")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="lessons.csv"'
    assert b"".join(response) == b""


def test_an_unknown_format_is_404(client: Client) -> None:
    assert client.get("/lessons.exe").status_code == 404
    assert client.get(f"/records/{make_published().code}.exe").status_code == 404

"""Records as rows: one each, with all that backs it."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from lessons import citing, curation
from lessons.exporters import FORMATS, rows
from lessons.exporters.table import Table
from lessons.models import Country, Kind, Record
from lessons.search import Filters, Found, finder
from tests.exporters import whole
from tests.factories import (
    cite,
    make_many,
    make_published,
    make_record,
    make_report,
    make_theme,
)

pytestmark = pytest.mark.django_db

ANYONE = AnonymousUser()
OUTBOX = 1  # queries for what has changed
PER_BATCH = 8  # records, themes, tags, countries, citations, passages, reports, links


@pytest.fixture(autouse=True)
def public_address(settings):
    settings.PUBLIC_URL = "https://lessons.example.org"


def export(user: Any = ANYONE, query: str = "") -> list[dict[str, Any]]:
    return list(exported(user, query).rows)


def exported(user: Any = ANYONE, query: str = "", address: str = "/lessons/") -> Table:
    found = Found(Filters.from_string(query), user)
    return rows.table("Lessons", found.batches(), found.total, user, address=address)


def test_every_row_has_code_address_quotation_and_full_citation():
    for kind in Kind:
        make_published(kind)
    for row, record in zip(export(), Record.objects.all(), strict=True):
        citation = record.citations.get()
        assert row["code"] == record.code
        assert row["permalink"] == f"https://lessons.example.org/records/{record.code}/"
        assert row["quotations"] == [f"“{citation.exact}” (Doe, 1996, para. 1)"]
        assert row["sources"] == [citing.reference(citation.passage.report)]


def test_every_row_has_every_column_and_nothing_but_scalars_and_lists():
    for kind in Kind:
        make_published(kind)
    for row in export():
        assert tuple(row) == tuple(rows.COLUMNS)
        for value in row.values():
            parts = value if isinstance(value, list) else [value]
            assert all(isinstance(part, str | int | None) for part in parts)


def test_several_of_each_make_one_row():
    countries = [Country(code=code, label_en=code, label_fr=code) for code in ("BDI", "RWA")]
    Country.objects.bulk_create(countries)
    themes = [make_theme(), make_theme()]
    record = make_published(themes=themes, tags=["red", "blue", "green"], countries=countries)
    cite(cite(record))
    (row,) = export()
    assert row["themes"] == [theme.slug for theme in themes]
    assert sorted(row["tags"]) == ["blue", "green", "red"]
    assert row["countries"] == ["BDI", "RWA"]
    assert (len(row["quotations"]), len(row["sources"]), row["reports"]) == (3, 3, 3)
    csv = whole(FORMATS["csv"].write(exported()))
    assert "BDI; RWA" in csv.decode()
    assert csv.count(record.code.encode()) == 2  # its code and its permalink


def test_a_report_cited_twice_is_one_source():
    report = make_report()
    record = make_published(passage=report.passages.get(ordinal=1))
    cite(record, report.passages.get(ordinal=2))
    (row,) = export()
    assert (len(row["quotations"]), len(row["sources"]), row["reports"]) == (2, 1, 1)


def test_the_fields_of_other_kinds_are_empty():
    make_published(Kind.ACTOR, aliases=["The Government", "The Cabinet"])
    (row,) = export()
    assert row["aliases"] == ["The Government", "The Cabinet"]
    assert row["polarity"] is row["number"] is row["failure_type"] is None


def test_links_to_what_is_hidden_are_not_given_away(analyst, reader):
    actor = make_published(Kind.ACTOR)
    public, hidden = make_published(Kind.FAILURE), make_record(Kind.FAILURE)
    for failure in (public, hidden):
        curation.link(actor, "failed_in", failure, by=None)
    for user in (ANYONE, reader):
        assert export(user, "kind=actor")[0]["links"] == [f"failed_in {public.code}"]
    assert len(export(analyst, "kind=actor")[0]["links"]) == 2


def test_drafts_are_exported_to_the_desk_alone(analyst):
    make_record()
    assert export() == []
    assert len(export(analyst)) == 1


def test_rows_come_in_the_order_of_the_list():
    for title in ("B", "C", "A"):
        make_published(title=title)
    assert [row["title"] for row in export()] == ["A", "B", "C"]


def test_the_table_says_what_was_asked():
    make_published()
    about = exported(address="/lessons/?theme=x").about
    assert about["title"] == "Lessons"
    assert about["address"] == "https://lessons.example.org/lessons/?theme=x"
    assert about["records"] == 1


def test_the_number_of_queries_grows_by_the_batch_and_not_by_the_record(
    django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(finder, "BATCH", 20)
    make_many(60)
    Found(Filters(), ANYONE)
    with django_assert_max_num_queries(OUTBOX + 3 * PER_BATCH):
        assert len(export()) == 60


def test_five_hundred_records_are_one_batch(django_assert_max_num_queries):
    make_many(finder.BATCH)
    Found(Filters(), ANYONE)
    with django_assert_max_num_queries(OUTBOX + PER_BATCH):
        assert len(export()) == 500


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_writes_what_the_list_holds(suffix):
    make_published(title="=cmd|' /C calc'!A0")
    assert whole(FORMATS[suffix].write(exported()))


def test_what_is_withdrawn_while_the_export_runs_is_left_out():
    records = make_many(3)
    table = exported()
    Record.objects.filter(pk=records[1].pk).update(status="withdrawn")
    assert [row["code"] for row in table.rows] == [records[0].code, records[2].code]

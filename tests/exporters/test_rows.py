"""Records as rows: one each, with all that backs it, as the database puts it together."""

import csv
import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from lessons import citing, curation, evidence
from lessons.exporters import export, rows
from lessons.exporters.about import about, of_list
from lessons.exporters.columns import COLUMNS, NOTE, USUAL
from lessons.exporters.rows import Rows
from lessons.models import Country, Kind, Passage, Record
from lessons.search import BadQuery, Filters, Found
from tests.exporters import FORMULAS, whole
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
CHOSEN = tuple(name for name in COLUMNS if name != NOTE)
HOSTILE = 'He said: "100 %, {no}; \\n" — =1+1 \x01\x02\t\r\n 😀 مرحبا %(ids)s {visible}'


@pytest.fixture(autouse=True)
def public_address(settings):
    settings.PUBLIC_URL = "https://lessons.example.org"


def read(user: Any = ANYONE, query: str = "", columns: tuple[str, ...] = ()) -> list[dict]:
    found = Found(Filters.from_string(query), user)
    return Rows(user, columns or USUAL).read(list(found.every()))


def exported(suffix: str, user: Any = ANYONE, columns: tuple[str, ...] = (), **named: Any) -> bytes:
    found = Found(Filters(), user)
    told = of_list("Lessons", found, "/lessons/")
    return whole(export(suffix, found.every(), user, about=told, columns=columns, **named))


def csv_rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def as_python_says(record: Record) -> dict[str, Any]:
    """Return what a row holds, by the objects themselves and ``citing``."""
    citations = list(record.citations.select_related("passage__report"))
    reports = dict.fromkeys(citation.passage.report for citation in citations)
    fields = [
        "code", "kind", "title", "statement", "discussion", "phase", "year_from", "year_to",
        "polarity", "level", "origin", "applies_when", "failure_type", "consequence",
        "actor_type", "number", "language", "status", "version", "identifier",
    ]  # fmt: skip
    return {name: getattr(record, name) for name in fields} | {
        "quotations": [citing.quotation(citation) for citation in citations],
        "sources": [citing.reference(report) for report in reports],
        "reports": len(reports),
        "themes": [theme.slug for theme in record.themes.all()],
        "tags": [tag.name for tag in record.tags.order_by("name")],
        "countries": [country.code for country in record.countries.all()],
        "aliases": record.aliases or [],
        "links": [f"{x.predicate} {x.target.code}" for x in record.links_out.order_by("predicate")],
        "published": record.published_at.date().isoformat(),
        "updated": record.updated_at.date().isoformat(),
        "permalink": rows.permalink(record.get_absolute_url()),
    }


def various() -> list[Record]:
    """Make records of all kinds that have none, one and several of everything, oddly named."""
    for code, label in (("BDI", "Burundi"), ("ZAR", "Alpha Zaire")):
        Country.objects.create(code=code, label_en=label, label_fr=label)
    countries = list(Country.objects.order_by("code"))
    odd = make_report((HOSTILE, "Second."), title=HOSTILE, authors=["O'Hara %s, {0}", "B", "C"],
                      issued=None)  # fmt: skip
    paged = make_report(("With a page.",), authors=[], issued="2001-05-01", symbol="S/1999/1257")
    Passage.objects.filter(report=paged).update(page=3, page_label="xii")
    numbered = make_report(("In the file.",), authors=["W", "X", "Y", "Z"], doi="10.1/x")
    Passage.objects.filter(report=numbered).update(page=7)
    full = make_published(
        passage=odd.passages.get(ordinal=2), title=HOSTILE[:200], statement=HOSTILE,
        themes=[make_theme(notation="9"), make_theme(notation="10")], tags=["b", HOSTILE[:90], "a"],
        countries=countries, year_from=1990, year_to=1994, polarity="to_avoid", level="tactical",
        applies_when="", identifier="x-1", language="fr",
    )  # fmt: skip
    for report in (paged, numbered, odd):
        cite(full, report.passages.get(ordinal=1))
    evidence.cite(full, odd.passages.get(ordinal=1), "He said", by=None)
    actor = make_published(Kind.ACTOR, aliases=["The Cabinet", HOSTILE[:150]])
    failure = make_published(Kind.FAILURE, consequence="Much; more.")
    curation.link(actor, "failed_in", failure, by=None)
    curation.link(full, "drawn_from", failure, by=None)
    make_published(Kind.RECOMMENDATION, number="4 (a)")
    return list(Record.objects.order_by("pk"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_database_says_of_every_record_what_its_objects_say(language):
    records = various()
    with translation.override(language):
        expected = {record.code: as_python_says(record) for record in records}
        found = {row["code"]: row for row in read(columns=CHOSEN)}
        assert set(found) == set(expected)
        for code, row in found.items():
            assert {name: row[name] for name in expected[code]} == expected[code], code


def test_csv_and_json_lines_hold_the_same_as_the_rows():
    various()
    expected = read(columns=CHOSEN)
    lines = exported("jsonl", columns=CHOSEN).decode().splitlines()
    assert [json.loads(line) for line in lines] == expected
    assert json.loads(exported("json", columns=CHOSEN))["records"] == expected
    for found, row in zip(csv_rows(exported("csv", columns=CHOSEN)), expected, strict=True):
        assert tuple(found) == CHOSEN
        for name, value in row.items():
            text = "; ".join(value) if isinstance(value, list) else value
            said = "" if text is None else str(text)
            assert found[name] in {said, f"'{said}"}, name


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_csv_is_taken_for_a_formula(formula):
    make_published(Kind.ACTOR, title=formula, discussion=formula, aliases=[formula, "b"],
                   tags=[formula])  # fmt: skip
    (row,) = csv_rows(exported("csv"))
    assert row["title"] == row["discussion"] == f"'{formula}"
    assert row["aliases"] == f"'{formula}; b"
    assert row["tags"].startswith("'")


def test_every_row_has_every_column_and_nothing_but_scalars_and_lists():
    for kind in Kind:
        make_published(kind)
    for row in read():
        assert tuple(row) == tuple(USUAL)
        for value in row.values():
            parts = value if isinstance(value, list) else [value]
            assert all(isinstance(part, str | int | None) for part in parts)


def test_the_further_columns_tell_of_actors_and_uptake():
    lesson = make_published(title="Ask early")
    actor = make_published(Kind.ACTOR, title="The Council")
    curation.link(lesson, "addressed_to", actor, by=None)
    for claim, date, precision in (("rejected", "2001-02-03", "day"),
                                   ("accepted", "1999-01-01", "year")):  # fmt: skip
        curation.claim_uptake(lesson, by=None, claim=claim, date=date, date_precision=precision,
                              claimed_by="A", url="https://a.example")  # fmt: skip
    (row,) = read(query="kind=lesson", columns=("actors", "uptake"))
    assert row["actors"] == [f"addressed_to {actor.code} The Council"]
    assert row["uptake"] == ["accepted 1999 (A)", "rejected 2001-02-03 (A)"]


def test_an_unknown_column_is_refused_before_anything_is_written():
    told = about("x", 0, "/")
    with pytest.raises(BadQuery, match=r"columns: there is no column “colour”. There are: code,"):
        export("csv", [], ANYONE, about=told, columns=("code", "colour"))


def test_records_come_in_the_order_asked_for_with_their_notes():
    one, two, three = (make_published(title=title) for title in ("A", "B", "C"))
    told = about("My list", 3, "/lists/1/")
    ids = [three.pk, one.pk, two.pk]
    notes = {one.pk: '=First; "quoted"', 0: "nobody"}
    data = whole(export("csv", ids, ANYONE, about=told, notes=notes, columns=("code",)))
    assert [tuple(row.values()) for row in csv_rows(data)] == [
        (three.code, ""), (one.code, '\'=First; "quoted"'), (two.code, ""),
    ]  # fmt: skip


def test_links_to_what_is_hidden_are_not_given_away(analyst, reader):
    actor = make_published(Kind.ACTOR)
    public, hidden = make_published(Kind.FAILURE), make_record(Kind.FAILURE)
    for failure in (public, hidden):
        curation.link(actor, "failed_in", failure, by=None)
    for user in (ANYONE, reader):
        assert read(user, "kind=actor")[0]["links"] == [f"failed_in {public.code}"]
    assert len(read(analyst, "kind=actor")[0]["links"]) == 2


def test_ids_of_what_may_not_be_seen_are_left_out(analyst):
    public, draft = make_published(), make_record()
    ids = [draft.pk, public.pk, 10**12]
    assert [row["code"] for row in Rows(ANYONE, USUAL).read(ids)] == [public.code]
    assert len(Rows(analyst, USUAL).read(ids)) == 2


def test_what_is_withdrawn_while_the_export_runs_is_left_out(monkeypatch):
    monkeypatch.setattr(rows, "FIRST", 1)
    one, two, three = make_many(3)
    pieces = Rows(ANYONE, ["code"]).copied([one.pk, two.pk, three.pk], "csv")
    assert next(pieces) == f"{one.code}\n".encode()
    Record.objects.filter(pk=two.pk).update(status="withdrawn")
    assert whole(pieces) == f"{three.code}\n".encode()


def test_ids_are_read_in_batches_a_short_one_first():
    taken = []
    each = rows.batches((taken.append(n) or n for n in range(1, 26_000)), 20_000)
    assert next(each) == list(range(1, 501))
    assert len(taken) == 500
    assert [len(batch) for batch in each] == [20_000, 5_499]
    assert list(rows.batches([], 5)) == []
    assert list(rows.batches([1, 2, 3], 2)) == [[1, 2], [3]]

"""Rows without a record become drafts, with all that hangs on them."""

from typing import Any

import pytest

from accounts.models import User
from lessons import evidence
from lessons.importers import tables
from lessons.models import Citation, Country, Import, Kind, Record, Report, Tag
from tests.factories import make_record, make_report, make_theme

from .importing import findings, imported, lesson, looked_at

pytestmark = pytest.mark.django_db


def test_a_row_becomes_a_draft_of_who_imports_it(analyst: User) -> None:
    imported([lesson(year_from="1994", phase="Warning", level="stratégique")], by=analyst)
    record = Record.objects.get()
    assert (record.title, record.status, record.kind) == ("Listen first", "draft", "lesson")
    assert (record.year_from, record.phase, record.level) == (1994, "warning", "strategic")
    assert (record.created_by, record.version) == (analyst, 1)
    record.full_clean()


def test_a_row_brings_tags_themes_countries_and_actors(analyst: User) -> None:
    theme = make_theme(slug="early-warning", pref_label_fr="Alerte précoce")
    Country.objects.create(code="ZAR", label_en="Zaire", label_fr="Zaïre", former=True)
    actor = make_record(Kind.ACTOR, title="United Nations", aliases=["UN"])
    Tag.objects.create(name="Mandate", slug="mandate")
    row = lesson(themes="alerte precoce", tags="mandate; Media", countries="zaïre", actors="un")
    imported([row], by=analyst)
    record = Record.objects.get(kind="lesson")
    assert list(record.themes.all()) == [theme]
    assert sorted(tag.name for tag in record.tags.all()) == ["Mandate", "Media"]
    assert [country.pk for country in record.countries.all()] == ["ZAR"]
    link = record.links_out.get()
    assert (link.predicate, link.target) == ("addressed_to", actor)
    assert Tag.objects.get(name="Media").slug == "media"


def test_a_row_rests_on_the_source_it_brings(analyst: User) -> None:
    source = {"source": "Lessons of 1994", "url": "example.org/1994", "date": "1996-03"}
    rows = [lesson(title=f"Lesson {n}", statement=f"Say {n}.", **source) for n in range(3)]
    imported(rows, by=analyst)
    report = Report.objects.get()
    assert (report.type, report.url) == ("dataset", "https://example.org/1994")
    assert (report.issued.isoformat(), report.issued_precision) == ("1996-03-01", "month")
    assert [p.ordinal for p in report.passages.all()] == [1, 2, 3]
    for citation in Citation.objects.all():
        assert evidence.holds(citation)
        assert citation.exact == citation.record.statement


def test_a_source_that_is_here_gets_the_passages_it_lacks(analyst: User) -> None:
    rows = [lesson(title=f"Lesson {n}", statement=f"Say {n}.", source="The set") for n in range(3)]
    imported(rows[:2], by=analyst)
    imported(rows, by=analyst)
    assert Report.objects.get().passages.count() == 3
    assert Record.objects.count() == 3


def test_the_same_file_twice_adds_nothing(analyst: User) -> None:
    rows = [lesson(title=f"Lesson {n}") for n in range(2)]
    imported(rows, by=analyst)
    assert looked_at(rows, by=analyst).counts == {"same": 2}


def test_a_reference_names_the_record_again(analyst: User) -> None:
    imported([lesson(id="29")], by=analyst, scheme="mika")
    assert Record.objects.get().identifier == "mika:29"
    one = looked_at([lesson(id="29", title="Listen twice")], by=analyst)
    assert one.counts == {"change": 1}
    assert one.rows.get().changes == [["title", "Listen first", "Listen twice"]]
    other = looked_at([lesson(id="29", origin="inferred")], by=analyst, scheme="nasa")
    assert other.counts == {"create": 1}


def test_html_becomes_text_and_is_said(analyst: User) -> None:
    cell = "<p>Water&nbsp;first.</p><ul><li>Pumps &amp; pipes</li></ul><script>x()</script>"
    one = looked_at([lesson(statement=cell)], by=analyst)
    assert one.rows.get().values["statement"] == "Water first.\n\n• Pumps & pipes"
    assert findings(one) == [(2, "statement", "HTML was turned into plain text.")]


def test_a_title_may_be_made_of_the_statement(analyst: User) -> None:
    row = lesson(title="", statement="Pumps fail in winter. Heat them.")
    one = looked_at([row], by=analyst, title_from_statement=True)
    assert one.rows.get().values["title"] == "Pumps fail in winter"


def test_nothing_is_written_before_it_is_confirmed(analyst: User) -> None:
    looked_at([lesson(tags="New", source="The set")], by=analyst)
    assert not Record.objects.exists()
    assert not Tag.objects.exists()
    assert not Report.objects.exists()


def test_what_was_said_of_a_layout_is_remembered(analyst: User, reviewer: User) -> None:
    imported([lesson(odd="x")], by=analyst, mapping={"odd": "tags"}, scheme="odd")
    one = looked_at([lesson(odd="y")], by=reviewer)
    assert (one.mapping["odd"], one.settings["scheme"]) == ("tags", "odd")
    assert Import.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "column", "part"),
    [
        ({"title": ""}, "title", "A new lesson needs “title”."),
        ({"title": "x" * 301}, "title", "301 characters, and 300 fit"),
        ({"phase": "prevntion"}, "phase", "is none of: prevention"),
        ({"year": "94"}, "year", "is no date"),
        ({"year": "2004-13-01"}, "year", "is no date"),
        ({"year": "03/04/2005"}, "year", "may be two days"),
        ({"year_from": "2000", "year_to": "1999"}, "year_to", "The first year is after the last."),
        ({"theme": "erly warning"}, "theme", "Is it “early-warning”?"),
        ({"actor": "United Natons"}, "actor", "Is it “United Nations”?"),
        ({"country": "Atlantis"}, "country", "There is no country “Atlantis”"),
        ({"links": "drawn_from F-9999"}, "links", "There is no record F-9999."),
        ({"links": "adores F-1"}, "links", "is no link"),
        ({"actor_failed_in": "United Nations"}, "actor_failed_in", "does not join a lesson"),
        ({"failure_type": "delay"}, "failure_type", "does not belong to a lesson"),
        ({"kind": "lesion"}, "kind", "is none of: lesson"),
        ({"code": "L-9999"}, "code", "There is no record L-9999."),
        ({"tags": "x" * 101}, "tags", "101 characters, and 100 fit"),
        ({"source": "S", "url": "no address"}, "url", "is no address"),
        ({"source": "S", "date": "soon"}, "date", "is no date"),
        ({"status": "published"}, "status", "is not filled by an import"),
    ],
)
def test_what_is_wrong_is_told_with_row_and_column(
    row: dict[str, Any], column: str, part: str, analyst: User
) -> None:
    make_theme(slug="early-warning")
    make_record(Kind.ACTOR, title="United Nations")
    one = looked_at([lesson(**row)], by=analyst)
    assert one.counts == {"problem": 1}
    ((number, where, text),) = findings(one)
    assert (number, where) == (2, column)
    assert part in text


def test_words_without_a_source_are_told(analyst: User) -> None:
    one = looked_at([lesson(quotation="Listen!")], by=analyst)
    assert findings(one) == [
        (2, "quotation", "It is of no use without the source: name its title or its address.")
    ]


def test_a_report_with_a_text_of_its_own_gets_no_passages(analyst: User) -> None:
    make_report(title="The report", slug="the-report")
    one = looked_at([lesson(source="The report")], by=analyst)
    assert "is a report here with a text of its own (the-report)" in findings(one)[0][2]


def test_looking_asks_as_many_queries_however_many_rows(
    analyst: User, django_assert_max_num_queries: Any
) -> None:
    rows = [lesson(title=f"Lesson {n}", source=f"S{n}", tags=f"t{n}") for n in range(200)]
    one = looked_at(rows, by=analyst)
    with django_assert_max_num_queries(40):
        tables.check(one, by=analyst)
    with django_assert_max_num_queries(75):
        tables.apply(one, by=analyst)

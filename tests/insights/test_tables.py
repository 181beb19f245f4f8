"""The tables behind the insights as files."""

import csv
import io
import json

import pytest
from django.test import Client
from django.utils import timezone

from lessons.insights import use
from lessons.insights.tables import FORMATS, Table
from lessons.models import Kind, Link, RecordUse, Uptake
from lessons.views.insight_tables import TABLES
from lessons.views.insights import INSIGHTS
from tests.factories import cite, make_published, make_theme, make_user


def rows_of(client: Client, address: str) -> list[list[str]]:
    response = client.get(address)
    assert response.status_code == 200
    text = b"".join(response).decode()  # type: ignore[arg-type]
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    table = Table(("a", "@b"), [("=1+1", 2), ("'=1", None), ("two\nlines", -3)])
    text = "".join(FORMATS["csv"].write(table, {}))
    assert text == "\ufeffa,'@b\n'=1+1,2\n''=1,\n\"two\nlines\",-3\n"


@pytest.mark.parametrize("rows", [[], [(1, "é")], [(1, "a"), (2, None)]])
def test_json_says_what_was_asked_for(rows: list[tuple[object, ...]]) -> None:
    text = "".join(FORMATS["json"].write(Table(("n", "x"), rows), {"address": "https://e.org/"}))
    assert json.loads(text) == {
        "about": {"address": "https://e.org/"},
        "rows": [{"n": n, "x": x} for n, x in rows],
    }


def test_each_insight_has_its_table() -> None:
    assert {one.name for one in INSIGHTS if not one.for_desk} <= set(TABLES)
    assert {f"use-{period}" for period in use.PERIODS} <= set(TABLES)


@pytest.mark.django_db
class TestFiles:
    def test_recurrence_holds_all_that_recurs_whatever_the_page(self, client: Client) -> None:
        for _ in range(2):
            cite(make_published())
        make_published()
        head, *rows = rows_of(client, "/insights/recurrence.csv?kind=lesson")
        assert head == ["code", "kind", "title", "reports", "first", "last", "years"]
        assert [row[3:] for row in rows] == [["2", "1996", "1996", "0"]] * 2

    def test_the_chain_holds_each_link_with_its_quotation(self, client: Client) -> None:
        actor, failure = make_published(Kind.ACTOR), make_published(Kind.FAILURE)
        cited = failure.citations.get()
        Link.objects.create(
            source=actor,
            predicate="failed_in",
            target=failure,
            asserted_by="source",
            citation=cited,
        )
        _head, row = rows_of(client, f"/insights/chain.csv?focus={actor.code}")
        assert row[:6] == [
            actor.code, actor.title, "failed_in", failure.code, failure.title, "source",
        ]  # fmt: skip
        assert row[6] == cited.exact

    def test_uptake_matrix_comparison_and_time_hold_what_their_pages_count(
        self, client: Client
    ) -> None:
        theme = make_theme()
        record = make_published(Kind.RECOMMENDATION, themes=[theme], year_from=1994)
        other = make_published(themes=[theme])
        Uptake.objects.create(
            record=record, claim="accepted", date="2000-01-01", claimed_by="A", url="https://e.org/"
        )
        slugs = [one.citations.get().passage.report.slug for one in (record, other)]
        _head, row = rows_of(client, "/insights/uptake.csv?kind=recommendation")
        assert row[2] == "1"
        assert rows_of(client, "/insights/matrix.csv?across=kind")[1][2:] == ["1", "1"]
        compared = rows_of(client, f"/insights/compare.csv?report={slugs[0]}&report={slugs[1]}")
        assert compared == [["theme", "label", *slugs], [theme.slug, theme.label, "1", "1"]]
        years = rows_of(client, "/insights/time.csv")
        assert years[1] == ["1994", "1994", "0", "0", "0", "1", "0"]
        assert years[-1] == ["1996", "1996", "0", "0", "0", "0", "2"]
        assert rows_of(client, "/insights/countries.csv") == [["code", "label", "records"]]

    def test_each_page_leads_to_its_file(self, client: Client) -> None:
        make_published(year_from=1994)
        for one in INSIGHTS:
            page = client.get(f"/insights/{one.name}/?kind=lesson").content.decode()
            if not one.for_desk and one.name != "compare":  # once reports are chosen
                assert f'/insights/{one.name}.csv?kind=lesson"' in page

    def test_coverage_and_growth_hold_what_their_page_counts(self, client: Client) -> None:
        record = make_published()
        report = record.citations.get().passage.report
        head, row = rows_of(client, "/insights/quality.csv")
        assert "readers" not in head
        assert row[0] == report.slug
        assert row[3:] == [str(report.passages.count()), "1", "0", "0", row[3 + 4]]
        assert rows_of(client, "/insights/growth.csv")[1:][-1][1:] == ["1", "1"]

    def test_what_is_for_the_desk_is_for_the_desk_as_a_file_too(self, client: Client) -> None:
        record = make_published()
        RecordUse.objects.create(record=record, day=timezone.localdate(), what="view", count=3)
        for name in ("lacking", "use-year", "use-month", "use-ever"):
            assert client.get(f"/insights/{name}.csv").status_code == 403
        client.force_login(make_user())
        assert ["no_theme", "1", "1"] in rows_of(client, "/insights/lacking.csv")
        (row,) = rows_of(client, "/insights/use-month.csv")[1:]
        assert row[:3] == [record.code, record.title, "3"]
        assert rows_of(client, "/insights/quality.csv")[0][-2:] == ["readers", "lost"]
        page = client.get("/insights/use/").content.decode()
        assert 'href="/insights/use-year.csv"' in page

    def test_what_is_unclear_or_unknown_is_refused(self, client: Client) -> None:
        assert client.get("/insights/time.csv?sort=title").status_code == 400
        assert client.get("/insights/weather.csv").status_code == 404

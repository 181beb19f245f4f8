"""Lists, records, themes and reports as files."""

import json
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from lessons import curation
from lessons.exporters import FORMATS
from lessons.exporters.columns import USUAL
from lessons.models import Country, Kind, Record, Theme
from tests.exporters.reading import TABLES, codes, of_xlsx, sources, text_of
from tests.factories import cite, make_published, make_record, make_report, make_theme

pytestmark = pytest.mark.django_db

LISTS = ("records", "lessons", "failures", "actors", "recommendations")
BIBLIOGRAPHIES = ("bib", "ris")
OF_RECORDS = [suffix for suffix in FORMATS if suffix not in BIBLIOGRAPHIES]
SECRET = "zzyzxsecret"


def body_of(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200, path
    return b"".join(response)


def codes_in(client: Client, path: str) -> list[str]:
    suffix = path.partition("?")[0].rpartition(".")[2]
    return codes(body_of(client, path), suffix)


@pytest.fixture
def stock(db: None) -> list[Record]:
    """A published record and a draft of each kind, in two reports and under one theme."""
    theme = make_theme(slug="warning")
    passages = [make_report(slug=slug).passages.get(ordinal=1) for slug in ("one", "two")]
    for kind in Kind:
        make_published(kind, passages[0], themes=[theme], title=f"Zulu {kind}")
        make_published(kind, passages[1], title=f"Alpha {kind}", year_from=1994)
        cite(
            make_record(kind, themes=[theme], title=f"{SECRET} {kind}", tags=[SECRET]), passages[0]
        )
    return list(Record.objects.all())


@pytest.mark.parametrize("query", ["?", "?theme=warning", "?q=alpha&sort=recent", "?q=qqqq"])
def test_a_file_holds_what_the_screen_counts_and_lists(
    query: str, client: Client, stock: list[Record]
) -> None:
    for name in LISTS if query == "?" else LISTS[:2]:
        screen = client.get(f"/{name}/{query}")
        listed = [row.record.code for row in screen.context["rows"]]
        assert len(listed) == screen.context["found"].total
        for suffix in OF_RECORDS:
            found = codes_in(client, f"/{name}.{suffix}{query}&group=none")
            assert found == listed, (name, suffix)


def test_a_file_holds_all_pages_in_order(client: Client) -> None:
    passage = make_report().passages.get(ordinal=1)
    made = [make_published(passage=passage, title=f"Lesson {n:02}") for n in range(21)]
    expected = [record.code for record in made]
    for suffix in OF_RECORDS:
        assert codes_in(client, f"/lessons.{suffix}?page=2&group=none") == expected


@pytest.mark.parametrize("suffix", BIBLIOGRAPHIES)
def test_a_bibliography_holds_the_sources_of_what_is_listed(
    suffix: str, client: Client, stock: list[Record]
) -> None:
    assert sources(body_of(client, f"/lessons.{suffix}"), suffix) == ["one", "two"]
    assert sources(body_of(client, f"/lessons.{suffix}?theme=warning"), suffix) == ["one"]
    zulu = next(record for record in stock if record.title == "Zulu actor")
    assert sources(body_of(client, f"/records/{zulu.code}.{suffix}"), suffix) == ["one"]
    assert sources(body_of(client, f"/themes/warning.{suffix}"), suffix) == ["one"]
    make_report(slug="uncited")
    assert sources(body_of(client, f"/reports/uncited.{suffix}"), suffix) == ["uncited"]
    assert sources(body_of(client, f"/reports.{suffix}"), suffix) == ["one", "two", "uncited"]


def test_files_say_what_they_are(client: Client, stock: list[Record]) -> None:
    code = stock[0].code
    places = {
        "/lessons": "lessons", "/records": "records", f"/records/{code}": code, "/themes": "themes",
        "/themes/warning": "warning", "/reports": "reports", "/reports/one": "one",
    }  # fmt: skip
    for suffix, (path, name) in product(FORMATS, places.items()):
        response = client.get(f"{path}.{suffix}")
        assert response.status_code == 200
        assert response["Content-Type"] == FORMATS[suffix].media_type
        assert response["Content-Disposition"] == f'attachment; filename="{name}.{suffix}"'
        assert response["X-Content-Type-Options"] == "nosniff"
        b"".join(response)


def test_a_record_a_theme_and_a_report_as_files(client: Client, stock: list[Record]) -> None:
    one = next(record for record in stock if record.published_at)
    for suffix in OF_RECORDS:
        assert codes_in(client, f"/records/{one.code}.{suffix}") == [one.code]
        of_report = codes_in(client, f"/reports/one.{suffix}")
        assert of_report == codes_in(client, f"/records.{suffix}?report=one")
        if suffix not in {"ttl", "jsonld"}:
            listed = codes_in(client, f"/records.{suffix}?theme=warning")
            assert len(listed) == 4
            assert codes_in(client, f"/themes/warning.{suffix}") == listed


PLACES = ("/lessons", "/records", "/themes", "/themes/warning", "/reports", "/reports/one")


def test_no_file_gives_a_draft_away(client: Client, analyst: User, stock: list[Record]) -> None:
    lesson = next(one for one in stock if one.kind == Kind.LESSON and one.published_at)
    draft = next(one for one in stock if one.kind == Kind.ACTOR and not one.published_at)
    curation.link(lesson, "addressed_to", draft, by=None)
    for suffix, path in product(FORMATS, (*PLACES, f"/records/{lesson.code}")):
        text = text_of(body_of(client, f"{path}.{suffix}"), suffix)
        assert SECRET not in text.lower(), (path, suffix)
        assert draft.code not in text, (path, suffix)
        assert client.get(f"/records/{draft.code}.{suffix}").status_code == 404
    client.force_login(analyst)
    for suffix in OF_RECORDS:
        assert SECRET in text_of(body_of(client, f"/lessons.{suffix}"), suffix).lower()
        assert len(codes_in(client, f"/records.{suffix}")) == 12


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
    "kind": "lesson", "statement": 'Say "no"; or\nnot.', "themes": "warning",
    "tags": "force; mandate", "countries": "RWA", "polarity": "to_avoid", "status": "published",
}  # fmt: skip


@pytest.mark.parametrize("suffix", TABLES)
def test_a_row_tells_everything_with_its_source(suffix: str, client: Client) -> None:
    record = full(client)
    (row,) = TABLES[suffix](body_of(client, f"/records/{record.code}.{suffix}"))
    assert tuple(row) == tuple(USUAL)
    flat = {
        name: "; ".join(value) if isinstance(value, list) else value for name, value in row.items()
    }
    assert {name: flat[name] for name in EXPECTED} == EXPECTED
    assert flat["quotations"].startswith("“The mission was warned in January")
    assert flat["quotations"].endswith("(Doe, 1996, para. 1)")
    assert flat["sources"].startswith("Doe, Jane. 1996. Report")
    assert flat["links"].startswith("drawn_from F-")
    assert flat["permalink"] == f"http://127.0.0.1:8000/records/{record.code}/"
    assert [int(flat[name]) for name in ("year_from", "year_to", "reports")] == [1990, 1994, 1]


@pytest.mark.parametrize("suffix", TABLES)
def test_the_columns_can_be_chosen(suffix: str, client: Client, stock: list[Record]) -> None:
    for query in ("columns=title,code", "columns=title&columns=code", "columns=title,,code,title"):
        rows = TABLES[suffix](body_of(client, f"/lessons.{suffix}?{query}"))
        assert [tuple(row) for row in rows] == [("title", "code")] * 2
        assert [row["title"] for row in rows] == ["Alpha lesson", "Zulu lesson"]


@pytest.mark.parametrize(
    ("query", "reason"),
    [("columns=code,colour", "colour"), ("columns=note", "note"), ("group=colour", "colour"),
     ("group=theme&group=actor", "theme, actor"), ("colour=red", "colour")],
)  # fmt: skip
def test_what_is_unknown_is_refused_and_named(query: str, reason: str, client: Client) -> None:
    for path in ("/lessons.csv", "/records/export/"):
        response = client.get(f"{path}?{query}")
        assert response.status_code == 400
        assert reason in response.content.decode()


@pytest.mark.parametrize("path", ["/themes.csv", "/reports.csv", "/themes/warning.csv",
                                  "/reports/one.csv"])  # fmt: skip
def test_where_nothing_can_be_narrowed_nothing_is_ignored(
    path: str, client: Client, stock: list[Record]
) -> None:
    assert client.get(f"{path}?q=alpha").status_code == 400


def test_a_workbook_has_a_sheet_for_each_thing_records_have_many_of(client: Client) -> None:
    record = full(client)
    actor = make_published(Kind.ACTOR, title="The Council")
    hidden = make_record(Kind.ACTOR, title=SECRET)
    for one in (actor, hidden):
        curation.link(record, "addressed_to", one, by=None)
    curation.claim_uptake(record, by=None, claim="accepted", date="2001-02-03", claimed_by="A",
                          citation=record.citations.get())  # fmt: skip
    body = body_of(client, "/lessons.xlsx")
    citation = record.citations.get()
    (cited,) = of_xlsx(body, "Citations")
    address = f"http://127.0.0.1:8000{citation.get_absolute_url()}"
    assert (cited["quotation"], cited["address"]) == (citation.exact, address)
    assert (cited["cited_as"], cited["paragraph"]) == ("(Doe, 1996, para. 1)", 1)
    assert [row["tag"] for row in of_xlsx(body, "Tags")] == ["force", "mandate"]
    assert [row["theme"] for row in of_xlsx(body, "Themes")] == ["warning"]
    (role,) = of_xlsx(body, "Actors & roles")
    assert (role["role"], role["actor"]) == ("addressed_to", actor.code)
    assert [row["predicate"] for row in of_xlsx(body, "Links")] == ["addressed_to", "drawn_from"]
    (claim,) = of_xlsx(body, "Uptake")
    assert (claim["claim"], claim["date"].year, claim["address"]) == ("accepted", 2001, address)
    assert [row["key"] for row in of_xlsx(body, "Sources")] == [citation.passage.report.slug]
    assert of_xlsx(body, "Lessons")[0]["published"].date() == record.published_at.date()


def test_an_actors_roles_are_named_from_its_side_too(client: Client) -> None:
    actor, failure = make_published(Kind.ACTOR), make_published(Kind.FAILURE)
    curation.link(actor, "failed_in", failure, by=None)
    for path, code in (("/failures.xlsx", failure.code), ("/actors.xlsx", None)):
        roles = of_xlsx(body_of(client, path), "Actors & roles")
        assert [row["code"] for row in roles] == ([code] if code else [])


def test_a_file_says_what_was_asked_for_and_when(client: Client, stock: list[Record]) -> None:
    Theme.objects.filter(slug="warning").update(pref_label_en="Early warning")
    path = "?theme=warning&sort=recent&year_to=2000"
    about = json.loads(body_of(client, f"/records.json{path}"))["about"]
    assert (
        about["address"] == "http://127.0.0.1:8000/records/?theme=warning&year_to=2000&sort=recent"
    )
    assert (about["title"], about["records"]) == ("All records", 0)
    assert about["query"] == "Theme: Early warning; To: 2000"
    assert about["vocabulary"].startswith("Themes as of 20")
    assert about["cite_as"].startswith("Hindsight. All records (Theme: Early warning; To: 2000).")
    told = of_xlsx(body_of(client, f"/records.xlsx{path}"), "About")
    assert {row["title"]: row["All records"] for row in told}["address"] == about["address"]


def test_head_tells_of_a_file_without_sending_it(client: Client, stock: list[Record]) -> None:
    response = client.head("/lessons.csv")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="lessons.csv"'
    assert b"".join(response) == b""


def test_an_unknown_format_or_thing_is_404(client: Client) -> None:
    record = make_published()
    for path in ("/lessons.exe", f"/records/{record.code}.exe", "/themes.exe", "/reports/x.csv",
                 "/themes/x.ttl"):  # fmt: skip
        assert client.get(path).status_code == 404


def test_a_theme_that_was_replaced_leads_to_its_successor(client: Client) -> None:
    new = make_theme(slug="new")
    make_theme(slug="old", deprecated=True, replaced_by=new)
    for suffix in ("csv", "ttl"):
        response = client.get(f"/themes/old.{suffix}")
        assert (response.status_code, response["Location"]) == (301, f"/themes/new.{suffix}")


def test_a_briefing_takes_so_many_records_and_says_where_to_go(
    client: Client, stock: list[Record], monkeypatch: Any
) -> None:
    monkeypatch.setitem(FORMATS, "pdf", replace(FORMATS["pdf"], limit=7))
    response = client.get("/records.pdf")
    assert response.status_code == 400
    assert "PDF takes 7 records at most, and these are 8" in response.content.decode()
    assert client.get("/lessons.pdf").status_code == 200


def test_what_breaks_in_the_middle_is_not_ended_as_if_it_were_whole(
    client: Client, stock: list[Record], monkeypatch: Any
) -> None:
    monkeypatch.setattr("lessons.exporters.rows.FIRST", 1)
    response = client.get("/lessons.csv")
    pieces = iter(response)
    assert next(pieces)
    assert next(pieces)

    def breaks() -> None:
        raise RuntimeError("the connection is gone")

    monkeypatch.setattr("lessons.exporters.rows._tuned", breaks)
    with pytest.raises(RuntimeError, match="gone"):
        next(pieces)


# The page where a file is put together


def test_the_choice_is_shown_with_the_first_rows_and_kept_in_the_addresses(
    client: Client, stock: list[Record]
) -> None:
    response = client.get("/lessons/export/?theme=warning&columns=code&columns=title&group=actor")
    assert response.context["columns"] == ("code", "title")
    assert [list(row)[1] for row in response.context["rows"]] == ["Zulu lesson"]
    addresses = [address for _form, address in response.context["files"]]
    assert "/lessons.csv?theme=warning&amp;columns=code,title&amp;group=actor" in (
        response.content.decode()
    )
    for address in addresses:
        assert client.get(address).status_code == 200
    checked = {name for name, chosen in response.context["choices"] if chosen}
    assert checked == {"code", "title"}


def test_every_page_that_can_be_taken_along_leads_to_its_files(
    client: Client, stock: list[Record]
) -> None:
    code = stock[0].code
    for path in ("/lessons/", f"/records/{code}/", "/themes/", "/themes/warning/", "/reports/",
                 "/reports/one/"):  # fmt: skip
        page = client.get(path).content.decode()
        for suffix in FORMATS:
            assert f'href="{path.rstrip("/")}.{suffix}"' in page, (path, suffix)
    assert (
        'href="/lessons.csv?theme=warning"'
        in client.get("/lessons/?theme=warning").content.decode()
    )
    assert (
        'href="/records/export/?theme=warning"' in client.get("/themes/warning/").content.decode()
    )

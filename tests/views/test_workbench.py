"""The workbench: text beside records, coverage, and the reports in work."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from lessons import coverage, evidence, merging
from lessons.models import Citation, Kind, PassageReading, Report
from lessons.search.index import machine_index
from tests.factories import cite, make_published, make_record, make_report, make_user
from tests.large import PASSAGES, large_report
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(signed_in, analyst: User) -> Client:
    return signed_in(analyst)


@pytest.fixture
def report() -> Report:
    return make_report(slug="r", title="After")


def passage(report: Report, ordinal: int):
    return report.passages.get(ordinal=ordinal)


# Text and records


def test_a_passage_shows_its_words_its_records_and_its_state(desk: Client, report: Report) -> None:
    record = make_record(Kind.FAILURE, title="Nobody acted")
    evidence.cite(record, passage(report, 2), "Nobody in the capitals", by=None)
    response = desk.get("/curate/reports/r/")
    assert [one.state for one in response.context["bench"].passages] == [
        "unread", "cited", "unread",
    ]  # fmt: skip
    text = text_of(response)
    assert f'<mark class="failure" data-records="{record.pk}">Nobody in the capitals</mark>' in text
    assert f'href="#r-{record.pk}"' in text
    assert f'id="r-{record.pk}"' in text
    words = words_of(response)
    assert f"failure {record.code} draft Nobody acted" in words
    assert "1 cited 0 read 0 with nothing here 2 of 3 passages left" in words


def test_records_stand_in_the_order_of_their_passages(desk: Client, report: Report) -> None:
    late, early = make_record(title="Late"), make_record(title="Early")
    evidence.cite(late, passage(report, 3), "mandate", by=None)
    for ordinal in (3, 1, 2):
        cite(early, passage(report, ordinal))
    bench = desk.get("/curate/reports/r/").context["bench"]
    assert [(one.record, one.ordinals) for one in bench.records] == [
        (early, [1, 2, 3]),
        (late, [3]),
    ]


def test_overlapping_quotations_are_marked_as_such(desk: Client, report: Report) -> None:
    outer, inner = make_record(Kind.FAILURE), make_record(Kind.LESSON)
    evidence.cite(outer, passage(report, 2), "the force was cut instead", by=None)
    evidence.cite(inner, passage(report, 2), "was cut", by=None)
    text = text_of(desk.get("/curate/reports/r/"))
    both = f"{outer.pk} {inner.pk}"
    assert f'<mark class="failure lesson deep" data-records="{both}">was cut</mark>' in text


def test_sections_are_headings_where_they_begin(desk: Client) -> None:
    paths = ((), ("One",), ("One", "A"), ("One", "A"), ("Two", "A"))
    evidence.add_report(
        [evidence.PassageText(f"Text {n}.", path, page_label=f"x{n}")
         for n, path in enumerate(paths)],
        by=None, slug="r", title="After",
    )  # fmt: skip
    response = desk.get("/curate/reports/r/")
    assert [one.headings for one in response.context["bench"].passages] == [
        [], [(2, "One")], [(3, "A")], [], [(2, "Two"), (3, "A")],
    ]  # fmt: skip
    assert response.context["bench"].contents == [
        (2, 1, "One"), (3, 2, "A"), (5, 1, "Two"), (5, 2, "A"),
    ]  # fmt: skip
    assert "p. x4" in words_of(response)


def test_a_lost_quotation_is_not_marked_but_listed(desk: Client, report: Report) -> None:
    record = cite(make_record(), passage(report, 1))
    Citation.objects.update(state="lost")
    response = desk.get("/curate/reports/r/")
    assert "<mark" not in text_of(response)
    assert "no longer stand in the text" in words_of(response)
    assert record.get_absolute_url() in links_of(response)


def test_merged_records_do_not_show(desk: Client, report: Report) -> None:
    record = cite(make_record(title="Gone"), passage(report, 1))
    merging.merge(make_record(), record, by=None)
    assert "Gone" not in words_of(desk.get("/curate/reports/r/"))


def test_words_and_kinds_narrow_the_records_and_find_those_elsewhere(desk: Client) -> None:
    report = make_report(tuple(f"Passage {n} speaks." for n in range(1, 71)), slug="r")
    here = cite(make_record(title="Warnings ignored"), passage(report, 1))
    cite(make_record(title="Mandates"), passage(report, 1))
    elsewhere = cite(make_record(Kind.FAILURE, title="Warned in vain"), passage(report, 70))
    bench = desk.get("/curate/reports/r/").context["bench"]
    assert (len(bench.records), bench.others, bench.rest) == (2, [], 1)
    bench = desk.get("/curate/reports/r/?q=warn").context["bench"]
    assert [one.record for one in bench.records] == [here]
    assert bench.others == [(elsewhere, 70)]
    assert bench.rest == 1
    response = desk.get("/curate/reports/r/?kind=failure")
    assert response.context["bench"].records == []
    assert response.context["bench"].others == [(elsewhere, 70)]
    assert "/curate/reports/r/?passage=70#p-70" in links_of(response)


def test_a_passage_is_found_on_its_page(desk: Client) -> None:
    make_report(tuple(f"Passage {n}." for n in range(1, 131)), slug="r")
    for asked, number, focused in (("passage=61", 2, 61), ("passage=999", 3, 999),
                                   ("page=3", 3, None), ("passage=", 1, None)):  # fmt: skip
        response = desk.get(f"/curate/reports/r/?{asked}")
        assert (response.context["page"].number, response.context["bench"].focus) == (
            number, focused,
        ), asked  # fmt: skip
    text = text_of(desk.get("/curate/reports/r/?passage=61"))
    assert text.count(" autofocus") == 1
    assert 'data-ordinal="61"' in text.partition(" autofocus")[0].rpartition("<section")[2]


WRONG = ["theme=x", "page=0", "page=9", "passage=x", "passage=-1", "passage=1234567890", "kind=x",
         "sort=title", "q=%00"]  # fmt: skip


@pytest.mark.parametrize("query", WRONG)
def test_what_the_workbench_does_not_know_is_named(
    query: str, desk: Client, report: Report
) -> None:
    assert desk.get(f"/curate/reports/r/?{query}").status_code == 400


def test_a_report_without_text_has_a_workbench_too(desk: Client) -> None:
    make_report((), slug="r")
    assert "not held here" in words_of(desk.get("/curate/reports/r/"))
    assert "not held here" in words_of(desk.get("/curate/reports/"))


def test_the_text_is_text_and_never_markup(desk: Client) -> None:
    make_report(('<script>alert(1)</script> & "x"',), slug="r", title="<b>T</b>")
    for path in ("/curate/reports/r/", "/curate/reports/r/1/", "/curate/reports/"):
        text = text_of(desk.get(path))
        assert "<script>alert" not in text
        assert "<b>" not in text


# Reading


def mark(client: Client, **data: str):
    return client.post("/curate/reports/r/readings/", data)


def test_passages_are_marked_and_unmarked(desk: Client, analyst: User, report: Report) -> None:
    response = mark(desk, read="1 3")
    assert response.status_code == 302
    assert response["Location"].startswith("/curate/reports/r/?passage=1&act=")
    mark(desk, empty="2")
    states = PassageReading.objects.order_by("passage__ordinal").values_list("state", flat=True)
    assert list(states) == ["read", "empty", "read"]
    page = desk.get("/curate/reports/r/")
    assert [one.state for one in page.context["bench"].passages] == ["read", "empty", "read"]
    assert f"read · {analyst}" in words_of(page)
    mark(desk, unread="2")
    assert PassageReading.objects.count() == 2
    assert desk.get("/curate/reports/r/").context["bench"].unread == "2"


def test_ones_own_word_stands_before_that_of_others(
    desk: Client, analyst: User, report: Report
) -> None:
    coverage.mark_read([passage(report, 1)], "empty", by=analyst)
    coverage.mark_read(list(report.passages.all()), "read", by=make_user())
    bench = desk.get("/curate/reports/r/").context["bench"]
    assert [(one.state, one.mine) for one in bench.passages] == [
        ("empty", "empty"), ("read", ""), ("read", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data", [{}, {"read": ""}, {"read": "x"}, {"read": "1,2"}, {"seen": "1"}, {"read": "1 " * 201}]
)
def test_a_malformed_mark_is_refused(data: dict[str, str], desk: Client, report: Report) -> None:
    assert mark(desk, **data).status_code == 400
    assert not PassageReading.objects.exists()


def test_a_passage_that_is_not_there_is_not_marked(desk: Client, report: Report) -> None:
    assert mark(desk, read="99").status_code == 302
    assert not PassageReading.objects.exists()


@pytest.mark.parametrize("role", [None, *Role.values])
def test_who_may_mark(role: str | None, client: Client, report: Report) -> None:
    if role:
        client.force_login(make_user(role))
    response = mark(client, read="1")
    allowed = role not in {None, Role.READER}
    assert response.status_code == (403 if role == Role.READER else 302)
    assert PassageReading.objects.exists() is allowed


def test_the_reports_in_work_tell_what_is_left(desk: Client, analyst: User) -> None:
    done, begun = make_report(("One.",), title="Done"), make_report(title="Begun")
    cite(make_record(), passage(done, 1))
    coverage.mark_read([passage(begun, 1)], "read", by=analyst)
    response = desk.get("/curate/reports/")
    listed = [(one.title, figures.left) for one, figures, _bars in response.context["reports"]]
    assert listed == [("Begun", 2), ("Done", 0)]
    assert f"/curate/reports/{begun.slug}/" in links_of(response)
    assert "2 of 3 passages left" in words_of(response)


def test_the_bar_fills_from_cited_to_read_to_empty(desk: Client, analyst: User) -> None:
    report = make_report(("One.", "Two.", "Three."), slug="r")
    cite(make_record(), passage(report, 1))
    coverage.mark_read([passage(report, 2)], "empty", by=analyst)
    bars = desk.get("/curate/reports/r/").context["bench"].bars
    assert [(bar.state, bar.x, bar.width) for bar in bars] == [
        ("cited", 0, 333), ("empty", 333, 333),
    ]  # fmt: skip


def test_the_reading_view_leads_the_desk_to_the_workbench(
    client: Client, analyst: User, report: Report
) -> None:
    make_published(passage=passage(report, 1))
    assert "/curate/reports/r/" not in links_of(client.get("/reports/r/"))
    client.force_login(analyst)
    assert "/curate/reports/r/" in links_of(client.get("/reports/r/"))


# Speed

# session, user; report, coverage, contents, passages, citations, readings, places, lost quotations;
# suggestions that wait, and whether a job looks for some
BENCH = 12
# the passage asked for, and how many stand before it
FOCUSED = BENCH + 1
# finding: the outbox, the report's name
NARROWED = BENCH + 3
# the passage with its report instead of the report; how many before it; themes
FORM = BENCH + 2
ASKED = {
    "": BENCH,
    "?page=25": BENCH,
    "?passage=1500": FOCUSED,
    "?q=mandates&kind=failure": NARROWED,
    "1500/new/lesson/?quotation=No+government": FORM,
}
LARGEST = 120_000  # bytes


def test_a_report_of_300_pages_is_a_small_page_of_few_queries(desk: Client) -> None:
    large_report(slug="large")
    asked = {}
    for path in ASKED:
        machine_index().snapshot()
        with CaptureQueriesContext(connection) as queries:
            response = desk.get(f"/curate/reports/large/{path}")
        assert response.status_code == 200
        assert response.context["bench"].coverage.total == PASSAGES
        assert len(response.context["bench"].passages) == 60
        assert len(response.content) < LARGEST
        asked[path] = len(queries)
    assert asked == ASKED

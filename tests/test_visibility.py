"""What is not published, in the places where it could show."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from lessons import curation, merging
from lessons.models import Kind, Record
from tests.factories import cite, make_published, make_record, make_report, make_theme, make_user

pytestmark = pytest.mark.django_db


def draft(passage: Any, theme: Any) -> Record:
    return cite(make_record(title="Not yet", themes=[theme], tags=["embargoed"]), passage)


def in_review(passage: Any, theme: Any) -> Record:
    return curation.submit(draft(passage, theme), by=None)


def withdrawn(passage: Any, theme: Any) -> Record:
    record = curation.publish(in_review(passage, theme), by=None)
    return curation.withdraw(record, by=None, reason="Wrong.")


def merged(passage: Any, theme: Any) -> Record:
    record = curation.publish(in_review(passage, theme), by=None)
    merging.merge(make_published(title="Survivor"), record, by=None)
    record.refresh_from_db()
    return record


HIDDEN = {"draft": draft, "in review": in_review, "withdrawn": withdrawn, "merged": merged}
# What it is found by elsewhere; what was merged left that to its survivor, which is public.
LEFT_BEHIND = {state: () if state == "merged" else ("embargoed", "<mark") for state in HIDDEN}
PLACES = (
    "/", "/records/", "/lessons/", "/records/?q=yet", "/lessons.csv", "/lessons.json",
    "/records.csv", "/lessons/export/", "/records.md",
    "/themes/early.ttl", "/themes/", "/themes/early/", "/reports/", "/reports/the-report/",
)  # fmt: skip


@pytest.fixture(params=["anonymous", "reader"])
def outsider(request: pytest.FixtureRequest, client: Client) -> Client:
    if request.param == "reader":
        client.force_login(make_user(Role.READER))
    return client


def hide(state: str) -> Record:
    passage = make_report(slug="the-report").passages.get(ordinal=1)
    return HIDDEN[state](passage, make_theme(slug="early"))


def text_of(response: Any) -> str:
    body = b"".join(response) if response.streaming else response.content
    return body.decode()


@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_public_shows_in_no_list_page_or_export(state: str, outsider: Client) -> None:
    record = hide(state)
    for path in PLACES:
        response = outsider.get(path)
        text = text_of(response)
        shown = [w for w in ("Not yet", record.code, *LEFT_BEHIND[state]) if w in text]
        assert (path, response.status_code, shown) == (path, 200, [])


@pytest.mark.parametrize("state", ["draft", "in review", "withdrawn"])
def test_what_is_not_public_is_counted_nowhere(state: str, outsider: Client) -> None:
    hide(state)
    for path in ("/lessons/", "/lessons/?theme=early", "/lessons/?q=yet"):
        response = outsider.get(path)
        assert "0 records" in text_of(response)
        counts = [v.count for facet, _open in response.context["facets"] for v in facet.values]
        assert not any(counts)


def test_home_themes_and_reports_count_only_what_is_public(outsider: Client) -> None:
    hide("draft")
    make_published(passage=None)
    counts = dict(outsider.get("/").context["kinds"])
    assert counts[Kind.LESSON] == 1
    assert [count for _theme, count, _below in outsider.get("/themes/").context["tree"]] == [0]
    reports = {
        report.slug: report.records for report in outsider.get("/reports/").context["reports"]
    }
    assert reports.pop("the-report") == 0
    assert list(reports.values()) == [1]


@pytest.mark.parametrize("state", ["draft", "in review"])
@pytest.mark.parametrize("ending", ["/", ".csv", ".xlsx", ".json", ".pdf", ".bib", ".ttl"])
def test_a_record_that_was_never_published_is_not_there_for_outsiders(
    state: str, ending: str, outsider: Client
) -> None:
    assert outsider.get(f"/records/{hide(state).code}{ending}").status_code == 404


def test_a_withdrawn_record_says_that_it_is_gone(outsider: Client) -> None:
    record = hide("withdrawn")
    response = outsider.get(f"/records/{record.code}/")
    assert response.status_code == 410
    assert "withdrawn" in text_of(response)
    assert record.title not in text_of(response)
    assert outsider.get(f"/records/{record.code}.csv").status_code == 404


def test_a_withdrawn_record_sent_to_review_again_is_hidden_again(outsider: Client) -> None:
    record = curation.submit(hide("withdrawn"), by=None)
    assert outsider.get(f"/records/{record.code}/").status_code == 404


def test_a_merged_record_leads_to_its_survivor(outsider: Client) -> None:
    record = hide("merged")
    response = outsider.get(f"/records/{record.code}/")
    assert response.status_code == 301
    assert response["Location"] == record.merged_into.get_absolute_url()


def test_a_link_to_what_is_not_public_does_not_show(outsider: Client) -> None:
    failure, hidden = make_published(Kind.FAILURE), hide("draft")
    curation.link(hidden, "drawn_from", failure, by=None)
    for ending in ("/", ".csv", ".json"):
        assert hidden.code not in text_of(outsider.get(f"/records/{failure.code}{ending}"))


@pytest.mark.parametrize("code", ["F", "A", "R"])
def test_a_code_with_the_wrong_letter_is_nothing(code: str, outsider: Client) -> None:
    record = make_published(Kind.LESSON)
    assert outsider.get(f"/records/{code}-{record.pk}/").status_code == 404
    assert outsider.get(f"/records/{code}-{record.pk}.csv").status_code == 404


@pytest.mark.parametrize("path", ["/records/L-0/", "/records/L-01/", "/records/l-1/",
                                  "/records/L-9999999999999999999/", "/lessons.exe"])  # fmt: skip
def test_an_address_that_is_no_address_is_404(path: str, client: Client) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("status", ["draft", "in_review", "withdrawn"])
def test_outsiders_cannot_ask_for_states(status: str, outsider: Client) -> None:
    for path in ("/records/", "/records.csv"):
        response = outsider.get(f"{path}?status={status}")
        assert response.status_code == 400
        assert "status: only published" in text_of(response)


@pytest.mark.parametrize("state", ["draft", "in review", "withdrawn"])
def test_the_desk_sees_all_states(state: str, signed_in, analyst: User) -> None:
    record = hide(state)
    client = signed_in(analyst)
    assert client.get(f"/records/{record.code}/").status_code == 200
    assert client.get(f"/records/{record.code}.csv").status_code == 200
    assert record.title in text_of(client.get("/lessons/"))
    assert record.code in text_of(client.get("/lessons.csv"))
    assert record.title in text_of(client.get("/reports/the-report/"))

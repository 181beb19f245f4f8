"""The desk's page of lost citations."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from lessons import curation, evidence
from lessons.models import Citation, Record, Report
from tests.factories import cite, make_record, make_report
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db

OLD = "The force was cut when it should have been made larger. Nobody asked why."
NOW = ("So it began.", "The force was cut when it could have been made much larger. Nobody asked.")
QUOTED = "The force was cut when it should have been made larger"


def lost(*texts: str, record: Record | None = None, **fields: Any) -> Citation:
    """Return a lost citation of a draft: its report's text became ``texts``, by default `NOW`."""
    report = make_report((OLD,), **fields)
    citation = evidence.cite(record or make_record(), report.passages.get(), QUOTED, by=None)
    replace(report, *(texts or NOW))
    return Citation.objects.get(pk=citation.pk, state="lost")


def replace(report: Report, *texts: str) -> None:
    passages = [evidence.PassageText(text) for text in texts]
    evidence.retext(report, passages, by=None, reason="Read anew.")


@pytest.fixture
def desk(analyst: User) -> Client:
    client = Client()
    client.force_login(analyst)
    return client


def hidden(response: Any) -> list[dict[str, str]]:
    """Return what each button "This is it" sends."""
    forms = re.findall(r'<form class="choose".*?</form>', text_of(response), re.DOTALL)
    fields = [re.findall(r'name="(\w+)" value="([^"]*)"', form) for form in forms]
    return [{n: v for n, v in one if n != "csrfmiddlewaretoken"} for one in fields]


def test_where_nothing_is_lost_it_says_what_will_come_here(desk: Client) -> None:
    cite(make_record())
    words = words_of(desk.get("/curate/lost/"))
    assert "0 quotations" in words
    assert "No citation is lost." in words
    assert "When the text of a report is replaced, its quotations are found again" in words


def test_a_lost_quotation_stands_beside_the_places_where_it_may_stand_now(desk: Client) -> None:
    citation = lost(slug="r", title="The report")
    response = desk.get("/curate/lost/")
    words, text = words_of(response), text_of(response)
    assert f"{citation.record.code} · lesson · draft {citation.record.title}" in words
    assert f'<mark class="lesson">{QUOTED}</mark>. Nobody asked why.' in text
    assert "The report , para. 1, text version 1" in words
    assert f"/reports/r/?cite={citation.pk}#p-1" in links_of(response)
    assert "/reports/r/#p-2" in links_of(response)
    assert "[removed: should removed until here] [added: could added until here]" in words
    assert hidden(response)[0] == {
        "number": "2", "start": "0",
        "quotation": "The force was cut when it could have been made much larger",
    }  # fmt: skip


def test_the_chosen_place_is_cited_again(desk: Client, analyst: User) -> None:
    citation = lost(slug="r")
    chosen = hidden(desk.get("/curate/lost/"))[0]
    response = desk.post(f"/curate/lost/{citation.pk}/", chosen, follow=True)
    assert response.redirect_chain == [("/curate/lost/", 302)]
    assert f"{citation.record.code} rests on “{chosen['quotation']}”." in words_of(response)
    citation.refresh_from_db()
    assert (citation.state, citation.passage.ordinal) == ("verified", 2)
    event = Citation.pgh_event_model.objects.latest("pgh_id")
    assert event.pgh_context.metadata["user"] == analyst.pk


def test_other_words_may_be_quoted(desk: Client) -> None:
    citation = lost()
    data = {"number": 2, "quotation": "Nobody asked"}
    assert desk.post(f"/curate/lost/{citation.pk}/", data).status_code == 302
    citation.refresh_from_db()
    assert (citation.state, citation.exact) == ("verified", "Nobody asked")


WRONG = {
    "Copy the words as they stand there.": {"number": 2, "quotation": "Somebody asked"},
    "The report has no passage with this number.": {"number": 9, "quotation": "Nobody asked"},
    "This field is required.": {"number": 2, "quotation": ""},
    "stands 2 times in the passage": {"number": 2, "quotation": "was"},
    "Select them again.": {"number": 2, "quotation": "Nobody asked", "start": 3},
}


@pytest.mark.parametrize("refusal", WRONG)
def test_what_is_wrong_is_said_and_what_was_typed_stays(refusal: str, desk: Client) -> None:
    citation = lost("So it began.", "It was cut when it was late. Nobody asked.")
    data = WRONG[refusal]
    response = desk.post(f"/curate/lost/{citation.pk}/", data)
    assert response.status_code == 200
    assert refusal in words_of(response)
    assert "<details open>" in text_of(response)
    assert f">\n{data['quotation']}</textarea>" in text_of(response)
    citation.refresh_from_db()
    assert citation.state == "lost"


def test_the_citation_can_be_taken_away(desk: Client) -> None:
    citation = lost()
    response = desk.post(f"/curate/lost/{citation.pk}/", {"take_away": "yes"}, follow=True)
    assert f"{citation.record.code} no longer cites “{QUOTED}”." in words_of(response)
    assert not Citation.objects.exists()


def test_what_a_claim_rests_on_is_not_taken_away(desk: Client) -> None:
    citation = lost()
    claim = {"claim": "accepted", "date": "2000-01-01", "claimed_by": "A", "citation": citation}
    curation.claim_uptake(citation.record, by=None, **claim)
    response = desk.post(f"/curate/lost/{citation.pk}/", {"take_away": "yes"}, follow=True)
    assert response.redirect_chain == [(f"/curate/lost/{citation.pk}/", 302)]
    assert "rests on" in words_of(response)
    assert Citation.objects.exists()


def test_of_a_published_record_only_a_reviewer_chooses(desk: Client, reviewer: User) -> None:
    record = cite(make_record())
    citation = lost(record=record)
    curation.publish(curation.submit(record, by=None), by=None)
    response = desk.get("/curate/lost/")
    assert "The record is published: a reviewer has to choose." in words_of(response)
    assert "<button" not in text_of(response).partition("<main")[2]
    data = {"number": 2, "quotation": "Nobody asked"}
    assert desk.post(f"/curate/lost/{citation.pk}/", data).status_code == 403
    assert desk.post(f"/curate/lost/{citation.pk}/", {"take_away": "yes"}).status_code == 403
    desk.force_login(reviewer)
    assert desk.post(f"/curate/lost/{citation.pk}/", data).status_code == 302


def test_what_somebody_else_has_found_meanwhile_is_not_asked_again(desk: Client) -> None:
    citation = lost()
    Citation.objects.filter(pk=citation.pk).delete()
    assert desk.get(f"/curate/lost/{citation.pk}/").status_code == 404
    found = cite(make_record()).citations.get()
    response = desk.post(f"/curate/lost/{found.pk}/", {"take_away": "yes"}, follow=True)
    assert "it was found already" in words_of(response)
    assert Citation.objects.get() == found


@pytest.mark.parametrize("query", ["?page=0", "?page=2", "?page=x", "?q=a", "?other=1"])
def test_what_cannot_be_asked_is_answered_with_400(query: str, desk: Client) -> None:
    assert desk.get(f"/curate/lost/{query}").status_code == 400


def test_the_list_is_read_only_and_has_pages(desk: Client) -> None:
    report = make_report((OLD,))
    for _number in range(21):
        evidence.cite(make_record(), report.passages.get(), QUOTED, by=None)
    replace(report, "New.")
    assert "Page 1 of 2" in words_of(desk.get("/curate/lost/"))
    assert len(desk.get("/curate/lost/?page=2").context["items"]) == 1
    assert desk.post("/curate/lost/").status_code == 405


# session and user; count, citations; the text of each report
def test_a_reports_text_is_read_once_for_all_its_lost_citations(desk: Client) -> None:
    counts = []
    for number in (1, 5):
        report = make_report((OLD,))
        for _one in range(number):
            evidence.cite(make_record(), report.passages.get(), QUOTED, by=None)
        replace(report, *NOW)
        with CaptureQueriesContext(connection) as asked:
            desk.get("/curate/lost/")
        counts.append(len(asked))
    assert counts == [5, 6]


def test_a_lost_quotation_is_read_in_the_text_it_was_made_of(client: Client) -> None:
    record = cite(make_record())
    citation = lost(record=record, slug="r")
    curation.publish(curation.submit(record, by=None), by=None)
    response = client.get(f"/reports/r/?cite={citation.pk}")
    words = words_of(response)
    assert "This is text version 1, which was replaced." in words
    assert f'<mark class="lesson cited">{QUOTED}</mark>' in text_of(response)
    assert "/reports/r/" in links_of(response)
    assert NOW[0] not in words
    now = client.get("/reports/r/")
    assert NOW[0] in words_of(now)
    assert "replaced" not in words_of(now)
    assert now.context["cited"] is None


def test_a_quotation_that_was_found_again_is_read_in_the_text_of_today(client: Client) -> None:
    record = cite(make_record())
    report = make_report((OLD,), slug="r")
    citation = evidence.cite(record, report.passages.get(), "Nobody asked", by=None)
    curation.publish(curation.submit(record, by=None), by=None)
    replace(report, *NOW)
    response = client.get(f"/reports/r/?cite={citation.pk}")
    assert '<mark class="lesson cited">Nobody asked</mark>' in text_of(response)
    assert "replaced" not in words_of(response)


def test_a_lost_quotation_of_a_draft_shows_to_nobody_outside(client: Client) -> None:
    citation = lost(slug="r")
    response = client.get(f"/reports/r/?cite={citation.pk}")
    assert response.status_code == 200
    assert NOW[0] in words_of(response)
    assert "cited" not in text_of(response)

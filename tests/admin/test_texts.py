"""Replacing the text of a report or a passage in the admin: first a look, then the deed."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from lessons import curation, evidence
from lessons.models import Citation, Passage, Record, Report
from tests.admin import client_of, told
from tests.factories import cite, make_record, make_report, make_user
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db

OLD = ("The force was cut.", "Nobody asked why.", "It was late.")


@pytest.fixture
def report(db: None) -> Report:
    return make_report(OLD, slug="r")


@pytest.fixture
def desk(analyst: User) -> Client:
    return client_of(analyst)


@pytest.fixture
def review(reviewer: User) -> Client:
    return client_of(reviewer)


def quoting(report: Report, ordinal: int, *, published: bool = False) -> Record:
    record = cite(make_record(), report.passages.get(text_version=1, ordinal=ordinal))
    if published:
        curation.publish(curation.submit(record, by=None), by=None)
    return record


def page_of(report: Report) -> str:
    return f"/admin/lessons/report/{report.pk}/text/"


def sent(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "reason": "Read anew.", "read_version": 1, **more}


def test_a_reports_page_leads_to_its_text(desk: Client, report: Report) -> None:
    assert page_of(report) in links_of(desk.get(f"/admin/lessons/report/{report.pk}/change/"))
    text = text_of(desk.get(page_of(report)))
    assert "The force was cut.\n\nNobody asked why.\n\nIt was late.</textarea>" in text
    assert 'name="replace"' not in text


def test_what_would_change_is_shown_before_anything_is_written(
    review: Client, report: Report
) -> None:
    kept, gone = quoting(report, 1), quoting(report, 2, published=True)
    response = review.post(page_of(report), sent("The force was cut.\r\n\r\nSo it was."))
    words = words_of(response)
    assert "1 citation would be found again." in words
    assert f"1 citation would be lost. {gone.code} “Nobody asked why.”" in words
    assert f"since nothing that it cites is left: {gone.code}" in words
    assert 'name="replace"' in text_of(response)
    assert "So it was.</textarea>" in text_of(response)
    report.refresh_from_db()
    assert report.text_version == 1
    assert not report.passages.filter(text_version=2).exists()
    assert kept.citations.get().state == gone.citations.get().state == "verified"


def test_then_the_text_is_replaced_and_what_was_lost_is_said_loudly(
    review: Client, report: Report
) -> None:
    quoting(report, 1)
    gone = quoting(report, 2, published=True)
    data = sent("The force was cut.\r\n\r\nSo it was.", replace="yes")
    response = review.post(page_of(report), data, follow=True)
    assert told(response) == (
        "Text version 2 is read now; 1 citation was found again in it. "
        "1 citation was lost. Say where they stand now "
        f"Sent back to review: {gone.code}."
    )
    assert "/curate/lost/" in links_of(response)
    report.refresh_from_db()
    assert [one.text for one in report.passages.current()] == ["The force was cut.", "So it was."]
    assert sorted(Citation.objects.values_list("state", flat=True)) == ["lost", "moved"]
    assert Record.objects.get(pk=gone.pk).status == "in_review"


def test_sections_and_pages_stay_with_what_is_corrected_in_its_place(report: Report) -> None:
    for number in (1, 2, 3):
        Passage.objects.filter(ordinal=number).update(page=number, section_path=[f"{number}"])
    texts = ["The force was cut.", "Nobody asked.", "New.", "It was late."]
    kept = evidence.carried_over(report, texts)
    assert [(one.page, one.section_path) for one in kept] == [
        (1, ("1",)), (None, ()), (None, ()), (3, ("3",)),
    ]  # fmt: skip
    corrected = evidence.carried_over(report, [texts[0], "Nobody asked.", texts[3]])
    assert [one.page for one in corrected] == [1, 2, 3]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"text": " \r\n "}, "Each passage needs a text, and a text a passage."),
        ({"text": ""}, "This field is required."),
        ({"reason": " "}, "This field is required."),
        ({"text": "\r\n\r\n".join(OLD)}, "This is the text that is read already."),
        ({"read_version": 9}, "Somebody else replaced the text meanwhile."),
    ],
)
@pytest.mark.parametrize("button", ["look", "replace"])
def test_what_is_wrong_is_told_and_nothing_is_written(
    wrong: dict[str, Any], refusal: str, button: str, desk: Client, report: Report
) -> None:
    response = desk.post(page_of(report), sent("New.", **{button: "yes"}) | wrong)
    assert response.status_code == 200
    assert refusal in words_of(response)
    assert Report.objects.get().text_version == 1


def test_an_analyst_is_told_that_a_reviewer_has_to(desk: Client, report: Report) -> None:
    quoting(report, 1, published=True)
    words = words_of(desk.post(page_of(report), sent("New.", replace="yes")))
    assert "A published record would lose 1 citation. A reviewer has to replace this text." in words
    assert Report.objects.get().text_version == 1


def test_a_passage_is_corrected_although_it_is_cited(desk: Client, report: Report) -> None:
    record = quoting(report, 2)
    passage = report.passages.get(ordinal=2)
    path = f"/admin/lessons/passage/{passage.pk}/text/"
    assert path in links_of(desk.get(f"/admin/lessons/passage/{passage.pk}/change/"))
    data = sent("And so: Nobody asked why.", section_path="1 Causes", page="4", page_label="iv")
    assert "1 citation would be found again." in words_of(desk.post(path, data))
    desk.post(path, {**data, "replace": "yes"})
    citation = record.citations.get()
    assert (citation.state, citation.start, citation.exact) == ("moved", 8, "Nobody asked why.")
    report.refresh_from_db()
    now = report.passages.current().get(ordinal=2)
    assert (now.text, now.section_path, now.page, now.page_label) == (
        "And so: Nobody asked why.", ["1 Causes"], 4, "iv",
    )  # fmt: skip
    passage.refresh_from_db()
    assert passage.text == "Nobody asked why."


def test_a_passage_is_changed_by_no_other_door(desk: Client, report: Report) -> None:
    passage = report.passages.get(ordinal=1)
    data = {"report": report.pk, "ordinal": 1, "text": "Changed."}
    assert desk.post(f"/admin/lessons/passage/{passage.pk}/change/", data).status_code == 403
    passage.refresh_from_db()
    assert passage.text == OLD[0]


def test_only_what_is_read_today_is_offered_for_citing(desk: Client, report: Report) -> None:
    passages = [evidence.PassageText("The force was cut again.")]
    evidence.retext(report, passages, by=None, reason="Read anew.")
    path = "/admin/autocomplete/?app_label=lessons&model_name=citation&field_name=passage&term=cut"
    (offered,) = desk.get(path).json()["results"]
    assert "cut again" in offered["text"]
    assert "Nobody asked why." in words_of(desk.get("/admin/lessons/passage/"))


@pytest.mark.parametrize("model", ["report", "passage"])
@pytest.mark.parametrize("key", ["0", "x", "1_2F"])
def test_a_text_that_is_not_there_is_404(model: str, key: str, desk: Client) -> None:
    assert desk.get(f"/admin/lessons/{model}/{key}/text/").status_code == 404


def test_readers_come_to_no_text(report: Report) -> None:
    reader = client_of(make_user(Role.READER))
    assert reader.post(page_of(report), sent("New.", replace="yes")).status_code == 302
    assert Report.objects.get().text_version == 1

"""The panel of a record's page: what it offers to whom, and what its buttons do."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from lessons import curation, reviewing
from lessons.models import Comment, Record, Status
from tests.admin import client_of
from tests.factories import cite, make_published, make_record, make_report, make_user
from tests.test_curation import in_state
from tests.views import text_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(analyst: User) -> Client:
    return client_of(analyst)


@pytest.fixture
def review(reviewer: User) -> Client:
    return client_of(reviewer)


def offered(client: Client, record: Record) -> dict[str, str]:
    panel = client.get(record.get_absolute_url()).context["panel"]
    return {step.name: obstacle for step, obstacle in panel.steps}


def step(client: Client, record: Record, name: str, **more: Any) -> str:
    """Press a button; return what the page then says."""
    version = Record.objects.get(pk=record.pk).version
    data = {"step": name, "version": version, **more}
    return words_of(client.post(f"/records/{record.code}/step/", data, follow=True))


def status_of(record: Record) -> str:
    return Record.objects.get(pk=record.pk).status


def test_a_record_goes_from_the_analyst_over_the_reviewer_to_everyone(
    desk: Client, review: Client, analyst: User
) -> None:
    record = cite(make_record(by=analyst))
    assert "in review" in step(desk, record, "submit")
    assert "Say who." in step(review, record, "send_back", reason="Say who.")
    words = words_of(desk.get(record.get_absolute_url()))
    assert "Sent back by" in words
    assert "Say who." in words
    step(desk, record, "submit")
    step(review, record, "publish")
    assert Client().get(record.get_absolute_url()).status_code == 200
    step(review, record, "withdraw", reason="Superseded.")
    assert Client().get(record.get_absolute_url()).status_code == 410


def test_the_panel_offers_what_one_may_do_and_says_why_not(
    desk: Client, review: Client, reviewer: User
) -> None:
    bare, own, others = make_record(), in_state("in_review", by=reviewer), in_state("in_review")
    assert "cites no passage that holds" in offered(desk, bare)["submit"]
    assert offered(review, others) == {"publish": "", "send_back": ""}
    assert "You wrote" in offered(review, own)["publish"]
    assert "You wrote" in words_of(review.get(own.get_absolute_url()))
    assert offered(desk, others) == {}
    assert "A reviewer takes the next step." in words_of(desk.get(others.get_absolute_url()))
    assert offered(review, in_state("published")) == {"withdraw": ""}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", reviewing.STEPS)
@pytest.mark.parametrize("status", Status)
def test_a_button_that_is_not_there_does_nothing_when_sent_all_the_same(
    role: str, name: str, status: str
) -> None:
    record, person = in_state(status), make_user(role)
    possible = {one.name for one in reviewing.steps_open_to(record, person)}
    data = {"step": name, "version": record.version, "reason": "So."}
    response = client_of(person).post(f"/records/{record.code}/step/", data)
    assert response.status_code in {302, 403}
    assert (status_of(record) != status) == (name in possible)


def test_a_version_that_was_not_read_is_not_published(review: Client) -> None:
    record = in_state("in_review")
    read = record.version
    curation.save_record(Record.objects.get(pk=record.pk), by=None)
    assert "was changed by someone else" in step(review, record, "publish", version=read)
    assert status_of(record) == Status.IN_REVIEW


@pytest.mark.parametrize("sent", [{"step": "nonsense", "version": 1}, {"step": "submit"},
                                  {"step": "submit", "version": "x"}])  # fmt: skip
def test_a_step_that_is_none_is_not_there(sent: dict[str, Any], desk: Client) -> None:
    assert desk.post(f"/records/{make_record().code}/step/", sent).status_code == 404


def test_a_reason_is_needed(review: Client) -> None:
    record = in_state("in_review")
    assert "Say why" in step(review, record, "send_back", reason=" ")
    assert status_of(record) == Status.IN_REVIEW


def test_a_record_is_assigned_and_let_go(desk: Client, reviewer: User) -> None:
    record = make_record()
    path = f"/records/{record.code}/assign/"
    words = words_of(desk.post(path, {"person": reviewer.username}, follow=True))
    assert f"Assigned to {reviewer}." in words
    assert "Assigned to nobody." in words_of(desk.post(path, {"person": ""}, follow=True))
    reader = make_user(Role.READER)
    assert desk.post(path, {"person": reader.username}).status_code == 404


def test_comments_are_written_resolved_and_told_with_their_authors(
    desk: Client, review: Client, analyst: User, reviewer: User
) -> None:
    record = make_record()
    path = f"/records/{record.code}/comment/"
    words = words_of(review.post(path, {"text": "Which <b>mission</b>?"}, follow=True))
    assert f"{reviewer} ·" in words
    assert "Which <b>mission</b>?" in words
    assert "required" in text_of(desk.post(path, {"text": " "}, follow=True))
    one = Comment.objects.get()
    resolve = f"/curate/comments/{one.pk}/resolve/"
    assert f"resolved by {analyst}" in words_of(desk.post(resolve, follow=True))
    assert "resolved already" in words_of(desk.post(resolve, follow=True))
    elsewhere = desk.post(resolve, {"next": "https://elsewhere.example/"})
    assert elsewhere["Location"] == record.get_absolute_url()
    assert desk.post(resolve, {"next": "/curate/"})["Location"] == "/curate/"


WRITING = ("step", "assign", "comment")


@pytest.mark.parametrize("who", ["anonymous", Role.READER])
def test_outsiders_send_nothing(who: str) -> None:
    record = make_published()
    client = Client() if who == "anonymous" else client_of(make_user(who))
    one = reviewing.comment(record, "Why?", by=None)
    data = {"step": "withdraw", "version": record.version, "reason": "So.", "text": "x"}
    for path in (*(f"/records/{record.code}/{name}/" for name in WRITING),
                 f"/curate/comments/{one.pk}/resolve/", "/curate/bulk/", "/curate/bulk/perform/",
                 f"/records/{record.code}/edit/", "/records/new/lesson/"):  # fmt: skip
        response = client.post(path, data)
        assert response.status_code == (302 if who == "anonymous" else 403)
    assert status_of(record) == Status.PUBLISHED
    assert Comment.objects.get().resolved_at is None


def test_nothing_is_sent_without_its_token(analyst: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst)
    record = make_record()
    for name in (*WRITING, "edit"):
        assert client.post(f"/records/{record.code}/{name}/", {"text": "x"}).status_code == 403
    assert not Comment.objects.exists()


@pytest.mark.parametrize("who", ["anonymous", Role.READER])
def test_what_the_desk_says_to_itself_never_leaves_it(who: str, desk: Client, analyst) -> None:
    report = make_report(slug="the-report")
    record = cite(make_record(title="Public", by=analyst), report.passages.get(ordinal=1))
    curation.submit(record, by=None)
    curation.send_back(record, by=None, reason="Zebras are secret.")
    curation.submit(record, by=None)
    curation.publish(record, by=None)
    reviewing.comment(record, "Zebras are secret too.", by=analyst)
    reviewing.assign(record, analyst, by=None)
    assert "Zebras are secret too" in words_of(desk.get(record.get_absolute_url()))
    client = Client() if who == "anonymous" else client_of(make_user(who))
    page = record.get_absolute_url()
    for path in (page, f"/records/{record.code}.csv", f"/records/{record.code}.json", "/",
                 "/lessons/", "/lessons.csv", "/lessons.json", "/records/?q=public",
                 "/reports/the-report/", "/reports/?q=warned"):  # fmt: skip
        text = text_of(client.get(path))
        assert "ebras" not in text, path
        assert str(analyst) not in text, path
        assert "ssigned" not in text, path
    for path in ("/lessons/?q=zebras", "/reports/?q=zebras"):
        assert not client.get(path).context["found"].total
    assert "0 records" in words_of(desk.get("/lessons/?q=zebras"))

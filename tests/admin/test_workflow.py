"""From a draft to a published record and back, by the buttons and the bulk actions of the admin."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Role, User
from lessons import curation
from lessons.bulk import ACTIONS
from lessons.models import Kind, Record, Status
from tests.admin import change_page, client_of, form_for, form_of, rows, told
from tests.factories import cite, make_published, make_record, make_report, make_user
from tests.views import text_of, words_of

pytestmark = pytest.mark.django_db

NO_EVIDENCE = "cites no passage that holds. Add a citation first: nothing is published without one."


def step(client: Client, record: Record, name: str, **fields: Any) -> str:
    """Press a button below the form of ``record``; return the message."""
    record.refresh_from_db()
    data = form_for(record, _step=name, **fields)
    return told(client.post(change_page(record), data, follow=True))


def bulk(client: Client, name: str, *records: Record, table: str = "failure", **fields: Any) -> str:
    """Choose a bulk action for ``records`` and go on as far as it leads; return what is said."""
    data = {"action": name, "_selected_action": [record.pk for record in records]}
    page = client.post(f"/admin/lessons/{table}/", data, follow=True)
    if "form" not in page.context:
        return told(page)
    if fields:
        codes = " ".join(record.code for record in records)
        page = client.post("/curate/bulk/", {"action": name, "codes": codes, **fields})
    said, outcome = words_of(page), page.context["outcome"]
    if outcome and outcome.changed:
        data = {**dict(page.context["form"].carried), "versions": outcome.shown}
        said += words_of(client.post("/curate/bulk/perform/", data, follow=True))
    return said


def status_of(record: Record) -> str:
    return Record.objects.get(pk=record.pk).status


def in_review(**fields: Any) -> Record:
    return curation.submit(cite(make_record(Kind.FAILURE, **fields)), by=None)


def buttons(client: Client, record: Record) -> list[str]:
    return [step.name for step in client.get(change_page(record)).context["steps"]]


@pytest.fixture
def desk(analyst: User) -> Client:
    return client_of(analyst)


@pytest.fixture
def review(reviewer: User) -> Client:
    return client_of(reviewer)


def test_a_record_goes_from_the_analyst_over_the_reviewer_to_everyone(
    desk: Client, review: Client, analyst: User, reviewer: User
) -> None:
    passage = make_report(("A warning came and was lost.",)).passages.get()
    first = form_of(Kind.FAILURE, title="The lost warning",
                    **rows("citations", {"passage": passage.pk, "exact": "was lost"}),
                    _step="submit")  # fmt: skip
    answer = desk.post("/admin/lessons/failure/add/", first, follow=True)
    record = Record.objects.get()
    assert f"{record.code}: in review" in told(answer)
    assert answer.redirect_chain[-1][0] == change_page(record)

    back = step(review, record, "send_back", reason="Say who lost it.")
    assert f"{record.code}: draft" in back
    assert "Say who lost it." in words_of(desk.get(record.get_absolute_url()))

    changed = step(desk, record, "submit", title="The warning the cell lost")
    assert "in review" in changed
    assert Client().get(record.get_absolute_url()).status_code == 404
    assert f"{record.code}: published" in step(review, record, "publish")

    record.refresh_from_db()
    assert (record.status, record.created_by) == (Status.PUBLISHED, analyst)
    assert (record.reviewed_by, record.published_by) == (reviewer, reviewer)
    page = words_of(Client().get(record.get_absolute_url()))
    assert "The warning the cell lost" in page
    assert "was lost" in page
    assert "The warning the cell lost" in words_of(Client().get("/failures/"))

    assert "withdrawn" in step(review, record, "withdraw", reason="Superseded.")
    assert Client().get(record.get_absolute_url()).status_code == 410


def test_nothing_goes_to_review_without_a_citation_by_no_way(desk: Client) -> None:
    record = make_record(Kind.FAILURE)
    assert f"{record.code} {NO_EVIDENCE}" in step(desk, record, "submit")
    assert f"{record.code} {NO_EVIDENCE}" in bulk(desk, "submit", record)
    added = desk.post("/admin/lessons/failure/add/", form_of(Kind.FAILURE, _step="submit"),
                      follow=True)  # fmt: skip
    assert NO_EVIDENCE in told(added)
    assert set(Record.objects.values_list("status", flat=True)) == {Status.DRAFT}


def test_nothing_is_published_without_a_citation_that_holds_by_no_way(review: Client) -> None:
    record = in_review()
    record.citations.update(state="lost")
    assert f"{record.code} {NO_EVIDENCE}" in step(review, record, "publish")
    assert f"{record.code} {NO_EVIDENCE}" in bulk(review, "publish", record)
    assert f"{record.code} {NO_EVIDENCE}" in bulk(review, "publish", record, table="record")
    with pytest.raises(ValidationError, match=NO_EVIDENCE):
        curation.publish(record, by=None)
    assert status_of(record) == Status.IN_REVIEW


@pytest.mark.parametrize("four_eyes", [True, False])
def test_one_publishes_ones_own_record_only_where_the_setting_allows(
    four_eyes: bool, review: Client, reviewer: User, settings: Any
) -> None:
    settings.FOUR_EYES = four_eyes
    record, other = in_review(by=reviewer), in_review(by=reviewer)
    messages = step(review, record, "publish"), bulk(review, "publish", other)
    for one, message in zip((record, other), messages, strict=True):
        refused = f"You wrote {one.code}: somebody else has to review it." in message
        assert refused == four_eyes
        assert (status_of(one) == Status.PUBLISHED) != four_eyes


@pytest.mark.parametrize("name", ["publish", "send_back"])
def test_an_analyst_does_not_review_by_no_way(name: str, desk: Client) -> None:
    record = in_review()
    assert name not in buttons(desk, record)
    assert "Your role does not allow this." in step(desk, record, name, reason="So.")
    assert "No action selected" in bulk(desk, name, record, reason="So.")
    assert status_of(record) == Status.IN_REVIEW


def test_an_analyst_does_not_withdraw(desk: Client) -> None:
    record = make_published(Kind.FAILURE)
    data = form_for(record, _step="withdraw", reason="So.")
    assert desk.post(change_page(record), data).status_code == 403
    assert status_of(record) == Status.PUBLISHED


@pytest.mark.parametrize("table", ["failure", "record"])
@pytest.mark.parametrize(
    ("name", "state"), [("send_back", Status.IN_REVIEW), ("withdraw", Status.PUBLISHED)]
)
def test_a_reason_is_asked_for_and_kept(name: str, state: str, table: str, review: Client) -> None:
    record = in_review()
    if state == Status.PUBLISHED:
        curation.publish(record, by=None)
    assert "Say why, for whoever reads the history." in step(review, record, name)
    assert "This field is required." in bulk(review, name, record, table=table, reason=" ")
    assert status_of(record) == state
    assert "1 record was changed" in bulk(review, name, record, table=table, reason="Too short.")
    assert status_of(record) != state
    assert "Too short." in words_of(review.get(record.get_absolute_url()))


def test_a_bulk_action_does_what_it_can_and_names_the_rest(review: Client) -> None:
    good, other, draft = in_review(), in_review(), make_record(Kind.FAILURE)
    message = bulk(review, "publish", good, other, draft)
    assert "2 records were changed" in message
    assert f"{draft.code}" in message
    assert [status_of(one) for one in (good, other, draft)] == ["published", "published", "draft"]


def test_a_step_that_does_not_fit_the_state_says_so(review: Client) -> None:
    record = cite(make_record(Kind.FAILURE))
    assert f"{record.code} is draft; it cannot become published from there." in (
        step(review, record, "publish")
    )


STEPS = {
    "draft": (["submit"], ["submit"]),
    "in_review": ([], ["publish", "send_back"]),
    "published": ([], ["withdraw"]),
    "withdrawn": ([], ["submit"]),
}


@pytest.mark.parametrize("state", STEPS)
def test_the_form_offers_the_steps_one_can_take(state: str, desk: Client, review: Client) -> None:
    record = cite(make_record(Kind.FAILURE))
    for reached in ("in_review", "published", "withdrawn"):
        if record.status == state:
            break
        step = {"in_review": curation.submit, "published": curation.publish}.get(reached)
        if step:
            step(record, by=None)
        else:
            curation.withdraw(record, by=None, reason="So.")
    assert (buttons(desk, record), buttons(review, record)) == STEPS[state]


def test_what_is_typed_is_saved_before_the_step(desk: Client) -> None:
    record = cite(make_record(Kind.FAILURE))
    step(desk, record, "submit", title="Better")
    record.refresh_from_db()
    assert (record.title, record.status) == ("Better", Status.IN_REVIEW)


def test_what_is_wrong_in_the_form_stops_the_step(review: Client) -> None:
    record = in_review()
    response = review.post(change_page(record), form_for(record, title="", _step="publish"))
    assert response.status_code == 200
    assert "This field is required." in words_of(response)
    assert status_of(record) == Status.IN_REVIEW


def test_a_step_that_does_not_exist_is_a_plain_save(desk: Client) -> None:
    record = cite(make_record(Kind.FAILURE))
    assert step(desk, record, "discard; drop table", title="Kept")
    record.refresh_from_db()
    assert (record.title, record.status) == ("Kept", Status.DRAFT)


def test_a_reviewer_who_read_an_old_version_does_not_publish_the_new_one(
    desk: Client, review: Client
) -> None:
    record = in_review()
    read = form_for(record, _step="publish")
    desk.post(change_page(record), form_for(record, title="Changed meanwhile"))
    response = review.post(change_page(record), read)
    assert response.status_code == 200
    assert "Somebody else saved this record while you were editing" in words_of(response)
    assert status_of(record) == Status.IN_REVIEW


def test_a_withdrawn_record_comes_back_through_review(review: Client) -> None:
    record = make_published(Kind.FAILURE)
    curation.withdraw(record, by=None, reason="So.")
    assert "in review" in step(review, record, "submit")
    assert "published" in step(client_of(make_user(Role.REVIEWER)), record, "publish")
    assert Client().get(record.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("role", Role)
def test_the_admin_is_the_desks(role: Role) -> None:
    response = client_of(make_user(role)).get("/admin/lessons/failure/")
    assert response.status_code == (302 if role == Role.READER else 200)


def test_the_bulk_actions_are_those_of_the_desk_and_offer_no_deleting(review: Client) -> None:
    make_record(Kind.FAILURE)
    text = text_of(review.get("/admin/lessons/failure/"))
    assert all(f'<option value="{name}">' in text for name in ACTIONS)
    assert "delete_selected" not in text

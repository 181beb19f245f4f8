"""Many records at once, on the pages: choose, look, do."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from lessons import curation
from lessons.models import Record, Status
from tests.admin import client_of
from tests.factories import make_many, make_record, make_theme
from tests.test_curation import in_state
from tests.views import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(analyst: User) -> Client:
    return client_of(analyst)


@pytest.fixture
def review(reviewer: User) -> Client:
    return client_of(reviewer)


def look(client: Client, action: str, **sent: Any) -> Any:
    return client.post("/curate/bulk/", {"action": action, **sent}, follow=True)


def do(client: Client, page: Any) -> Any:
    """Confirm what ``page`` shows, with the fields it sends."""
    data = {**dict(page.context["form"].carried), "versions": page.context["outcome"].shown}
    return client.post("/curate/bulk/perform/", data, follow=True)


def test_ticked_records_are_published_after_a_look(review: Client) -> None:
    good, other, draft = in_state("in_review"), in_state("in_review"), make_record()
    page = look(review, "publish", record=[good.code, other.code, draft.code])
    words = words_of(page)
    assert "2 records will change. Nothing has changed yet." in words
    assert "1 record is left out" in words
    assert "in review published" in words
    assert set(Record.objects.values_list("status", flat=True)) == {"draft", "in_review"}
    done = do(review, page)
    assert done.redirect_chain[-1][0].startswith("/curate/acts/")
    assert "2 records were changed" in words_of(done)
    assert set(done.context["records"]) == {good, other}
    assert Record.objects.published().count() == 2


def test_an_action_asks_for_what_it_needs_first(review: Client) -> None:
    record = in_state("in_review")
    page = look(review, "send_back", record=record.code)
    assert "required" not in page.context["form"].errors
    assert page.context["outcome"] is None
    codes = page.context["form"]["codes"].value()
    assert "This field is required." in words_of(look(review, "send_back", codes=codes, reason=""))
    page = look(review, "send_back", codes=codes, reason="Say who.")
    assert "Reason: Say who." in words_of(page)
    do(review, page)
    record.refresh_from_db()
    assert record.status == Status.DRAFT
    assert "Say who." in words_of(review.get(record.get_absolute_url()))


@pytest.mark.parametrize("action", ["add_theme", "assign", "add_tag"])
def test_each_argument_is_carried_to_the_deed(action: str, desk: Client, analyst: User) -> None:
    theme, record = make_theme(), make_record()
    argument = {"add_theme": {"theme": theme.pk}, "assign": {"person": analyst.pk},
                "add_tag": {"tag": "early warning"}}[action]  # fmt: skip
    do(desk, look(desk, action, codes=record.code, **argument))
    record.refresh_from_db()
    found = {"add_theme": set(record.themes.all()), "assign": {record.assigned_to},
             "add_tag": set(record.tags.names())}[action]  # fmt: skip
    assert found == {{"add_theme": theme, "assign": analyst, "add_tag": "early warning"}[action]}


def test_nobody_is_somebody_one_can_assign_to(desk: Client, analyst: User) -> None:
    record = make_record()
    do(desk, look(desk, "assign", codes=record.code, person=analyst.pk))
    do(desk, look(desk, "assign", codes=record.code, person=""))
    record.refresh_from_db()
    assert record.assigned_to is None


def test_all_that_is_found_can_be_chosen_and_no_more(desk: Client) -> None:
    theme = make_theme()
    make_many(25)
    themed = make_record(themes=[theme])
    page = look(desk, "add_tag", scope="all", query="status=draft", tag="x")
    assert [line.code for line in page.context["outcome"].changed] == [themed.code]
    make_record(title="Written after the look")
    assert "1 record was changed" in words_of(do(desk, page))
    assert len(look(desk, "add_tag", scope="all", query="", tag="x").context["outcome"].lines) == 27


def test_more_than_a_thousand_send_one_back_to_the_list(review: Client) -> None:
    make_many(1001)
    page = look(review, "add_tag", scope="all", query="kind=lesson", tag="x")
    assert page.redirect_chain[-1][0] == "/curate/records/?kind=lesson"
    assert "At most 1000 records at once" in words_of(page)


def test_what_changed_between_look_and_deed_is_left_out_and_named(review: Client) -> None:
    good, changed = in_state("in_review"), in_state("in_review")
    page = look(review, "publish", record=[good.code, changed.code])
    curation.save_record(Record.objects.get(pk=changed.pk), by=None)
    words = words_of(do(review, page))
    assert f"Left out: {changed.code}. It was changed by someone else in the meantime." in words
    assert "1 record was changed" in words
    again = words_of(do(review, page))  # the same confirmation sent twice
    assert f"Left out: {good.code}" in again
    assert Record.objects.published().count() == 1


@pytest.mark.parametrize(
    "sent",
    [{"action": ""}, {"action": "publish"}, {"action": "drop", "record": "L-1"}],
)
def test_choosing_nothing_leads_back_to_the_list(sent: dict[str, Any], review: Client) -> None:
    page = review.post("/curate/bulk/", sent, follow=True)
    assert page.redirect_chain[-1][0] == "/curate/records/"
    assert "Choose at least one record" in words_of(page)


@pytest.mark.parametrize("versions", ["", "L-1", "L-1:x", "nonsense", "L-1:1:1", "X-1:1"])
def test_a_confirmation_that_is_none_does_nothing(versions: str, review: Client) -> None:
    in_state("in_review")
    data = {"action": "publish", "versions": versions}
    page = review.post("/curate/bulk/perform/", data, follow=True)
    assert page.redirect_chain[-1][0] == "/curate/records/"
    assert not Record.objects.published()


def test_an_analyst_publishes_nothing_by_this_way(desk: Client) -> None:
    record = in_state("in_review")
    page = look(desk, "publish", record=record.code)
    assert "Your role does not allow this." in words_of(page)
    data = {"action": "publish", "versions": f"{record.code}:{record.version}"}
    desk.post("/curate/bulk/perform/", data)
    assert not Record.objects.published()


def test_an_act_that_never_was_is_not_there(desk: Client) -> None:
    assert desk.get("/curate/acts/0f3a/").status_code == 404

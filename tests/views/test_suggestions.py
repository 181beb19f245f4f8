"""The pages of suggestions: deciding with and without htmx, filters, and the cues."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from lessons import suggestions
from lessons.models import Cue, Kind, Record, Report, Suggestion
from tests.factories import make_published, make_record, make_report

pytestmark = pytest.mark.django_db

TEXT = ("It rained. The force failed to act in time.", "The Council should act at once.")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def report(db: None) -> Report:
    for phrase, kind, use in (("fail*", "failure", "cue"), ("should", "recommendation", "cue"),
                              ("council", "actor", "name")):  # fmt: skip
        suggestions.save_cue(Cue(phrase=phrase, kind=kind, use=use, prior=0.6), by=None)
    made = make_report(TEXT, slug="kigali")
    suggestions.look(made, by=None)
    return made


@pytest.fixture
def desk(client: Client, analyst: User) -> Client:
    client.force_login(analyst)
    return client


HERE = "/curate/reports/kigali/suggestions/"


def page(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{HERE}{query}")
    assert response.status_code == 200
    return [card.suggestion.exact for card in response.context["cards"]]


def decide(client: Client, one: Suggestion, do: str, **more: Any) -> Any:
    return client.post(f"/curate/suggestions/{one.pk}/", {"do": do, "next": HERE, **more})


def test_what_waits_is_shown_in_its_passage_with_its_cue(desk: Client, report: Report) -> None:
    response = desk.get(HERE)
    assert [str(card.kind) for card in response.context["cards"]] == ["failure", "recommendation"]
    assert '<span class="around">It rained. </span>' in response.text
    assert "The force <b>failed</b> to act in time." in response.text
    assert response.context["left"] == 2


def test_of_a_long_passage_only_what_stands_around_is_shown(desk: Client, report: Report) -> None:
    long = make_report(
        (f"{'Before. ' * 90}The force failed to act. {'After. ' * 90}",), slug="goma"
    )
    suggestions.look(long, by=None)
    before, after = Suggestion.objects.of(long).get().around
    assert before.startswith("… ")
    assert before.endswith("Before. ")
    assert after.startswith(" After.")
    assert after.endswith(" …")
    assert max(len(before), len(after)) < 250


def test_looking_is_a_button(desk: Client, report: Report) -> None:
    Suggestion.objects.all().delete()
    response = desk.post(HERE, follow=True)
    assert "2 new suggestions." in response.text
    assert len(page(desk)) == 2


def test_it_narrows_by_kind_and_orders_by_strength_or_place(desk: Client, report: Report) -> None:
    Suggestion.objects.filter(kind="recommendation").update(score=0.9)
    assert page(desk) == ["The Council should act at once.", "The force failed to act in time."]
    assert page(desk, "?order=place")[0] == "The force failed to act in time."
    assert page(desk, "?kind=failure") == ["The force failed to act in time."]
    one = Suggestion.objects.get(kind="failure")
    assert page(desk, f"?kind=recommendation&at={one.pk}")[0] == one.exact


@pytest.mark.parametrize("query", ["?kind=theme", "?order=random", "?at=x", "?page=2"])
def test_what_it_cannot_be_asked_for_is_refused(query: str, desk: Client, report: Report) -> None:
    assert desk.get(f"{HERE}{query}").status_code == 400


def test_accepting_without_scripts_leads_back_with_a_way_to_undo(
    desk: Client, report: Report
) -> None:
    one = Suggestion.objects.get(kind="failure")
    response = decide(desk, one, "accept", kind="failure")
    assert response["Location"] == HERE
    record = Record.objects.get()
    said = desk.get(HERE).text
    assert record.code in said
    assert "/curate/undo/" in said
    assert page(desk) == ["The Council should act at once."]


def test_a_decision_by_htmx_brings_back_its_card_alone(desk: Client, report: Report) -> None:
    one = Suggestion.objects.get(kind="failure")
    response = desk.post(
        f"/curate/suggestions/{one.pk}/", {"do": "accept", "kind": "lesson"}, headers=HTMX
    )
    assert response.status_code == 200
    assert "<html" not in response.text
    assert f'id="s-{one.pk}"' in response.text
    assert 'hx-swap-oob="true"' in response.text
    assert Record.objects.get().kind == Kind.LESSON
    again = desk.post(f"/curate/suggestions/{one.pk}/", {"do": "reject"}, headers=HTMX)
    assert "Somebody has decided this already" in again.text


def test_undoing_leads_back_to_it(desk: Client, report: Report) -> None:
    one = Suggestion.objects.get(kind="failure")
    decide(desk, one, "reject")
    assert page(desk) == ["The Council should act at once."]
    act = Suggestion.pgh_event_model.objects.latest("pgh_id").pgh_context.metadata["act"]
    response = desk.post(f"/curate/undo/{act}/", {"next": f"{HERE}?at={one.pk}"})
    assert response["Location"] == f"{HERE}?at={one.pk}"
    assert page(desk, f"?at={one.pk}")[0] == one.exact


def test_editing_first(desk: Client, report: Report) -> None:
    one = Suggestion.objects.get(kind="recommendation")
    address = decide(desk, one, "edit", kind="lesson")["Location"]
    form = desk.get(address).context["form"]
    assert form.initial["title"] == "The Council should act at once"
    fields = {"kind": "lesson", "title": "Act", "statement": "Act at once.", "origin": "stated"}
    assert "required" in decide(desk, one, "save", **{**fields, "title": ""}).text
    decide(desk, one, "save", **fields)
    record = Record.objects.get()
    assert (record.kind, record.title, record.citations.get().exact) == (
        "lesson", "Act", one.exact,
    )  # fmt: skip


def test_editing_by_htmx_stays_in_the_card(desk: Client, report: Report) -> None:
    one = Suggestion.objects.get(kind="failure")
    for do, expected in (("edit", "textarea"), ("show", "Accept"), ("save", "Act")):
        fields = {"title": "Act", "statement": "Act.", "failure_type": "delay"}
        response = desk.post(
            f"/curate/suggestions/{one.pk}/", {"do": do, "kind": "failure", **fields}, headers=HTMX
        )
        assert "<html" not in response.text
        assert expected in response.text
    assert Record.objects.get().failure_type == "delay"


def test_near_duplicates_are_shown(desk: Client, report: Report) -> None:
    same = make_record(Kind.FAILURE, title="The force failed to act in time")
    response = desk.get(f"{HERE}?kind=failure")
    (card,) = response.context["cards"]
    assert [record for record, _percent in card.alike] == [same]
    assert same.code in response.text


@pytest.mark.parametrize("form", [{"do": "burn"}, {}, {"do": "accept", "kind": "theme"}])
def test_what_a_suggestion_cannot_be_asked_is_refused(
    form: dict[str, str], desk: Client, report: Report
) -> None:
    one = Suggestion.objects.first()
    assert desk.post(f"/curate/suggestions/{one.pk}/", form).status_code == 400


def test_the_list_of_reports_says_what_waits(desk: Client, report: Report) -> None:
    make_report(slug="other")
    suggestions.reject(Suggestion.objects.first(), by=None)
    response = desk.get("/curate/suggestions/")
    rows = [(one.slug, one.waiting, one.decided) for one in response.context["reports"]]
    assert rows == [("kigali", 1, 1), ("other", 0, 0)]


# session, user; report; kinds, cards, near-duplicates and their threshold, their records, how many
# are left and decided; the outbox
REVIEW = 10


@pytest.mark.parametrize("size", [3, 15])
def test_the_page_asks_as_many_queries_however_much_waits(
    size: int, desk: Client, report: Report
) -> None:
    texts = tuple(f"Force {number} failed to act in time." for number in range(size))
    made = make_report(texts, slug="goma")
    make_published(Kind.FAILURE, title="Force 1 failed to act in time")
    suggestions.look(made, by=None)
    desk.get("/curate/reports/goma/suggestions/")
    with CaptureQueriesContext(connection) as asked:
        response = desk.get("/curate/reports/goma/suggestions/")
    assert len(response.context["cards"]) == size
    assert len(asked) == REVIEW, [q["sql"][:90] for q in asked]


# Cues


def test_the_cues_show_how_often_each_was_right(desk: Client, report: Report) -> None:
    suggestions.accept(Suggestion.objects.get(kind="failure"), by=None)
    suggestions.reject(Suggestion.objects.get(kind="recommendation"), by=None)
    Cue.objects.filter(phrase="should").delete()
    response = desk.get("/curate/cues/")
    first = response.context["rows"][0]
    assert (first.cue.phrase, first.right, first.wrong, first.precision) == ("fail*", 1, 0, 100)
    (other,) = response.context["others"]
    assert (other.name, other.precision) == ("should", 0)


def test_a_cue_is_added_changed_switched_and_taken_away(desk: Client) -> None:
    fields = {"phrase": "lack of", "use": "cue", "kind": "failure", "language": "en",
              "prior": "0.5", "active": "on"}  # fmt: skip
    assert desk.post("/curate/cues/", fields).status_code == 302
    cue = Cue.objects.get()
    address = f"/curate/cues/{cue.pk}/"
    assert desk.post(address, {**fields, "phrase": "lack* of"}).status_code == 302
    assert desk.post(address, {"do": "off"}).status_code == 302
    cue.refresh_from_db()
    assert (cue.phrase, cue.active) == ("lack* of", False)
    assert [row.cue for row in desk.get("/curate/cues/?q=lack").context["rows"]] == [cue]
    desk.post(address, {"do": "discard"})
    assert not Cue.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"phrase": "(a|b)+"}, {"prior": "2"}, {"kind": ""}, {"language": "xx"}]
)
def test_a_cue_that_is_none_is_told_in_the_form(wrong: dict[str, str], desk: Client) -> None:
    fields = {"phrase": "lack of", "use": "cue", "kind": "failure", "language": "en",
              "prior": "0.5", "active": "on", **wrong}  # fmt: skip
    response = desk.post("/curate/cues/", fields)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Cue.objects.exists()


def test_cues_are_asked_for_what_they_know(desk: Client) -> None:
    assert desk.get("/curate/cues/?use=spell").status_code == 400
    assert desk.get("/curate/cues/?use=stop&kind=failure&language=fr&q=x").status_code == 200

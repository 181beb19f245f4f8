"""Writing and editing records on the pages; two who edit at once lose nothing."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from lessons import curation, describing, theming
from lessons.models import Country, Kind, Record, Tag
from tests.admin import client_of
from tests.factories import REQUIRED, cite, make_published, make_record, make_theme, make_user
from tests.views import text_of, words_of

pytestmark = pytest.mark.django_db

# What a save changes by itself, and what the history leaves to the database to derive.
OTHERS = {"version", "updated_at", "restricted"}


def edit_page(record: Record) -> str:
    return f"/records/{record.code}/edit/"


def sent(client: Client, record: Record, **fields: Any) -> dict[str, Any]:
    """Return what a browser sends of the form as the page shows it now, with ``fields`` typed."""
    form = client.get(edit_page(record)).context["form"]
    values = {bound.name: bound.value() for bound in form}
    data = {name: value for name, value in values.items() if value not in (None, [])}
    data["themes"] = [getattr(one, "pk", one) for one in values["themes"] or []]
    data["countries"] = [getattr(one, "pk", one) for one in values["countries"] or []]
    return {**data, **fields}


@pytest.fixture
def desk(analyst: User) -> Client:
    return client_of(analyst)


@pytest.fixture
def review(reviewer: User) -> Client:
    return client_of(reviewer)


@pytest.mark.parametrize("kind", Kind)
def test_a_record_of_each_kind_is_written_and_edited(kind: str, desk: Client, analyst) -> None:
    theme = make_theme()
    Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    Tag.objects.create(name="Mandate", slug="mandate")
    data = {"title": "A title", "statement": "One line.\r\nAnother.", "language": "en",
            "themes": [theme.pk], "countries": ["RWA"], **REQUIRED[kind],
            "tags": 'mandate, early warning, "weapons, small"'}  # fmt: skip
    answer = desk.post(f"/records/new/{kind}/", data)
    record = Record.objects.get()
    assert answer["Location"] == record.get_absolute_url()
    assert (record.kind, record.created_by, record.version) == (kind, analyst, 1)
    assert record.statement == "One line.\nAnother."
    assert set(record.tags.names()) == {"Mandate", "early warning", "weapons, small"}
    assert list(record.themes.all()) == [theme]
    again = sent(desk, record, title="A better title")
    assert desk.post(edit_page(record), again)["Location"] == record.get_absolute_url()
    record.refresh_from_db()
    assert (record.title, record.version) == ("A better title", 2)
    assert set(record.tags.names()) == {"Mandate", "early warning", "weapons, small"}
    assert list(record.themes.all()) == [theme]
    assert [country.pk for country in record.countries.all()] == ["RWA"]


def test_a_form_saved_as_it_was_changes_only_its_version(desk: Client) -> None:
    record = make_record(Kind.ACTOR, aliases=["UNAMIR", "Mission, the"], external_ids={"q": "Q1"})
    desk.post(edit_page(record), sent(desk, record))
    before = Record.objects.filter(pk=record.pk).values().get()
    event = Record.pgh_event_model.objects.filter(pgh_obj=record).earliest("pgh_id")
    same = {name: value for name, value in before.items() if name not in OTHERS}
    assert same == {name: getattr(event, name) for name in same}


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(desk: Client) -> None:
    record = make_record()
    data = sent(desk, record, title="", discussion="Long thoughts.", tags="x" * 101)
    page = desk.post(edit_page(record), data)
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"title", "tags"}
    assert "Long thoughts." in text_of(page)
    years = {**data, "title": "T", "tags": "", "year_from": 1995, "year_to": 1994}
    assert "The first year is after the last." in words_of(desk.post(edit_page(record), years))


def test_citations_and_links_stand_beside(desk: Client) -> None:
    record, failure = cite(make_record()), make_published(Kind.FAILURE)
    curation.link(record, "drawn_from", failure, by=None)
    words = words_of(desk.get(edit_page(record)))
    assert record.citations.get().exact in words
    assert f"drawn from {failure.code}" in words


def test_a_retired_theme_is_offered_only_to_what_bears_it(desk: Client) -> None:
    theme = make_theme(pref_label_en="Retired theme")
    bearing, other = make_record(themes=[theme]), make_record()
    theming.deprecate(theme, by=None)
    assert "Retired theme" in words_of(desk.get(edit_page(bearing)))
    assert "Retired theme" not in words_of(desk.get(edit_page(other)))


@pytest.mark.parametrize("role", Role)
def test_only_reviewers_edit_what_is_published(role: str) -> None:
    record, client = make_published(), client_of(make_user(role))
    allowed = role in {Role.REVIEWER, Role.ADMIN}
    assert client.get(edit_page(record)).status_code == (200 if allowed else 403)
    data = {"title": "New", "statement": "S.", "language": "en", "origin": "stated",
            "read_version": record.version}  # fmt: skip
    assert client.post(edit_page(record), data).status_code == (302 if allowed else 403)
    record.refresh_from_db()
    assert (record.title == "New") == allowed


@pytest.mark.parametrize("path", ["/records/new/thought/", "/records/L-999/edit/"])
def test_what_is_no_kind_and_no_record_is_not_there(path: str, desk: Client) -> None:
    assert desk.get(path).status_code == 404


def test_of_two_who_edit_the_second_sees_both_and_settles(
    desk: Client, review: Client, reviewer: User
) -> None:
    old, new, ours = make_theme(), make_theme(), make_theme()
    record = make_record(title="As it was", statement="It was.", themes=[old], tags=["kept"])
    mine = sent(desk, record, title="Mine", discussion="My reasons.",
                themes=[old.pk, ours.pk], tags="kept, mine")  # fmt: skip
    theirs = sent(review, record, title="Theirs", statement="It was so.",
                  themes=[old.pk, new.pk], tags="")  # fmt: skip
    assert review.post(edit_page(record), theirs).status_code == 302

    page = desk.post(edit_page(record), mine)
    words = words_of(page)
    assert "Somebody else saved this record while you were editing" in words
    assert str(reviewer) in words
    assert "[added: Theirs added until here]" in words
    assert "[removed: As it was removed until here]" in words
    carried = page.context["carried"]
    again: dict[str, Any] = {"read_version": 1, "compared_version": 2}
    for name, value in carried:
        again.setdefault(name, []).append(value)
    assert "changed by both" in words_of(desk.post(edit_page(record), again))

    settled = {**again, "pick-title": "merged", "text-title": "Ours"}
    assert desk.post(edit_page(record), settled).status_code == 302
    record.refresh_from_db()
    assert (record.title, record.statement, record.version) == ("Ours", "It was so.", 3)
    assert record.discussion == "My reasons."
    assert set(record.themes.all()) == {old, new, ours}
    assert set(record.tags.names()) == {"mine"}  # they took “kept” away, I added one


def test_a_third_who_saves_while_two_are_settled_is_seen_too(desk: Client, review: Client) -> None:
    record = make_record(title="One", statement="It was.")
    mine = sent(desk, record, statement="Mine.")
    review.post(edit_page(record), sent(review, record, title="Two"))
    assert desk.post(edit_page(record), mine).context["conflict"].version == 2
    review.post(edit_page(record), sent(review, record, statement="Theirs."))
    again = {**mine, "compared_version": 2}
    page = desk.post(edit_page(record), again)
    conflict = page.context["conflict"]
    assert (conflict.began, conflict.version) == (2, 3)
    assert {one.name: one.usual for one in conflict.differences} == {"statement": ""}
    last = {**dict(page.context["carried"]), "read_version": 2, "compared_version": 3,
            "pick-statement": "mine"}  # fmt: skip
    assert desk.post(edit_page(record), last).status_code == 302
    record.refresh_from_db()
    assert (record.title, record.statement, record.version) == ("Two", "Mine.", 4)


def test_a_theme_put_on_in_bulk_meanwhile_is_kept(desk: Client) -> None:
    theme, record = make_theme(), make_record()
    mine = sent(desk, record, title="Mine")
    describing.add_theme(record, theme, by=None)
    page = desk.post(edit_page(record), mine)
    assert {one.name: one.usual for one in page.context["conflict"].differences} == {
        "title": "mine", "themes": "theirs",
    }  # fmt: skip
    assert desk.post(edit_page(record), {**mine, "compared_version": 2}).status_code == 302
    assert list(record.themes.all()) == [theme]


def test_what_was_typed_shows_even_when_it_can_no_longer_be_saved(desk: Client) -> None:
    record = cite(make_record())
    mine = sent(desk, record, title="Typed in vain")
    curation.publish(curation.submit(record, by=None), by=None)
    page = desk.post(edit_page(record), mine)
    assert page.status_code == 200
    assert "Typed in vain" in words_of(page)
    assert "only a reviewer may by now" in words_of(page)
    assert "Save this onto" not in words_of(page)


@pytest.mark.parametrize("version", ["", "0", "99", "x", "9" * 30])
def test_a_made_up_version_overwrites_nothing(version: str, desk: Client) -> None:
    record = make_record(title="As it was")
    data = sent(desk, record, title="New", read_version=version)
    for more in ({}, {"compared_version": version}, {"compared_version": "99"}):
        assert desk.post(edit_page(record), {**data, **more}).status_code == 200
    record.refresh_from_db()
    assert record.title == "As it was"

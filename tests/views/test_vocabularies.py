"""Tags and themes at the desk: what is shown, what is previewed, what is done."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from lessons import tagging, theming
from lessons.models import Tag, Theme
from tests.factories import make_published, make_record, make_theme
from tests.views import links_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(signed_in: Any, reviewer: User) -> Client:
    return signed_in(reviewer)


@pytest.fixture
def desk(signed_in: Any, analyst: User) -> Client:
    return signed_in(analyst)


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


def address(name: str) -> str:
    return f"/curate/tags/{tag(name).pk}/"


@pytest.fixture
def tags() -> None:
    make_published(tags=["mandate", "force"])
    make_published(tags=["mandate", "mandates"])


def test_the_tags_are_listed_by_use_with_those_that_look_the_same(desk: Client, tags: None) -> None:
    response = desk.get("/curate/tags/")
    rows = [(one.name, one.times_used) for one, _near in response.context["rows"]]
    assert rows == [("mandate", 2), ("force", 1), ("mandates", 1)]
    assert "These look like one tag" in words_of(response)
    assert f"{address('mandates')}?into=mandate" in links_of(response)


def test_the_tags_are_searched_and_have_pages(desk: Client, tags: None) -> None:
    make_record(tags=[f"tag {number}" for number in range(20)])
    assert [one.name for one, _n in desk.get("/curate/tags/?q=Forc").context["rows"]] == ["force"]
    second = desk.get("/curate/tags/?q=tag&page=1").context
    assert len(second["rows"]) == 20
    assert len(desk.get("/curate/tags/?page=2").context["rows"]) == 3
    for query in ("page=0", "page=9", "page=x", "nonsense=1"):
        assert desk.get(f"/curate/tags/?{query}").status_code == 400


def test_a_merge_of_tags_says_first_what_it_changes(review: Client, tags: None) -> None:
    words = words_of(review.get(address("mandates"), {"into": "Mandate"}))
    assert "1 record changes from “mandates” to “mandate”. 1 of them bears both." in words
    response = review.post(address("mandates"), {"do": "merge", "into": "mandate"}, follow=True)
    assert response.redirect_chain == [(address("mandate"), 302)]
    assert "“mandates” was merged into “mandate”." in words_of(response)
    assert "Also leads here: mandates" in words_of(response)
    assert review.get(f"/curate/tags/{tag('mandates').pk}/")["Location"] == address("mandate")


def test_a_tag_nobody_has_is_told(review: Client, tags: None) -> None:
    assert "There is no other tag “xyz”." in words_of(review.get(address("force"), {"into": "xyz"}))
    assert review.post(address("force"), {"do": "merge", "into": "xyz"}).status_code == 404


def test_a_tag_is_renamed_retired_and_brought_back(review: Client, tags: None) -> None:
    path = address("force")
    review.post(path, {"do": "rename", "name": "armed force"})
    assert Tag.objects.get(slug="force").name == "armed force"
    review.post(path, {"do": "retire"})
    assert Tag.objects.get(slug="force").retired
    assert "Offer it again" in words_of(review.get(path))
    review.post(path, {"do": "bring back"})
    assert not Tag.objects.get(slug="force").retired


def test_what_a_tag_refuses_is_told(review: Client, tags: None) -> None:
    response = review.post(address("force"), {"do": "rename", "name": "MANDATE"}, follow=True)
    assert "There is a tag “mandate”. Merge the two instead." in words_of(response)
    assert review.post(address("force"), {"do": "dance"}).status_code == 400


def test_an_analyst_sees_the_tags_and_changes_none(desk: Client, tags: None) -> None:
    assert "by a reviewer" in words_of(desk.get(address("force")))
    for said in ({"do": "retire"}, {"do": "rename", "name": "x"}, {"do": "merge", "into": "force"}):
        assert desk.post(address("mandate"), said).status_code == 403
    assert Tag.objects.offered().count() == 3


# Themes


@pytest.fixture
def themes() -> tuple[Theme, Theme]:
    return (
        make_theme(slug="warning", pref_label_en="Warning", notation="1"),
        make_theme(slug="alarm", pref_label_en="Alarm", notation="2"),
    )


WORDS = {"pref_label_en": "Siren", "pref_label_fr": "Sirène", "notation": "1.9"}


def test_the_scheme_is_shown_in_the_order_of_its_notations(desk: Client, themes: Any) -> None:
    make_theme(broader=themes[0], pref_label_en="Below", notation="1.1")
    tree = desk.get("/curate/themes/").context["tree"]
    assert [(one.label, depth) for one, depth in tree] == [
        ("Warning", 0), ("Below", 1), ("Alarm", 0),
    ]  # fmt: skip


def test_a_theme_is_added_below_another(review: Client, themes: Any) -> None:
    said = {**WORDS, "broader": themes[0].pk, "alt_labels_en": "horn\nwhistle"}
    assert review.post("/curate/themes/", said).status_code == 302
    theme = Theme.objects.get(slug="siren")
    assert (theme.broader, theme.alt_labels_en) == (themes[0], ["horn", "whistle"])
    response = review.post("/curate/themes/", said)
    assert "already exists" in words_of(response)


def test_a_theme_is_worded_and_moved(review: Client, themes: Any) -> None:
    said = {**WORDS, "broader": themes[0].pk, "do": "save"}
    review.post("/curate/themes/alarm/", said)
    moved = Theme.objects.get(slug="alarm")
    assert (moved.label, moved.broader) == ("Siren", themes[0])
    response = review.post(
        "/curate/themes/warning/", {**WORDS, "notation": "1", "broader": moved.pk, "do": "save"}
    )
    assert response.status_code == 200
    assert Theme.objects.get(slug="warning").broader is None


def test_a_merge_of_themes_says_first_what_it_changes(review: Client, themes: Any) -> None:
    make_theme(broader=themes[1])
    make_published(themes=[themes[1]])
    make_published(themes=themes)
    words = words_of(review.get("/curate/themes/alarm/", {"into": "warning"}))
    assert "2 records change from “Alarm” to “Warning”. 1 of them bears both." in words
    assert "1 narrower theme moves below “Warning”." in words
    response = review.post("/curate/themes/alarm/", {"do": "merge", "into": "warning"}, follow=True)
    assert response.redirect_chain == [("/curate/themes/warning/", 302)]
    assert "“Alarm” was merged into “Warning”." in words_of(response)
    assert "Replaced by: Warning" in words_of(review.get("/curate/themes/alarm/"))


@pytest.mark.parametrize("moved", [{}, {"move": "on"}])
def test_a_theme_is_deprecated_with_or_without_its_records(
    moved: dict[str, str], review: Client, themes: Any
) -> None:
    record = make_published(themes=[themes[1]])
    review.post("/curate/themes/alarm/", {"do": "deprecate", "into": "warning", **moved})
    assert Theme.objects.get(slug="alarm").replaced_by == themes[0]
    assert record.themes.get() == themes[0 if moved else 1]


def test_what_a_theme_refuses_is_told(review: Client, themes: Any) -> None:
    make_theme(broader=themes[0])
    response = review.post("/curate/themes/warning/", {"do": "deprecate"}, follow=True)
    assert "has narrower themes" in words_of(response)
    assert review.post("/curate/themes/warning/", {"do": "dance"}).status_code == 400
    assert review.post("/curate/themes/warning/", {"do": "merge", "into": "x"}).status_code == 404


def test_an_analyst_sees_the_scheme_and_changes_nothing(desk: Client, themes: Any) -> None:
    assert "by a reviewer" in words_of(desk.get("/curate/themes/warning/"))
    for path, said in (
        ("/curate/themes/", WORDS),
        ("/curate/themes/warning/", {**WORDS, "do": "save"}),
        ("/curate/themes/warning/", {"do": "merge", "into": "alarm"}),
        ("/curate/themes/warning/", {"do": "deprecate"}),
    ):
        assert desk.post(path, said).status_code == 403
    assert set(Theme.objects.offered()) == set(themes)


# The admin obeys the same guards


def test_the_admin_refuses_to_delete_what_is_in_use(review: Client, tags: None) -> None:
    theme = make_theme()
    make_published(themes=[theme])
    for path in (f"tag/{tag('force').pk}", f"theme/{theme.pk}"):
        response = review.post(f"/admin/lessons/{path}/delete/", {"post": "yes"}, follow=True)
        assert "is in use" in words_of(response)
    assert tag("force").record_tags.exists()
    assert theme.records.exists()


def test_the_admin_deletes_what_nothing_bears(review: Client) -> None:
    unused = Tag.objects.create(name="unused", slug="unused")
    theme = make_theme()
    for path in (f"tag/{unused.pk}", f"theme/{theme.pk}"):
        review.post(f"/admin/lessons/{path}/delete/", {"post": "yes"})
    assert not Tag.objects.exists()
    assert not Theme.objects.exists()


def test_fields_that_complete_themselves_offer_what_may_be_given(
    desk: Client, tags: None, themes: Any
) -> None:
    tagging.merge_tags(tag("mandate"), tag("mandates"), by=None)
    tagging.retire(tag("force"), by=None)
    theming.deprecate(themes[1], by=None)
    for field, words, offered in (
        ("recordtag&field_name=tag", "a", ["mandate"]),
        ("recordtag&field_name=tag", "force", []),
        ("lesson&field_name=themes", "a", ["Warning"]),
    ):
        found = desk.get(f"/admin/autocomplete/?app_label=lessons&model_name={field}&term={words}")
        assert [one["text"] for one in found.json()["results"]] == offered


def test_the_admin_form_of_a_record_keeps_what_it_bears_and_takes_no_old_terms(
    desk: Client, tags: None, themes: Any
) -> None:
    record = make_record(tags=["force"], themes=[themes[1]])
    tagging.retire(tag("force"), by=None)
    theming.deprecate(themes[1], by=None)
    said = {"title": "T", "statement": "S", "origin": "stated", "language": "en",
            "tags": [tag("force").pk], "themes": [themes[1].pk], "read_version": 1}  # fmt: skip
    empty = {f"{name}-{count}": 0 for name in ("citations", "links_out", "links_in")
             for count in ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    path = f"/admin/lessons/lesson/{record.pk}/change/"
    assert desk.post(path, {**said, **empty}).status_code == 302
    other = make_record()
    response = desk.post(f"/admin/lessons/lesson/{other.pk}/change/", {**said, **empty})
    errors = response.context["adminform"].form.errors
    assert set(errors) == {"tags"}
    said.pop("tags")
    response = desk.post(f"/admin/lessons/lesson/{other.pk}/change/", {**said, **empty})
    assert set(response.context["adminform"].form.errors) == {"themes"}

"""The theme tree and the pages of its themes."""

from typing import Any

import pytest
from django.test import Client

from lessons.models import Kind
from lessons.views.themes import SHOWN
from tests.factories import make_published, make_report, make_theme
from tests.views import links_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(db: None) -> dict[str, Any]:
    warning = make_theme(slug="warning", notation="1", pref_label_en="Warning",
                         pref_label_fr="Alerte", scope_note_en="Signs of what comes.")  # fmt: skip
    signals = make_theme(slug="signals", notation="1.1", pref_label_en="Signals", broader=warning)
    action = make_theme(slug="action", notation="2", pref_label_en="Action")
    warning.related.add(action)
    return {"warning": warning, "signals": signals, "action": action}


def test_the_tree_counts_a_record_once_with_all_that_is_narrower(
    client: Client, tree: dict[str, Any]
) -> None:
    passage = make_report().passages.get(ordinal=1)
    make_published(passage=passage, themes=[tree["signals"]])
    make_published(passage=passage, themes=[tree["signals"], tree["warning"]])
    response = client.get("/themes/")
    assert [(str(theme), count) for theme, count, _below in response.context["tree"]] == [
        ("Warning", 2),
        ("Action", 0),
    ]
    below = response.context["tree"][0][2]
    assert [(str(theme), count) for theme, count in below] == [("Signals", 2)]
    assert "Warning 2 Signs of what comes. Signals 2" in words_of(response)


def test_the_tree_leaves_out_what_is_deprecated(client: Client, tree: dict[str, Any]) -> None:
    make_theme(pref_label_en="Gone", deprecated=True)
    assert "Gone" not in words_of(client.get("/themes/"))


def test_the_tree_can_be_empty(client: Client) -> None:
    assert "No themes yet." in words_of(client.get("/themes/"))


def test_a_theme_says_what_it_means_and_where_it_stands(
    client: Client, tree: dict[str, Any]
) -> None:
    response = client.get("/themes/warning/")
    words = words_of(response)
    assert "Signs of what comes." in words
    assert "Narrower Signals" in words
    assert "Related Action" in words
    assert "No record bears this theme yet." in words
    assert "Themes › Warning" in words_of(client.get("/themes/signals/"))


def test_a_theme_shows_some_records_of_each_kind_and_leads_to_all(
    client: Client, tree: dict[str, Any]
) -> None:
    passage = make_report().passages.get(ordinal=1)
    for _number in range(SHOWN + 1):
        make_published(passage=passage, themes=[tree["signals"]])
    make_published(Kind.FAILURE, passage, themes=[tree["warning"]])
    response = client.get("/themes/warning/")
    shown = {kind: (len(records), count) for kind, records, count in response.context["groups"]}
    assert shown == {Kind.LESSON: (SHOWN, SHOWN + 1), Kind.FAILURE: (1, 1)}
    assert "/lessons/?theme=warning" in links_of(response)
    assert "/failures/?theme=warning" in links_of(response)
    assert client.get("/lessons/?theme=warning").context["found"].total == SHOWN + 1


def test_a_theme_speaks_the_readers_language(client: Client, tree: dict[str, Any]) -> None:
    words = words_of(client.get("/themes/warning/", headers={"accept-language": "fr"}))
    assert "Alerte" in words
    assert "Signs of what comes." in words  # better than nothing


def test_a_theme_that_was_replaced_leads_to_its_successor(
    client: Client, tree: dict[str, Any]
) -> None:
    make_theme(slug="old", deprecated=True, replaced_by=tree["warning"])
    response = client.get("/themes/old/")
    assert response.status_code == 301
    assert response["Location"] == "/themes/warning/"


def test_a_theme_out_of_use_says_so(client: Client) -> None:
    make_theme(slug="old", deprecated=True)
    assert "no longer used for new records" in words_of(client.get("/themes/old/"))


def test_a_theme_that_is_not_there_is_404(client: Client) -> None:
    assert client.get("/themes/nowhere/").status_code == 404

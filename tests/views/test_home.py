"""The first page: what the base holds, the ways in, the newest lessons."""

import pytest
from django.test import Client

from accounts.models import User
from lessons.models import Kind
from lessons.views.home import LATEST
from tests.factories import make_published, make_record, make_report, make_theme
from tests.views import links_of, words_of

pytestmark = pytest.mark.django_db


def test_it_can_be_read_before_anything_is_there(client: Client) -> None:
    words = words_of(client.get("/"))
    assert "No themes yet." in words
    assert "No lesson is published yet." in words
    assert "0 lessons" in words


def test_it_counts_each_kind_and_the_reports(client: Client) -> None:
    passage = make_report().passages.get(ordinal=1)
    for kind, number in zip(Kind, (1, 2, 3, 4), strict=True):
        for _one in range(number):
            make_published(kind, passage)
    make_record()
    response = client.get("/")
    assert dict(response.context["kinds"]) == dict(zip(Kind, (1, 2, 3, 4), strict=True))
    assert response.context["reports"] == 1
    assert "3 actors 4 recommendations 1 report " in words_of(response)


def test_the_desk_finds_its_drafts_counted_too(signed_in, analyst: User) -> None:
    make_record()
    assert dict(signed_in(analyst).get("/").context["kinds"])[Kind.LESSON] == 1


def test_it_links_to_every_list(client: Client) -> None:
    links = links_of(client.get("/"))
    for path in ("/lessons/", "/failures/", "/actors/", "/recommendations/", "/reports/",
                 "/themes/", "/lessons/?sort=recent"):  # fmt: skip
        assert path in links


def test_its_search_asks_all_records(client: Client) -> None:
    assert '<form class="big-find" action="/records/"' in client.get("/").content.decode()


def test_it_shows_top_themes_with_their_narrower_ones(client: Client) -> None:
    top = make_theme(pref_label_en="Early warning")
    make_theme(pref_label_en="Signals", broader=top)
    make_theme(pref_label_en="Gone", deprecated=True)
    response = client.get("/")
    shown = [(str(theme), list(map(str, below))) for theme, below in response.context["themes"]]
    assert shown == [("Early warning", ["Signals"])]
    assert "Early warning Signals" in words_of(response)
    assert top.get_absolute_url() in links_of(response)


def test_it_shows_the_newest_lessons_first_and_only_a_few(client: Client) -> None:
    made = [make_published(Kind.LESSON, title=f"Number {n}") for n in range(LATEST + 1)]
    make_published(Kind.FAILURE)
    latest = client.get("/").context["latest"]
    assert [row.record.pk for row in latest] == [record.pk for record in made[:0:-1]]


def test_it_speaks_french(client: Client) -> None:
    make_theme(pref_label_fr="Alerte rapide")
    response = client.get("/", headers={"accept-language": "fr"})
    assert '<html lang="fr">' in response.content.decode()
    assert "Alerte rapide" in words_of(response)

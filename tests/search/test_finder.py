"""What is found, compared with a slow and obvious way to find it."""

import random
from typing import Any

import pytest

from lessons import curation, merging
from lessons.models import Country, Kind, Record
from lessons.search import SORTS, BadQuery, Filters, Found
from lessons.search.browse import Browsed
from lessons.search.words import read
from tests.factories import (
    REQUIRED,
    cite,
    make_many,
    make_published,
    make_record,
    make_report,
    make_theme,
    make_user,
)
from tests.search.corpus import (
    ANYONE,
    FACETS,
    Plain,
    ask_at_random,
    facet_counts,
    in_order,
    make_corpus,
    shown,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(2))
def test_everything_found_and_counted_is_what_a_plain_look_at_each_record_gives(seed):
    chance = random.Random(seed)
    make_corpus(chance)
    everything = [Plain.read(record) for record in Record.objects.all()]
    public = [plain for plain in everything if plain.record.status == "published"]
    for user, records in ((ANYONE, public), (make_user("analyst"), everything)):
        for _number in range(12):
            compare(ask_at_random(chance, user), user, records)


def compare(asked: Filters, user: Any, records: list[Plain]) -> None:
    """Compare the index with a plain look and, where there are no words, with the database."""
    expected = [plain for plain in records if plain.fits(asked)]
    finders: list[Any] = [Found(asked, user)]
    if not read(asked.q):
        finders.append(Browsed(asked, user))
    for found in finders:
        assert found.ids() == in_order(expected, asked.sort), asked
        assert found.ids(2, 5) == in_order(expected, asked.sort)[2:5], asked
        assert found.total == len(expected), asked
        facets = {facet.name: facet.values for facet in found.facets(*FACETS)}
        for name in FACETS:
            counted = {one.value: one.count for one in facets.get(name, []) if one.count}
            assert counted == facet_counts(asked, name, records, records), (name, asked)
    assert finders[0].facets(*FACETS) == finders[-1].facets(*FACETS)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_laid_side_by_side_are_the_whole_list(sort):
    make_many(45)
    for asked in (Filters(sort=sort), Filters(q="listen", sort=sort)):
        leafed = [
            row.record.pk
            for start in range(0, 49, 7)
            for row in Found(asked, ANYONE).rows(start, start + 7)
        ]
        assert leafed == Found(asked, ANYONE).ids()
        assert len(set(leafed)) == 45


@pytest.mark.parametrize("sort", sorted(SORTS.keys() - {"relevance"}))
def test_pages_stay_in_step_while_other_records_are_edited(sort):
    records = make_many(30)
    leafed: list[int] = []
    for start in range(0, 30, 5):
        leafed += Found(Filters(sort=sort), ANYONE).ids(start, start + 5)
        Record.objects.filter(pk=records[start].pk).update(discussion=f"Edited {start}.")
    assert sorted(leafed) == sorted(record.pk for record in records)


@pytest.mark.parametrize("sort", list(SORTS))
@pytest.mark.parametrize("words", ["", "listen"])
def test_a_whole_list_comes_in_the_order_of_its_pages(words, sort, monkeypatch):
    monkeypatch.setattr("lessons.search.browse.CHUNK", 20)
    make_many(45)
    found = Found(Filters(q=words, sort=sort), ANYONE)
    assert len(found.ids()) == found.total == 45
    assert list(found.every()) == found.ids()


def test_lists_come_in_the_order_asked_for():
    old = make_published(title="B", year_from=1990)
    undated = make_published(title="A")
    often = cite(make_published(title="C", year_from=1994))
    orders = {
        "title": [undated, old, often],
        "recent": [often, undated, old],
        "year": [old, often, undated],
        "recurrence": [often, undated, old],
        "": [undated, old, often],
    }
    for sort, expected in orders.items():
        assert shown(Found(Filters(sort=sort), ANYONE), 0, 9) == expected


def test_the_number_of_queries_does_not_grow_with_the_list(django_assert_max_num_queries):
    make_many(30)
    Found(Filters(), ANYONE)
    labels, rows, outbox = 5, 4, 1
    with django_assert_max_num_queries(outbox + labels + rows):
        found = Found(Filters.from_string("kind=lesson&q=listen"), ANYONE)
        found.facets(*FACETS)
        assert found.total == len(found.rows(0, 30)) == 30


def test_a_facet_links_to_the_list_it_promises():
    for kind in (Kind.LESSON, Kind.LESSON, Kind.ACTOR):
        make_published(kind)
    asked = Filters(kind=("actor",), page=2)
    kinds = {value.value: value for value in Found(asked, ANYONE).facets("kind")[0].values}
    assert Filters.from_string(kinds["lesson"].query).kind == ("actor", "lesson")
    assert Filters.from_string(kinds["actor"].query) == Filters()
    assert set(kinds) == {"lesson", "actor"}


def test_a_chosen_value_stays_in_its_facet_though_nothing_bears_it():
    country = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    draft = make_record(tags=["red"], countries=[country])
    chosen = {
        "theme": make_theme().slug,
        "kind": "actor",
        "tag": draft.tags.get().slug,
        "country": country.code,
        "report": make_report().slug,
        "actor": make_published(Kind.ACTOR, title="An actor of no failure").code,
    }
    for name, value in chosen.items():
        facets = Found(Filters(q="silence", **{name: (value,)}), ANYONE).facets(name)
        shown = [(v.value, v.count, v.selected) for facet in facets for v in facet.values]
        assert shown == [(value, 0, True)], name


def test_a_facet_without_a_choice_is_left_out():
    make_published()
    assert [facet.name for facet in Found(Filters(), ANYONE).facets(*FACETS)] == [
        "kind",
        "report",
        "status",
    ]


def test_themes_are_counted_as_a_tree():
    top = make_theme(notation="1")
    below = make_theme(notation="1.1", broader=top)
    make_published(themes=[top, below])
    make_published(themes=[below])
    values = Found(Filters(), ANYONE).facets("theme")[0].values
    assert [(v.value, v.count, v.depth) for v in values] == [(top.slug, 2, 0), (below.slug, 2, 1)]


UNKNOWN = ["theme=none", "tag=none", "report=none", "country=XXX", "actor=A-999999"]


@pytest.mark.parametrize("query", UNKNOWN)
def test_a_name_that_nothing_bears_is_refused_by_its_parameter(query):
    name, _equals, value = query.partition("=")
    with pytest.raises(BadQuery, match=f"{name}: there is no “{value}”"):
        Found(Filters.from_string(query), ANYONE)


def test_the_code_of_another_kind_is_no_actor():
    failure = make_published(Kind.FAILURE)
    for code in (failure.code, f"A-{failure.pk}"):
        with pytest.raises(BadQuery, match="actor"):
            Found(Filters(actor=(code,)), ANYONE)


def test_an_actor_that_is_hidden_tells_nothing():
    actor, failure = make_record(Kind.ACTOR), make_published(Kind.FAILURE)
    curation.link(actor, "failed_in", failure, by=None)
    with pytest.raises(BadQuery, match="actor"):
        Found(Filters(actor=(actor.code,)), ANYONE)


@pytest.mark.parametrize("status", ["draft", "in_review", "withdrawn"])
def test_only_the_desk_asks_for_what_is_not_public(status, reader, analyst):
    for user in (ANYONE, reader):
        with pytest.raises(BadQuery, match="status"):
            Found(Filters(status=(status, "published")), user)
    assert Found(Filters(status=(status,)), analyst).total == 0


def test_what_was_merged_is_found_nowhere(analyst):
    survivor, merged = make_published(), make_published()
    merging.merge(survivor, merged, by=None)
    for user in (ANYONE, analyst):
        assert shown(Found(Filters(), user), 0, 9) == [survivor]


def test_a_search_of_many_words_is_answered():
    make_published(title=" ".join(REQUIRED))
    assert Found(Filters(q=" ".join("lesson" for _number in range(140))), ANYONE).total == 1


@pytest.mark.parametrize("finder", [Found, Browsed])
def test_decades_are_counted_in_order_and_as_if_no_years_were_chosen(finder):
    for years in ((1994, 1994), (1989, 1991), (None, 2003), (None, None)):
        make_published(year_from=years[0], year_to=years[1])
    for asked in (Filters(), Filters(year_from=1980, year_to=1989), Filters(year_from=2000)):
        (facet,) = finder(asked, ANYONE).facets("decade")
        assert [(one.label, one.count) for one in facet.values] == [
            ("1980–1989", 1), ("1990–1999", 2), ("2000–2009", 1),
        ]  # fmt: skip
        assert [one.value for one in facet.values if one.selected] == list(asked.decade)
    (facet,) = finder(Filters(year_from=1700, year_to=1709), ANYONE).facets("decade")
    assert (facet.values[0].label, facet.values[0].count) == ("1700–1709", 0)

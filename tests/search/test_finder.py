"""What is found, compared with a slow and obvious way to find it."""

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator

from lessons import curation
from lessons.models import Country, Kind, Link, Record, Report, Status, Tag, Theme
from lessons.search import SORTS, BadQuery, Filters, Found
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

pytestmark = pytest.mark.django_db

ANYONE = AnonymousUser()
FACETS = ("kind", "theme", "tag", "actor", "report", "country", "status")
WORDS = ("alarm", "Brigade", "conseil", "déni", "écoute", "force")
SIZE = 40


def make_corpus(chance: random.Random) -> None:
    """Make records that differ in everything a list can be asked for."""
    tops = [make_theme() for _number in range(2)]
    themes = tops + [make_theme(broader=chance.choice(tops)) for _number in range(3)]
    themes.append(make_theme(broader=themes[-1]))
    reports = [make_report() for _number in range(3)]
    countries = [
        Country(code=code, label_en=code, label_fr=code) for code in ("RWA", "BDI", "ZRCD")
    ]
    Country.objects.bulk_create(countries)
    for _number in range(SIZE):
        record = make_record(
            chance.choice(Kind.values),
            title=" ".join(chance.choices(WORDS, k=2)),
            statement=chance.choice(WORDS),
            discussion=chance.choice(["", "100 % certain", "a_b"]),
            themes=chance.sample(themes, chance.choice([0, 1, 2])),
            tags=chance.sample(["red", "green", "blue"], chance.choice([0, 1, 2])),
            countries=chance.sample(countries, chance.choice([0, 1, 2])),
            **some_years(chance),
        )
        bring_on(record, reports, chance)
    link_at_random(chance)


def some_years(chance: random.Random) -> dict[str, int | None]:
    first, last = sorted(chance.choices(range(1990, 1998), k=2))
    return {"year_from": chance.choice([None, first]), "year_to": chance.choice([None, last])}


def bring_on(record: Record, reports: list[Report], chance: random.Random) -> None:
    for report in chance.sample(reports, chance.choice([1, 1, 2])):
        cite(record, report.passages.get(ordinal=chance.choice([1, 2, 3])))
    steps = chance.choice([0, 1, 2, 2, 2, 2, 3])
    if steps > 0:
        curation.submit(record, by=None)
    if steps > 1:
        curation.publish(record, by=None)
    if steps > 2:
        curation.withdraw(record, by=None, reason="Wrong.")


def link_at_random(chance: random.Random) -> None:
    of_kind = {kind: list(Record.objects.filter(kind=kind)) for kind in Kind}
    for predicate, source, target in (
        ("failed_in", Kind.ACTOR, Kind.FAILURE),
        ("warned_of", Kind.ACTOR, Kind.FAILURE),
        ("addressed_to", Kind.RECOMMENDATION, Kind.ACTOR),
        ("addressed_to", Kind.LESSON, Kind.ACTOR),
        ("part_of", Kind.ACTOR, Kind.ACTOR),
    ):
        for _number in range(8):
            one, other = chance.choice(of_kind[source]), chance.choice(of_kind[target])
            if one != other:
                Link.objects.get_or_create(source=one, predicate=predicate, target=other)


@dataclass
class Plain:
    """A record with all it can be found by, read once."""

    record: Record
    values: dict[str, set[str]]
    words: str

    @classmethod
    def read(cls, record: Record) -> "Plain":
        neighbours = [link.target for link in record.links_out.all()]
        neighbours += [link.source for link in record.links_in.all()]
        citations = record.citations.all()
        values = {
            "kind": {record.kind},
            "status": {record.status},
            "theme": {slug for theme in record.themes.all() for slug in above(theme)},
            "tag": {tag.slug for tag in record.tags.all()},
            "actor": {other.code for other in neighbours if other.kind == Kind.ACTOR},
            "report": {citation.passage.report.slug for citation in citations},
            "country": {country.code for country in record.countries.all()},
        }
        texts = [record.title, record.statement, record.discussion, *(c.exact for c in citations)]
        return cls(record, values, folded("\n".join(texts)))

    def fits(self, asked: Filters, without: str = "") -> bool:
        """Whether this is an answer: one plain comparison after the other."""
        for name, values in self.values.items():
            chosen = set(getattr(asked, name))
            if name != without and chosen and not chosen & values:
                return False
        years = [year for year in (self.record.year_from, self.record.year_to) if year]
        if asked.year_from and not (years and max(years) >= asked.year_from):
            return False
        if asked.year_to and not (years and min(years) <= asked.year_to):
            return False
        return all(folded(word) in self.words for word in asked.q.split())


def above(theme: Theme) -> set[str]:
    """Return the slugs of a theme and of all its broader ones."""
    return {theme.slug} | (above(theme.broader) if theme.broader else set())


def folded(text: str) -> str:
    return text.lower().replace("é", "e")


def ask_at_random(chance: random.Random, user: Any) -> Filters:
    choices = {
        "kind": Kind.values,
        "theme": list(Theme.objects.values_list("slug", flat=True)),
        "tag": list(Tag.objects.values_list("slug", flat=True)),
        "actor": [r.code for r in Record.objects.published().filter(kind=Kind.ACTOR)],
        "report": list(Report.objects.values_list("slug", flat=True)),
        "country": ["RWA", "BDI", "ZRCD"],
        "status": ["published"] * 2 if user is ANYONE else Status.values,
    }
    names = chance.sample(sorted(choices), chance.choice([0, 1, 1, 2]))
    asked = {name: tuple(chance.sample(choices[name], chance.choice([1, 2]))) for name in names}
    years = sorted(chance.choices(range(1990, 1998), k=2))
    return Filters(
        q=chance.choice(["", "", "", *WORDS, "DENI", "% c", "a_b", "warned january"]),
        year_from=chance.choice([None, None, years[0]]),
        year_to=chance.choice([None, None, years[1]]),
        **asked,
    )


@pytest.mark.parametrize("seed", range(2))
def test_everything_found_and_counted_is_what_a_plain_look_at_each_record_gives(seed):
    chance = random.Random(seed)
    make_corpus(chance)
    everything = [Plain.read(record) for record in Record.objects.all()]
    public = [plain for plain in everything if plain.record.status == "published"]
    for user, records in ((ANYONE, public), (make_user("analyst"), everything)):
        for _number in range(8):
            compare(ask_at_random(chance, user), user, records, public)


def compare(asked: Filters, user: Any, records: list[Plain], public: list[Plain]) -> None:
    expected = [plain.record.pk for plain in records if plain.fits(asked)]
    found = Found(asked, user)
    assert sorted(record.pk for record in found.records) == sorted(expected), asked
    assert found.total == len(expected), asked
    facets = {facet.name: facet for facet in found.facets(*FACETS)}
    for name in FACETS:
        base = [plain for plain in records if plain.fits(asked, without=name)]
        expected_counts = Counter(value for plain in base for value in plain.values[name])
        if name == "actor":
            expected_counts = only_public(expected_counts, public)
        values = facets[name].values if name in facets else []
        counted = {value.value: value.count for value in values if value.count}
        assert counted == expected_counts, (name, asked)


def only_public(counts: Counter[str], public: list[Plain]) -> Counter[str]:
    codes = {plain.record.code for plain in public}
    return Counter({code: count for code, count in counts.items() if code in codes})


@pytest.mark.parametrize("sort", SORTS)
def test_pages_laid_side_by_side_are_the_whole_list(sort):
    make_many(45)
    records = Found(Filters(sort=sort), ANYONE).records
    pages = Paginator(records, 7)
    leafed = [record.pk for page in pages for record in page]
    assert leafed == [record.pk for record in records]
    assert len(set(leafed)) == 45


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
        assert list(Found(Filters(sort=sort), ANYONE).records) == expected


def test_the_number_of_queries_does_not_grow_with_the_list(django_assert_max_num_queries):
    make_many(30)
    found = Found(Filters.from_string("kind=lesson&q=listen"), ANYONE)
    with django_assert_max_num_queries(2 + 2 * len(FACETS)):
        found.facets(*FACETS)
        assert found.total == len(found.records) == 30


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
    Record.objects.filter(pk=merged.pk).update(merged_into=survivor)
    for user in (ANYONE, analyst):
        assert list(Found(Filters(), user).records) == [survivor]


def test_a_search_of_many_words_is_answered():
    make_published(title=" ".join(REQUIRED))
    assert Found(Filters(q=" ".join("lesson" for _number in range(140))), ANYONE).total == 1

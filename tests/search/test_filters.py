"""The query string ⇄ one Filters object."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from lessons.models import Kind, Phase, Status
from lessons.search import SORTS, BadQuery, Filters
from lessons.search.filters import LAST_PAGE, MANY, MAX_QUERY, MAX_VALUES, ONE

SLUGS = st.from_regex(r"[-\w]{1,120}", fullmatch=True)
CODES = st.builds("{}-{}".format, st.sampled_from("LFAR"), st.integers(1, 10**18 - 1))
COUNTRIES = st.from_regex(r"[A-Z]{2,4}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)


def some(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, unique=True, max_size=4).map(tuple)


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    years = sorted(draw(st.lists(st.integers(1, 9999), min_size=2, max_size=2)))
    return Filters(
        q=" ".join(draw(WORDS).split()),
        kind=draw(some(st.sampled_from(Kind.values))),
        theme=draw(some(SLUGS)),
        tag=draw(some(SLUGS)),
        actor=draw(some(CODES)),
        report=draw(some(SLUGS)),
        country=draw(some(COUNTRIES)),
        year_from=draw(st.sampled_from([None, years[0]])),
        year_to=draw(st.sampled_from([None, years[1]])),
        phase=draw(some(st.sampled_from(Phase.values))),
        status=draw(some(st.sampled_from(Status.values))),
        sort=draw(st.sampled_from(["", *SORTS])),
        page=draw(st.integers(1, LAST_PAGE)),
    )


@given(filters())
def test_what_is_written_as_a_query_is_read_back(asked):
    assert Filters.from_string(asked.query()) == asked


@given(filters())
def test_the_canonical_query_stays_as_it_is(asked):
    assert Filters.from_string(asked.query()).query() == asked.query()


@given(filters(), st.sampled_from(sorted(MANY)), st.data())
def test_a_value_switched_twice_is_as_before_but_on_the_first_page(asked, name, data):
    value = data.draw(SLUGS)
    once = asked.toggled(name, value)
    assert (value in getattr(once, name)) != (value in getattr(asked, name))
    twice = once.toggled(name, value)
    assert set(getattr(twice, name)) == set(getattr(asked, name))
    assert twice.without(name) == asked.without(name)
    assert twice.page == 1


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_query_string_is_read_or_refused(query):
    try:
        asked = Filters.from_string(query)
    except BadQuery:
        return
    assert Filters.from_string(asked.query()) == asked


def test_nothing_asked_is_an_empty_query():
    assert Filters.from_string("") == Filters()
    assert Filters().query() == ""
    assert not Filters().narrowed


def test_what_a_form_leaves_empty_is_not_asked():
    assert Filters.from_string("q=&kind=&year_from=&sort=&page=&theme=") == Filters()
    assert Filters.from_string("q=++&kind=&kind=lesson") == Filters(kind=("lesson",))


def test_a_value_given_twice_counts_once():
    assert Filters.from_string("kind=lesson&kind=actor&kind=lesson").kind == ("lesson", "actor")


def test_spaces_around_words_do_not_matter():
    assert Filters.from_string("q=+early++warning%0A").q == "early warning"


def test_kind_sort_and_page_alone_do_not_narrow():
    assert not Filters.from_string("kind=lesson&sort=year&page=3").narrowed
    assert Filters.from_string("theme=early-warning").narrowed


def test_without_leaves_out_one_parameter_and_turns_to_the_first_page():
    asked = Filters.from_string("theme=a&year_from=1990&page=3")
    assert asked.without("year_from") == Filters(theme=("a",))


BAD = {
    "name": ["colour=red", "Kind=lesson", "kind[]=lesson", "%00=1", "q%20=x"],
    "q": ["q=%00", f"q={'x' * (MAX_QUERY + 1)}", "q=a&q=b"],
    "kind": ["kind=Lesson", "kind=lessons", "kind=%00", "kind=lesson&kind=x"],
    "phase": ["phase=later", "phase=Warning"],
    "status": ["status=secret", "status=Draft"],
    "theme": ["theme=early+warning", "theme=a/b", "theme=%00", f"theme={'x' * 121}", "theme=a%0A"],
    "tag": ["tag=a,b", "tag=%27"],
    "report": ["report=../x", "report=%00"],
    "actor": [
        "actor=3",
        "actor=A3",
        "actor=A-0",
        "actor=A-",
        f"actor=A-{10**18}",
        "actor=A-%D9%A3",
    ],
    "country": ["country=rwa", "country=R", "country=RWANDA", "country=R%00A"],
    "year_from": [
        "year_from=0",
        "year_from=10000",
        "year_from=-1",
        "year_from=1994.5",
        "year_from=soon",
        "year_from=%D9%A1%D9%A9",
        "year_from=+1994",
        "year_from=1990&year_from=1991",
        "year_from=1995&year_to=1994",
    ],
    "year_to": ["year_to=1e3", "year_to=0x1", "year_to=%00"],
    "sort": ["sort=-title", "sort=price", "sort=year&sort=title"],
    "page": ["page=0", "page=-1", "page=last", f"page={LAST_PAGE + 1}", "page=1&page=2"],
}


@pytest.mark.parametrize(
    ("name", "query"), [(name, query) for name in BAD if name != "name" for query in BAD[name]]
)
def test_what_is_malformed_or_repeated_is_refused_by_name(name, query):
    with pytest.raises(BadQuery) as refusal:
        Filters.from_string(query)
    assert name in str(refusal.value)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("query", BAD["name"])
def test_what_no_list_knows_is_refused_by_name(query):
    with pytest.raises(BadQuery) as refusal:
        Filters.from_string(query)
    name = next(iter(QueryDict(query)))
    assert f"“{name}”" in str(refusal.value)
    assert all(known in str(refusal.value) for known in (*MANY, *ONE))


@pytest.mark.parametrize("name", MANY)
def test_too_many_values_are_refused_by_name(name):
    values = [f"{name}=x{number}" for number in range(MAX_VALUES + 1)]
    with pytest.raises(BadQuery, match=f"“{name}” is given more than 100 times"):
        Filters.from_string("&".join(values))


def test_as_many_values_as_allowed_are_read():
    query = "&".join(f"tag=x{number}" for number in range(MAX_VALUES))
    assert len(Filters.from_string(query).tag) == MAX_VALUES


def test_a_long_value_is_not_quoted_in_full():
    with pytest.raises(BadQuery) as refusal:
        Filters.from_string(f"kind={'x' * 5000}")
    assert len(str(refusal.value)) < 200


def test_a_decade_is_asked_for_by_its_first_and_last_year():
    nineties = Filters(page=3).toggled("decade", "1990")
    assert nineties.query() == "year_from=1990&year_to=1999"
    assert nineties.decade == ("1990",)
    assert nineties.toggled("decade", "1990") == Filters()
    assert nineties.toggled("decade", "1980").query() == "year_from=1980&year_to=1989"


def test_the_first_decade_begins_with_the_first_year():
    first = Filters().toggled("decade", "0")
    assert first.query() == "year_from=1&year_to=9"
    assert first.decade == ("0",)
    assert Filters.from_string(first.query()) == first


@pytest.mark.parametrize("years", [(1990, None), (None, 1999), (1991, 1999), (1990, 2009), (1, 19)])
def test_other_years_are_no_decade(years):
    asked = Filters(year_from=years[0], year_to=years[1])
    assert asked.decade == ()
    assert asked.narrows("decade")

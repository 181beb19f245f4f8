"""Lists of records: filters, facets, orders, pages."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from lessons import curation
from lessons.models import Country, Kind, Record
from lessons.views.paging import PAGE_SIZE
from tests.factories import cite, make_many, make_published, make_record, make_report, make_theme
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db


def titles(response: Any) -> list[str]:
    return [row.record.title for row in response.context["rows"]]


def facets(response: Any) -> dict[str, dict[str, int]]:
    return {
        facet.name: {value.label: value.count for value in facet.values}
        for facet, _open in response.context["facets"]
    }


@pytest.fixture
def passage(db: None) -> Any:
    return make_report(slug="the-report", title="The report").passages.get(ordinal=1)


@pytest.fixture
def varied(passage: Any) -> dict[str, Record]:
    """A failure and two lessons that differ in everything a list can be asked for."""
    Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    warning = make_theme(slug="warning", pref_label_en="Warning")
    signals = make_theme(slug="signals", pref_label_en="Signals", broader=warning)
    other = make_report(slug="other", title="The other").passages.get(ordinal=2)
    records = {
        "heed": make_published(title="Heed", passage=passage, themes=[signals], tags=["mandate"],
                               countries=Country.objects.all(), year_from=1990, year_to=1994),
        "plan": make_published(title="Plan", passage=other, themes=[warning], year_from=2001),
        "late": make_published(Kind.FAILURE, title="Late", passage=passage, year_to=1994),
        "council": make_published(Kind.ACTOR, title="Council", passage=passage),
    }  # fmt: skip
    curation.link(records["council"], "failed_in", records["late"], by=None)
    return records


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/records/", "All records"),
        ("/lessons/", "Lessons"),
        ("/failures/", "Failures"),
        ("/actors/", "Actors"),
        ("/recommendations/", "Recommendations"),
    ],
)
def test_each_list_says_what_it_lists_even_when_empty(
    path: str, heading: str, client: Client
) -> None:
    response = client.get(path)
    assert f"<h1>{heading}</h1>" in text_of(response)
    assert "0 records" in words_of(response)
    assert "Nothing matches." in words_of(response)


def test_a_list_of_one_kind_holds_no_other(client: Client, varied: Any) -> None:
    assert titles(client.get("/lessons/")) == ["Heed", "Plan"]
    assert titles(client.get("/actors/")) == ["Council"]
    assert titles(client.get("/records/")) == ["Council", "Heed", "Late", "Plan"]


ASKED = {
    "q=heed": ["Heed"],
    "q=PLAN": ["Plan"],
    "q=warned january&sort=title": ["Council", "Heed", "Late"],  # words of the quotation
    "kind=failure": ["Late"],
    "kind=failure&kind=actor": ["Council", "Late"],
    "theme=signals": ["Heed"],
    "theme=warning": ["Heed", "Plan"],  # narrower ones too
    "tag=mandate": ["Heed"],
    "report=the-report": ["Council", "Heed", "Late"],
    "report=other&report=the-report&kind=lesson": ["Heed", "Plan"],
    "country=RWA": ["Heed"],
    "year_from=1995": ["Plan"],
    "year_to=1994": ["Heed", "Late"],
    "year_from=1993&year_to=1994": ["Heed", "Late"],
    "theme=warning&year_from=2000": ["Plan"],
    "q=&theme=": ["Council", "Heed", "Late", "Plan"],  # an empty form asks for nothing
}


@pytest.mark.parametrize("query", ASKED)
def test_a_list_holds_what_was_asked_for(query: str, client: Client, varied: Any) -> None:
    response = client.get(f"/records/?{query}")
    assert titles(response) == ASKED[query]
    count = len(ASKED[query])
    assert f"{count} record{'s' if count != 1 else ''}" in words_of(response)


def test_a_list_can_be_asked_for_an_actor(client: Client, varied: Any) -> None:
    assert titles(client.get(f"/records/?actor={varied['council'].code}")) == ["Late"]


def test_the_desk_can_ask_for_a_state(signed_in, analyst: User, varied: Any) -> None:
    make_record(title="Not yet")
    client = signed_in(analyst)
    assert titles(client.get("/records/?status=draft")) == ["Not yet"]
    assert facets(client.get("/records/"))["status"] == {"draft": 1, "published": 4}


def test_facets_count_what_choosing_them_would_show(client: Client, varied: Any) -> None:
    response = client.get("/records/")
    assert facets(response) == {
        "kind": {"lessons": 2, "failures": 1, "actors": 1},
        "theme": {"Warning": 2, "Signals": 1},
        "actor": {"Council": 1},
        "tag": {"mandate": 1},
        "report": {"The report": 3, "The other": 1},
        "country": {"Rwanda": 1},
        "decade": {"1990–1999": 2, "2000–2009": 1},
    }
    for facet, _open in response.context["facets"]:
        for value in facet.values:
            chosen = client.get(f"/records/?{value.query}")
            assert len(titles(chosen)) == value.count, (facet.name, value.label)


def test_a_facet_is_counted_as_if_nothing_were_chosen_in_it(client: Client, varied: Any) -> None:
    counted = facets(client.get("/records/?kind=failure"))
    assert counted["kind"] == {"lessons": 2, "failures": 1, "actors": 1}
    assert "theme" not in counted


def test_choosing_adds_to_what_was_chosen_and_choosing_again_takes_away(
    client: Client, varied: Any
) -> None:
    response = client.get("/records/?kind=failure&sort=recent")
    queries = {
        value.label: parse_qs(value.query)
        for facet, _open in response.context["facets"]
        for value in facet.values
        if facet.name == "kind"
    }
    assert queries["actors"] == {"kind": ["failure", "actor"], "sort": ["recent"]}
    assert queries["failures"] == {"sort": ["recent"]}


CHOSEN = (
    "q=e&theme=warning&tag=mandate&report=the-report&country=RWA"
    "&year_from=1990&year_to=1998&status=published"
)


def test_each_filter_that_is_chosen_can_be_removed(client: Client, varied: Any) -> None:
    response = client.get(f"/records/?{CHOSEN}&kind=lesson")
    asked = parse_qs(f"{CHOSEN}&kind=lesson")
    left = [parse_qs(one.query) for one in response.context["chosen"]]
    assert len(left) == len(asked)
    for name in asked:
        assert {key: value for key, value in asked.items() if key != name} in left
    assert "Remove Theme: Warning" in words_of(response)
    assert "Remove Words: e" in words_of(response)


def test_a_decade_that_is_chosen_is_shown_and_removed_as_one(client: Client, varied: Any) -> None:
    response = client.get("/records/?year_from=1990&year_to=1999&sort=year")
    assert [one.query for one in response.context["chosen"]] == ["sort=year"]
    assert "Remove Years of the events: 1990–1999" in words_of(response)
    assert 'value="1990"' in text_of(response)


def test_what_is_chosen_and_matches_nothing_can_still_be_removed(
    client: Client, varied: Any
) -> None:
    response = client.get("/records/?country=RWA&kind=actor")
    assert titles(response) == []
    assert "Remove a filter above" in words_of(response)
    left = [one.query for one in response.context["chosen"]]
    assert sorted(left) == ["country=RWA", "kind=actor"]


def test_an_actor_that_is_chosen_can_be_removed(client: Client, varied: Any) -> None:
    lonely = make_published(Kind.ACTOR, title="Lonely")
    for actor in (varied["council"], lonely):
        response = client.get(f"/records/?actor={actor.code}")
        assert [one.query for one in response.context["chosen"]] == [""]


def test_the_form_of_years_keeps_the_rest(client: Client, varied: Any) -> None:
    response = client.get("/records/?q=heed&theme=warning&year_from=1990&page=1")
    assert dict(response.context["kept"]) == {"q": "heed", "theme": "warning"}
    text = text_of(response)
    assert '<input type="hidden" name="theme" value="warning">' in text
    assert 'name="year_from" inputmode="numeric" pattern="[0-9]{1,4}" size="5" value="1990"' in text


def test_orders(client: Client, varied: Any) -> None:
    cite(varied["plan"], make_report().passages.get(ordinal=3))
    assert titles(client.get("/records/?sort=title")) == ["Council", "Heed", "Late", "Plan"]
    assert titles(client.get("/records/?sort=recent")) == ["Council", "Late", "Plan", "Heed"]
    assert titles(client.get("/records/?sort=year"))[:2] == ["Heed", "Plan"]
    assert titles(client.get("/records/?sort=recurrence"))[0] == "Plan"
    chosen = [one.label for one in client.get("/lessons/?sort=year").context["sorts"]
              if one.selected]  # fmt: skip
    assert chosen == ["Year of the events"]


def test_pages_hold_twenty_and_lead_to_one_another(client: Client) -> None:
    make_many(PAGE_SIZE * 2 + 1)
    first = client.get("/lessons/?sort=title")
    assert "41 records" in words_of(first)
    assert len(titles(first)) == PAGE_SIZE
    assert "Page 1 of 3" in words_of(first)
    assert 'rel="prev"' not in text_of(first)
    seen = titles(first)
    for number in (2, 3):
        page = client.get(f"/lessons/?{first.context['next_query']}")
        assert page.context["page"].number == number
        seen += titles(page)
        first = page
    assert first.context["next_query"] is None
    assert seen == [f"Lesson {number:04}" for number in range(41)]
    assert parse_qs(first.context["previous_query"])["page"] == ["2"]


REFUSED = {
    "colour=red": "colour",
    "Kind=lesson": "Kind",
    "kind=thing": "kind",
    "theme=nowhere": "theme",
    "theme=a b": "theme",
    "tag=nowhere": "tag",
    "actor=L-1": "actor",
    "actor=A-999999": "actor",
    "actor=x": "actor",
    "report=nowhere": "report",
    "country=XXX": "country",
    "country=rwanda": "country",
    "year_from=then": "year_from",
    "year_from=0": "year_from",
    "year_to=10000": "year_to",
    "year_to=١٩٩٤": "year_to",
    "year_from=1995&year_from=1996": "year_from",
    "year_from=1995&year_to=1994": "year_from",
    "status=gone": "status",
    "sort=size": "sort",
    "page=0": "page",
    "page=-1": "page",
    "page=2": "page",
    "page=1&page=1": "page",
    "q=a&q=b": "q",
    "q=" + "x" * 1001: "search",
    "q=a%00b": "search",
    "&".join(["tag=a"] * 101): "tag",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_a_list_cannot_answer_it_names(query: str, client: Client, passage: Any) -> None:
    response = client.get(f"/records/?{query}")
    assert response.status_code == 400
    words = words_of(response)
    assert "This address asks for something unclear" in words
    assert REFUSED[query] in words
    if "page=2" not in query:  # an export has no pages
        assert client.get(f"/records.csv?{query}").status_code == 400


def test_a_list_of_one_kind_cannot_be_asked_for_kinds(client: Client) -> None:
    response = client.get("/lessons/?kind=lesson")
    assert response.status_code == 400
    assert "kind: this list has one kind already" in words_of(response)
    assert client.get("/lessons.csv?kind=actor").status_code == 400


def test_words_that_were_refused_are_shown_as_words(client: Client) -> None:
    text = text_of(client.get("/records/?kind=<script>alert(1)</script>"))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_words_that_were_searched_are_shown_as_words(client: Client) -> None:
    text = text_of(client.get('/records/?q="><script>alert(1)</script>'))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("spelling", ["{code}", "{lower}", " {code} "])
def test_a_code_leads_straight_to_its_record(spelling: str, client: Client) -> None:
    record = make_published()
    query = spelling.format(code=record.code, lower=record.code.lower())
    for path in ("/records/", "/failures/"):
        response = client.get(path, {"q": query})
        assert response.status_code == 302
        assert response["Location"] == record.get_absolute_url()


def test_a_code_that_nothing_bears_finds_nothing(client: Client) -> None:
    record = make_published()
    response = client.get(f"/records/?q=F-{record.pk}")
    assert response.status_code == 200
    assert titles(response) == []


def test_a_row_shows_its_quotation_source_themes_and_tags(client: Client, varied: Any) -> None:
    response = client.get("/lessons/?tag=mandate")
    words = words_of(response)
    for shown in ("lesson", varied["heed"].code, "1990–1994", "Heed", "Signals", "mandate",
                  "The mission was warned in January", "(Doe, 1996, para. 1)"):  # fmt: skip
        assert shown in words
    links = links_of(response)
    assert "/records/?tag=mandate" in links
    assert varied["heed"].citations.get().get_absolute_url() in links


def test_every_link_of_a_list_can_be_followed(client: Client, varied: Any) -> None:
    response = client.get("/records/?theme=warning&sort=recent")
    followed = {urlsplit(link)._replace(fragment="").geturl() for link in links_of(response)}
    for link in followed:
        if link.startswith("/") and not link.startswith("/static/"):
            assert client.get(link).status_code in {200, 302}, link


def test_a_row_says_where_the_words_stand_that_it_does_not_show(client: Client) -> None:
    make_published(title="Plan", discussion="Nobody <read> the cables.", tags=["mandate"])
    words = words_of(client.get("/records/?q=cables+mandate"))
    assert "Found in: discussion — Nobody <read> the cables" in words
    assert '<mark class="hit">mandate</mark>' in text_of(client.get("/records/?q=mandate"))

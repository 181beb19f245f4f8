"""Reading by the API: what is there, who may see it, and going on where one stopped."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from lessons import curation, merging
from lessons.models import Country, Kind, Record
from lessons.search.kept import kept_for
from tests.api import Program, problem
from tests.factories import cite, make_many, make_published, make_record, make_report, make_theme
from tests.views.test_queries import linked

pytestmark = pytest.mark.django_db
ENTITIES = ("reports", "citations", "links", "uptake", "themes", "tags", "countries")


def walked(path: str, program: Program | None = None) -> list[str]:
    """Return the codes of a list, read to its end."""
    codes, following = [], path
    while following:
        response = (program or Program()).get(following)
        assert response.status_code == 200
        told = response.json()
        codes += [item["code"] for item in told["items"]]
        following = told["next"]
        assert (f'<{following}>; rel="next"' in response["Link"]) == bool(following)
    return codes


def test_a_record_is_told_with_all_that_hangs_on_it() -> None:
    lesson = linked(1)
    told = Program().get(f"records/{lesson.code}").json()
    assert told["code"] == lesson.code
    assert told["tags"] == ["one", "two"]
    assert told["themes"] == [lesson.themes.get().slug]
    assert len(told["citations"]) == 2
    assert {link["predicate"] for link in told["links"]} == {"drawn_from", "addresses"}
    assert told["uptake"][0]["claim"] == "accepted"
    assert told["permalink"] == f"http://127.0.0.1:8000/records/{lesson.code}/"


def test_everything_else_is_there_too() -> None:
    lesson = linked(1)
    Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    listed = {name: Program().get(name).json()["items"] for name in ENTITIES}
    assert all(listed.values())
    of_lesson = Program().get(f"links?record={lesson.code}").json()["items"]
    assert {lesson.code} <= {of_lesson[0]["source"], of_lesson[0]["target"]}
    slug = listed["reports"][0]["slug"]
    assert Program().get(f"reports/{slug}").json()["slug"] == slug
    (passage, *_more) = Program().get(f"reports/{slug}/passages").json()["items"]
    assert passage["ordinal"] == 1


def test_the_index_leads_everywhere() -> None:
    collections = Program().get("").json()["collections"]
    assert set(collections) == {
        "records", "lessons", "failures", "actors", "recommendations", *ENTITIES,
    }  # fmt: skip
    for address in collections.values():
        assert Program().get(address).status_code == 200


@pytest.mark.parametrize("path", ["records?limit=2", "records?limit=2&sort=recent",
                                  "records?limit=2&q=statement", "lessons?limit=2"])  # fmt: skip
def test_a_list_is_walked_to_its_end(path: str) -> None:
    made = [make_published() for _number in range(7)]
    assert sorted(walked(path)) == sorted(record.code for record in made)


@pytest.mark.parametrize("entity", ["citations", "reports", "countries"])
def test_other_lists_are_walked_to_their_end(entity: str) -> None:
    make_many(5)
    for code in ("AAA", "BBB", "CCC", "DDD", "EEE"):
        make_report()
        Country.objects.create(code=code, label_en=code, label_fr=code)
    found, following = [], f"{entity}?limit=2"
    while following:
        told = Program().get(following).json()
        found += [str(item) for item in told["items"]]
        following = told["next"]
    assert len(found) == len(set(found)) == Program().get(entity).json()["items"].__len__()


def test_what_is_written_meanwhile_moves_nothing_past_the_reader() -> None:
    records = [make_published(title=f"m{number}") for number in range(6)]
    first = Program().get("lessons?limit=3").json()
    assert [item["title"] for item in first["items"]] == ["m0", "m1", "m2"]
    for number in range(4):
        make_published(title=f"a{number}")
    curation.withdraw(records[0], by=None, reason="Wrong.")
    curation.withdraw(records[2], by=None, reason="Wrong.")  # the last one that was shown
    rest = Program().get(first["next"]).json()
    assert [item["title"] for item in rest["items"]] == ["m3", "m4", "m5"]
    assert rest["next"] is None


def test_a_record_that_moved_away_does_not_take_the_reader_along() -> None:
    records = [make_published(title=f"m{number}") for number in range(9)]
    first = Program().get("lessons?limit=3").json()
    records[2].title = "z"
    curation.save_record(records[2], by=None)
    rest = Program().get(first["next"].replace("limit=3", "limit=50")).json()
    assert [item["title"] for item in rest["items"]] == [f"m{n}" for n in range(3, 9)]


def test_a_cursor_goes_on_far_from_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lessons.api.cursors.NEAR", 2)
    for number in range(4):
        make_published(title=f"m{number}")
    first = Program().get("lessons?limit=2").json()
    make_many(20)  # all before
    assert [item["title"] for item in Program().get(first["next"]).json()["items"]] == ["m2", "m3"]


def test_counts_and_facets_come_where_they_are_asked_for() -> None:
    make_published(themes=[make_theme(slug="early")]), make_published(Kind.ACTOR)
    told = Program().get("records?count=true&facets=kind&facets=theme&limit=1").json()
    assert (told["count"], len(told["items"])) == (2, 1)
    counts = {
        facet["name"]: {value["value"]: value["count"] for value in facet["values"]}
        for facet in told["facets"]
    }
    assert counts["kind"]["lesson"] == counts["kind"]["actor"] == 1
    assert counts["theme"] == {"early": 1}
    assert Program().get("records").json()["count"] is None


# Who may see what


def test_what_is_not_public_is_for_the_desk_alone(analyst: User, reader: User) -> None:
    draft = cite(make_record(tags=["embargoed"], title="Not yet"))
    curation.link(draft, "drawn_from", make_published(Kind.FAILURE), by=None)
    paths = ("records", "records?q=yet", "citations", "links", "tags", f"records/{draft.code}")
    for program in (Program(), Program(reader)):
        for path in paths:
            text = program.get(path).content.decode()
            assert not [w for w in ("Not yet", "embargoed", f'"{draft.code}"') if w in text], path
        assert problem(program.get(f"records/{draft.code}"))[0] == 404
        assert problem(program.get("records?status=draft"))[0] == 400
    assert Program(analyst, "read").get(f"records/{draft.code}").json()["status"] == "draft"
    assert draft.code in walked("records?status=draft", Program(analyst, "read"))


def test_a_withdrawn_record_is_gone_and_a_merged_one_leads_on() -> None:
    withdrawn, survivor, absorbed = make_published(), make_published(), make_published()
    curation.withdraw(withdrawn, by=None, reason="Wrong.")
    merging.merge(survivor, absorbed, by=None)
    assert problem(Program().get(f"records/{withdrawn.code}"))[0] == 410
    response = Program().get(f"records/{absorbed.code}")
    assert (response.status_code, response["Location"]) == (301, f"/api/v1/records/{survivor.code}")


# What is asked wrongly


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("records?colour=red", "“colour” is not something"),
        ("records?page=2", "goes on by cursor"),
        ("records?kind=", "leave it out"),
        ("records?limit=0", "number from 1 to 100"),
        ("records?limit=101", "number from 1 to 100"),
        ("records?limit=2&limit=3", "only once"),
        ("records?count=yes", "not one of true, false"),
        ("records?facets=x", "facets"),
        ("records?theme=nowhere", "there is no “nowhere” here"),
        ("records?cursor=bm9uc2Vuc2U", "cursor"),
        ("lessons?kind=actor", "one kind already"),
        ("tags?q=x", "It knows: cursor, limit"),
        ("tags?cursor=AA", "cursor"),
        ("records/L-1?x=1", "“x”"),
    ],
)
def test_a_query_that_cannot_be_answered_is_refused_readably(path: str, said: str) -> None:
    status, detail = problem(Program().get(path))
    assert status == 400
    assert said in detail


def test_a_cursor_belongs_to_its_query() -> None:
    make_many(3)
    following = Program().get("lessons?limit=1").json()["next"]
    assert problem(Program().get(following + "&sort=recent"))[0] == 400


@pytest.mark.parametrize("path", ["nowhere", "records/L-99", "records/x", "reports/x", "themes/x"])
def test_what_is_not_there_is_a_problem_too(path: str) -> None:
    assert problem(Program().get(path))[0] == 404


# Caches


def test_what_has_not_changed_is_not_sent_again() -> None:
    record = make_published()
    for path in ("records", f"records/{record.code}", "openapi.json"):
        first = Program().get(path)
        again = Program().get(path, If_None_Match=first["ETag"])
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    record.title = "Another"
    curation.save_record(record, by=None)
    before = first = Program().get("records")
    assert Program().get("records", If_None_Match=before["ETag"]).status_code == 304
    cite(record)
    assert Program().get("records", If_None_Match=first["ETag"]).status_code == 200


def test_the_head_of_an_answer_can_be_asked_for() -> None:
    response = Program().ask("HEAD", "records")
    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"] == Program().get("records")["ETag"]


# What it costs

# the count of requests; which they are; the records with themes, tags, countries, uptake,
# citations, links out and in
LIST = 10
# the record instead of which and the rows
RECORD = 9


@pytest.mark.parametrize("size", [5, 20])
def test_a_list_asks_as_many_queries_however_long_it_is(size: int) -> None:
    for record in make_many(size):
        record.tags.add("all")
        record.themes.add(make_theme())
    assert queries_of("lessons") == LIST


@pytest.mark.parametrize("number", [1, 4])
def test_a_record_asks_as_many_queries_however_much_hangs_on_it(number: int) -> None:
    lesson = linked(number)
    assert queries_of(f"records/{lesson.code}") == RECORD
    assert Record.objects.get(pk=lesson.pk).citations.count() == number + 1


def queries_of(path: str) -> int:
    Program().get(path)  # the first one tidies old counts up, and the index catches up
    kept_for.cache_clear()
    with CaptureQueriesContext(connection) as asked:
        assert Program().get(path).status_code == 200
    return len(asked)

"""Near-duplicates at the desk, and merging two records side by side."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from lessons import curation
from lessons.models import Kind, NotSame, Record
from tests.factories import cite, make_many, make_published, make_record
from tests.views import links_of, text_of, words_of
from tests.views.test_queries import queries_of

pytestmark = pytest.mark.django_db

SAID = "Warnings were passed on to the capitals, which decided nothing for weeks."
DESK = ("/curate/duplicates/", "/curate/tags/", "/curate/themes/")


@pytest.fixture
def desk(signed_in: Any, analyst: User) -> Client:
    return signed_in(analyst)


@pytest.fixture
def review(signed_in: Any, reviewer: User) -> Client:
    return signed_in(reviewer)


@pytest.fixture
def pair() -> tuple[Record, Record]:
    return (
        cite(make_record(title="Deaf capitals", statement=SAID)),
        cite(make_record(title="Who listens?", statement=f"{SAID} Nobody.", discussion="Why.")),
    )


def address(survivor: Record, absorbed: Record) -> str:
    return f"/curate/merge/{survivor.code}/{absorbed.code}/"


def versions(survivor: Record, absorbed: Record) -> dict[str, Any]:
    return {"survivor_version": survivor.version, "absorbed_version": absorbed.version}


def fresh(record: Record) -> Record:
    return Record.objects.get(pk=record.pk)


def test_a_pair_is_proposed_once_with_how_alike_it_is(desk: Client, pair: Any) -> None:
    response = desk.get("/curate/duplicates/")
    (proposed,) = response.context["pairs"]
    assert {proposed.one, proposed.other} == set(pair)
    assert 50 <= proposed.percent < 100
    assert f"{proposed.percent} % alike" in words_of(response)
    assert address(proposed.one, proposed.other) in links_of(response)


def test_a_pair_told_apart_is_not_proposed_again(desk: Client, pair: Any) -> None:
    said = {"one": pair[1].code, "other": pair[0].code, "next": "/curate/duplicates/?page=1"}
    response = desk.post("/curate/duplicates/", said, follow=True)
    assert response.redirect_chain[0][0] == "/curate/duplicates/?page=1"
    assert response.context["pairs"] == []
    assert NotSame.objects.count() == 1


@pytest.mark.parametrize("other", ["L-999", "nonsense", ""])
def test_only_records_are_told_apart(other: str, desk: Client, pair: Any) -> None:
    response = desk.post("/curate/duplicates/", {"one": pair[0].code, "other": other})
    assert response.status_code == 404


def test_what_is_at_work_is_compared_first_and_the_list_has_pages(desk: Client) -> None:
    make_many(25)
    draft = make_record(title="Zanzibar", statement="Nothing like it.")
    first, second = (desk.get(f"/curate/duplicates/?page={number}") for number in (1, 2))
    assert (first.context["looked_at"], second.context["looked_at"]) == (20, 6)
    assert desk.get("/curate/duplicates/?page=3").status_code == 400
    assert desk.get("/curate/duplicates/?from=3").status_code == 400
    assert draft.code not in words_of(second)


def test_the_record_page_offers_the_desk_to_merge_what_may_say_the_same(
    desk: Client, pair: Any
) -> None:
    page = desk.get(pair[0].get_absolute_url())
    assert address(*pair) in links_of(page)
    assert "Not the same" in words_of(page)


def test_the_public_is_not_offered_to_merge(client: Client) -> None:
    one, _other = (make_published(title=t, statement=SAID) for t in ("Deaf", "Listening"))
    page = words_of(client.get(one.get_absolute_url()))
    assert "may say the same" in page
    assert "merge" not in page
    assert "Add a link" not in page


def test_two_records_stand_side_by_side_with_what_differs(desk: Client, pair: Any) -> None:
    response = desk.get(address(*pair))
    choices = {choice.name: choice for choice in response.context["choices"]}
    theirs = choices["statement"].theirs
    assert "Nobody" in "".join(piece for changed, piece in theirs if changed)
    assert "capitals" not in "".join(piece for changed, piece in theirs if changed)
    assert "".join(piece for _changed, piece in theirs) == pair[1].statement
    assert not choices["language"].differs
    assert choices["discussion"].takes_theirs
    assert not choices["title"].takes_theirs
    assert address(pair[1], pair[0]) in links_of(response)
    for record in pair:
        assert record.citations.get().exact in words_of(response)


def test_merging_keeps_what_was_chosen_and_leads_on(desk: Client, pair: Any) -> None:
    chosen = {"title": "own", "statement": "theirs", "status": "theirs"}
    response = desk.post(address(*pair), {**versions(*pair), **chosen}, follow=True)
    survivor = fresh(pair[0])
    assert response.redirect_chain == [(survivor.get_absolute_url(), 302)]
    assert (survivor.title, survivor.statement) == ("Deaf capitals", f"{SAID} Nobody.")
    assert f"{pair[1].code} was merged into {survivor.code}." in words_of(response)
    assert survivor.citations.count() == 2


@pytest.mark.parametrize("ending", ["/", ".csv", ".json"])
def test_the_old_address_leads_to_the_survivors(ending: str, desk: Client, pair: Any) -> None:
    desk.post(address(*pair), versions(*pair))
    response = desk.get(f"/records/{pair[1].code}{ending}")
    assert (response.status_code, response["Location"]) == (301, f"/records/{pair[0].code}{ending}")
    assert response["Cache-Control"] == "no-cache"


def test_the_old_code_leads_on_from_searches_and_lists(review: Client) -> None:
    survivor, absorbed = make_published(Kind.ACTOR), make_published(Kind.ACTOR)
    failure = make_published(Kind.FAILURE)
    curation.link(absorbed, "failed_in", failure, by=None)
    review.post(address(survivor, absorbed), versions(survivor, absorbed))
    review.logout()
    searched = review.get(f"/records/?q={absorbed.code}", follow=True)
    assert searched.redirect_chain[-1][0] == survivor.get_absolute_url()
    listed = review.get(f"/failures/?actor={absorbed.code}")
    assert listed.context["found"].asked.actor == (survivor.code,)
    assert [row.record.pk for row in listed.context["rows"]] == [failure.pk]
    for suffix in ("csv", "json"):
        exported = text_of(review.get(f"/failures.{suffix}?actor={absorbed.code}"))
        assert failure.code in exported


def test_what_changed_meanwhile_is_shown_again_and_not_merged(desk: Client, pair: Any) -> None:
    read = versions(*pair)
    curation.save_record(fresh(pair[1]), by=None)
    response = desk.post(address(*pair), read, follow=True)
    assert response.redirect_chain == [(address(*pair), 302)]
    assert "was changed by someone else" in words_of(response)
    assert fresh(pair[1]).merged_into is None
    assert desk.post(address(*pair), {}, follow=True).redirect_chain[-1][0] == address(*pair)


def test_what_cannot_be_merged_says_why_and_has_no_button(desk: Client, pair: Any) -> None:
    published = make_published()
    for one, other, told in (
        (pair[0], published, "would vanish"),
        (published, pair[0], "merged by a reviewer"),
        (pair[0], make_record(Kind.ACTOR), "different kinds"),
        (pair[0], pair[0], "two different records"),
    ):
        response = desk.get(address(one, other))
        assert told in words_of(response)
        assert "Leave both as they are" not in words_of(response)
    assert desk.post(address(published, pair[0]), versions(published, pair[0])).status_code == 403


@pytest.mark.parametrize("code", ["L-999", "A-1"])
def test_a_record_that_is_not_there_is_404(code: str, desk: Client, pair: Any) -> None:
    assert desk.get(f"/curate/merge/{pair[0].code}/{code}/").status_code == 404


# The outbox; session and user; then:
QUERIES = {
    # number of records, the page of them, how alike, the pairs with their citations
    "/curate/duplicates/": 8,
    # number, the page, spelt alike and their rows, all by their stems
    "/curate/tags/": 7,
    "/curate/themes/": 3,
}


@pytest.mark.parametrize("size", [4, 12])
def test_the_desk_asks_as_many_queries_as_it_always_did(size: int, desk: Client) -> None:
    for number in range(size):
        make_record(statement=SAID, tags=[f"organisation {number}"])
    assert {path: queries_of(desk, path) for path in QUERIES} == QUERIES

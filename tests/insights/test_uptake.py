"""Uptake is counted as a plain look at the claims gives it, contradictions apart."""

import random
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from lessons.insights import uptake
from lessons.models import Kind, Link, Record, Uptake
from tests.factories import make_published, make_report

VISITOR = AnonymousUser()


@pytest.mark.parametrize(
    ("claims", "end"),
    [
        ([], "unanswered"),
        (["accepted"], "accepted"),
        (["accepted", "implemented"], "implemented"),
        (["rejected", "accepted"], "contradicted"),
        (["implemented", "not_implemented", "repeated"], "contradicted"),
        (["partly_accepted", "repeated"], "repeated"),
    ],
)
def test_an_outcome_is_the_latest_claim_unless_claims_exclude_one_another(
    claims: list[str], end: str
) -> None:
    assert uptake.outcome(claims) == end


def claim(record: Record, claim: str, year: int) -> None:
    Uptake.objects.create(
        record=record, claim=claim, date=f"{year}-01-01", claimed_by="A body", url="https://e.org/"
    )


def address(record: Record, actor: Record) -> None:
    Link.objects.create(source=record, predicate="addressed_to", target=actor)


@pytest.mark.django_db
def test_figures_are_what_a_plain_look_at_each_record_gives() -> None:
    chance = random.Random(7)
    actors = [make_published(Kind.ACTOR) for _ in range(3)]
    records = [make_published(Kind.RECOMMENDATION) for _ in range(10)]
    expected: dict[Any, Counter[str]] = {}
    for record in records:
        told = chance.choices(["accepted", "rejected", "repeated"], k=chance.randint(0, 3))
        for year, one in enumerate(told, start=1995):
            claim(record, one, year)
        asked = chance.sample(actors, chance.randint(0, 2))
        for actor in asked:
            address(record, actor)
        for actor in asked or [None]:
            expected.setdefault(actor, Counter())[uptake.outcome(told)] += 1
    found = uptake.by_addressee(Record.objects.filter(kind=Kind.RECOMMENDATION), VISITOR)
    assert {one.actor: +one.counts for one in found} == expected


@pytest.mark.django_db
class TestThePage:
    def test_it_shows_who_claims_what_and_what_others_deny(self, client: Client) -> None:
        record, actor = make_published(Kind.RECOMMENDATION), make_published(Kind.ACTOR)
        address(record, actor)
        claim(record, "implemented", 1998)
        claim(record, "not_implemented", 2001)
        page = client.get("/insights/uptake/").content.decode()
        assert "Claimed and denied" in page
        assert actor.title in page
        assert page.count("https://e.org/") == 4  # once under the record, once among the latest

    def test_what_was_never_answered_comes_longest_first(self, client: Client) -> None:
        old = make_published(passage=make_report(issued="1990-01-01").passages.first())
        new = make_published(passage=make_report(issued="2010-01-01").passages.first())
        page = client.get("/insights/uptake/").content.decode()
        assert page.index(old.title) < page.index(new.title)

    def test_years_without_an_answer_are_chosen(self, client: Client) -> None:
        year = timezone.localdate().year
        old = make_published(passage=make_report(issued=f"{year - 30}-01-01").passages.first())
        new = make_published(passage=make_report(issued=f"{year - 2}-01-01").passages.first())
        page = client.get("/insights/uptake/?after=10").content.decode()
        assert old.title in page
        assert new.title not in page
        assert new.title in client.get("/insights/uptake/?after=2").content.decode()
        file = client.get("/insights/unanswered.csv?after=10")
        assert b"".join(file).count(b"\n") == 2  # type: ignore[arg-type]

    @pytest.mark.parametrize("after", ["x", "-1", "501", "1&after=2", "\u0661"])
    def test_years_that_are_no_number_are_refused(self, client: Client, after: str) -> None:
        assert client.get(f"/insights/uptake/?after={after}").status_code == 400

    def test_claims_stand_in_the_year_they_speak_of(self, client: Client) -> None:
        record = make_published(Kind.RECOMMENDATION)
        for told, year in (("accepted", 1998), ("repeated", 1998), ("implemented", 2000)):
            claim(record, told, year)
        years = uptake.by_year(Record.objects.all(), VISITOR)
        assert [(one.year, one.total) for one in years] == [(1998, 2), (1999, 0), (2000, 1)]
        assert "1998 to 2000" in client.get("/insights/uptake/").content.decode()
        file = client.get("/insights/claims.csv")
        assert b"".join(file).count(b"https://e.org/") == 3  # type: ignore[arg-type]

    def test_what_was_asked_of_several_is_on_one_page_once(self, client: Client) -> None:
        for _ in range(11):
            record = make_published(Kind.RECOMMENDATION)
            for _ in range(2):
                address(record, make_published(Kind.ACTOR))
        page = client.get("/insights/uptake/").content.decode()
        assert page.count('class="years-gone"') == 11
        assert "Page 1 of" not in page

    def test_it_takes_few_queries_however_much_there_is(
        self, client: Client, django_assert_num_queries: Any
    ) -> None:
        for _ in range(3):
            record = make_published(Kind.RECOMMENDATION)
            claim(record, "accepted", 1998)
            claim(record, "rejected", 2001)
        client.get("/insights/uptake/")
        with django_assert_num_queries(6):
            client.get("/insights/uptake/")

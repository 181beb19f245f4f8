"""Who coded what is read from the history, and agreement counted passage by passage."""

import random
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from lessons import coverage, evidence, merging, quoting
from lessons.history import undoing
from lessons.insights import agreement
from lessons.insights.alpha import nominal_alpha
from lessons.models import Kind, Passage, Record, Report
from tests.factories import REQUIRED, make_published, make_report, make_user
from tests.history import last_act

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> Report:
    return make_report(tuple(f"Passage {number}." for number in range(6)))


@pytest.fixture
def other(db: None) -> User:
    return make_user()


def passage(report: Report, ordinal: int) -> Passage:
    return report.passages.get(ordinal=ordinal)


def quoted(where: Passage, by: User, kind: str = Kind.LESSON) -> Record:
    fields = {"title": f"By {by}", "statement": "So.", **REQUIRED[kind]}
    return quoting.quote(where, where.text, kind, by=by, **fields)


def kinds(report: Report, person: User) -> dict[int, set[str]]:
    """Return by ordinal what a person cited."""
    coding = agreement.coded(report).get(person.pk, agreement.Coding())
    ordinals = dict(report.passages.values_list("pk", "ordinal"))
    return {ordinals[pk]: found for pk, found in coding.cited.items() if pk in ordinals}


def test_who_added_a_quotation_has_cited_whoever_wrote_the_record(
    report: Report, analyst: User, other: User
) -> None:
    record = quoted(passage(report, 1), analyst)
    evidence.cite(record, passage(report, 2), "Passage 1", by=other)
    evidence.cite(record, passage(report, 3), "Passage 2", by=None)
    assert kinds(report, analyst) == {1: {"lesson"}}
    assert kinds(report, other) == {2: {"lesson"}}


def test_what_is_taken_away_or_undone_does_not_count_what_a_merge_takes_does(
    report: Report, analyst: User, other: User
) -> None:
    kept = quoted(passage(report, 1), analyst)
    same = quoted(passage(report, 1), other)
    evidence.cite(kept, passage(report, 2), "Passage 1", by=analyst)
    evidence.uncite(kept.citations.get(passage__ordinal=2), by=other)
    quoted(passage(report, 3), analyst)
    undoing.undo(last_act(), by=analyst)
    merging.merge(kept, same, by=None)
    assert kinds(report, analyst) == {1: {"lesson"}}
    assert kinds(report, other) == {1: {"lesson"}}


def test_both_have_read_what_both_marked_or_cited(
    report: Report, analyst: User, other: User
) -> None:
    quoted(passage(report, 1), analyst)
    coverage.mark_read([passage(report, 2), passage(report, 3)], "read", by=analyst)
    coverage.mark_read([passage(report, 1), passage(report, 2)], "empty", by=other)
    (pair,) = agreement.pairs(report)
    assert ({pair.first, pair.second}, pair.passages) == ({analyst, other}, 2)
    assert [one.passage.ordinal for one in pair.differences] == [1]


@pytest.mark.parametrize("seed", range(2))
def test_figures_are_what_a_plain_look_at_each_passage_gives(
    seed: int, report: Report, analyst: User, other: User
) -> None:
    chance = random.Random(seed)
    said: dict[tuple[int, int], set[str]] = {}
    for person in (analyst, other):
        coverage.mark_read(report.passages.all(), "read", by=person)
        for one in report.passages.all():
            chosen = set(chance.choices(Kind.values, k=chance.choice([0, 0, 1, 2])))
            for kind in sorted(chosen):
                quoted(one, person, kind)
            said[person.pk, one.pk] = chosen
    (pair,) = agreement.pairs(report)
    both = [(said[pair.first.pk, p.pk], said[pair.second.pk, p.pk]) for p in report.passages.all()]
    at_all, *by_kind = pair.agreements
    assert at_all.alpha == nominal_alpha((bool(one), bool(two)) for one, two in both)
    for found, kind in zip(by_kind, Kind, strict=True):
        assert found.alpha == nominal_alpha((kind in one, kind in two) for one, two in both)
        assert found.yes == (sum(kind in o for o, _t in both), sum(kind in t for _o, t in both))
    assert len(pair.differences) == sum(one != two for one, two in both)


def test_each_alpha_is_told_in_words() -> None:
    told = [agreement.Agreement("", alpha, (0, 0)).verdict for alpha in (1.0, 0.8, 0.7, 0.5, None)]
    assert told == ["reliable", "reliable", "tentative", "not reliable", "not defined"]


class TestThePage:
    def test_it_leads_to_the_passages_two_differ_on(
        self, report: Report, signed_in: Any, analyst: User, other: User
    ) -> None:
        quoted(passage(report, 2), analyst, Kind.FAILURE)
        coverage.mark_read(report.passages.all(), "read", by=other)
        path = f"/curate/reports/{report.slug}/agreement/"
        page = signed_in(analyst).get(path).content.decode()
        assert f"/curate/reports/{report.slug}/?passage=2#p-2" in page
        assert "nothing cited" in page

    def test_without_a_second_reader_it_says_what_it_will_show(
        self, signed_in: Any, analyst: User
    ) -> None:
        report = make_published().citations.get().passage.report
        page = signed_in(analyst).get(f"/curate/reports/{report.slug}/agreement/")
        assert "No two people have read" in page.content.decode()

    def test_it_takes_as_many_queries_however_many_passages(
        self, report: Report, client: Client, analyst: User, other: User,
        django_assert_num_queries: Any,
    ) -> None:  # fmt: skip
        for number in (1, 2, 3):
            quoted(passage(report, number), analyst)
            quoted(passage(report, number + 1), other)
        client.force_login(analyst)
        # session, user, report; passages, readings, quotations, merged ones, standing ones,
        # records; people, passages
        with django_assert_num_queries(11):
            client.get(f"/curate/reports/{report.slug}/agreement/")

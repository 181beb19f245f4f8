"""The chain as a diagram and as a list: the same links, laid out so that few lines cross."""

import random
import re
from itertools import combinations, pairwise
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from lessons.insights import layout, network
from lessons.insights.paths import Path, paths
from lessons.models import Kind, Link, Record
from tests.factories import make_published, make_record

VISITOR = AnonymousUser()


def crossings_one_by_one(columns: list[list[int]], pairs: list[tuple[int, int]]) -> int:
    """Compare each line with each other one between the same columns."""
    at = {pk: (n, (row + 0.5) / len(c)) for n, c in enumerate(columns) for row, pk in enumerate(c)}
    lines = [sorted((at[one], at[other])) for one, other in pairs]
    return sum(
        (a[0][1] - b[0][1]) * (a[1][1] - b[1][1]) < 0
        for a, b in combinations(lines, 2)
        if (a[0][0], a[1][0]) == (b[0][0], b[1][0])
    )


@pytest.mark.parametrize("seed", range(20))
def test_rows_keep_everybody_and_never_cross_more_than_before(seed: int) -> None:
    chance = random.Random(seed)
    columns = [list(range(n * 100, n * 100 + chance.randint(1, 9))) for n in range(4)]
    pairs = [
        (chance.choice(columns[n]), chance.choice(columns[chance.randint(n + 1, 3)]))
        for n in chance.choices(range(3), k=15)
    ]
    assert layout.crossings(columns, pairs) == crossings_one_by_one(columns, pairs)
    ordered = layout.rows(columns, pairs)
    assert [sorted(column) for column in ordered] == columns
    assert layout.crossings(ordered, pairs) <= layout.crossings(columns, pairs)


def test_lines_that_need_not_cross_do_not() -> None:
    assert layout.rows([[1, 2], [3, 4]], [(1, 4), (2, 3)]) in ([[1, 2], [4, 3]], [[2, 1], [3, 4]])


def test_rows_stand_apart_in_order_as_near_as_can_be_to_where_they_want() -> None:
    assert layout.apart([0.0, 0.0, 0.0]) == [-1.0, 0.0, 1.0]
    assert layout.apart([5.0, 1.0, 9.0]) == [2.5, 3.5, 9.0]


@pytest.mark.parametrize("seed", range(5))
def test_no_two_boxes_of_a_column_overlap_and_parts_stand_below_one_another(seed: int) -> None:
    chance = random.Random(seed)
    columns = [list(range(n * 100, n * 100 + 9)) for n in range(4)]
    pairs = [(chance.choice(columns[n]), chance.choice(columns[n + 1])) for n in [0, 1, 2] * 5]
    at, rows = layout.places(columns, pairs)
    assert sorted(at) == sorted(pk for column in columns for pk in column)
    for number, column in enumerate(columns):
        assert {at[pk][0] for pk in column} == {number}
        taken = sorted(at[pk][1] for pk in column)
        assert all(after - before > 0.999 for before, after in pairwise(taken))
    assert min(row for _column, row in at.values()) == 0
    assert max(row for _column, row in at.values()) <= rows - 1 + 1e-9


def test_a_star_brings_only_some_of_its_rays_into_the_drawing() -> None:
    pairs = [(1, leaf) for leaf in range(100, 200)] + [(2, 3), (3, 4)]
    drawn = network._taken(pairs, {1: 100, 2: 1, 3: 2, 4: 1})
    assert {2, 3, 4} < drawn
    assert len(drawn - {1, 2, 3, 4}) == network.LINES


def linked() -> tuple[Record, Record, Record, Record]:
    """Publish an actor who failed, what went wrong, what was learned, and what was asked for."""
    actor, failure, lesson, asked = (
        make_published(kind)
        for kind in (Kind.ACTOR, Kind.FAILURE, Kind.LESSON, Kind.RECOMMENDATION)
    )
    cited = failure.citations.get()
    Link.objects.create(
        source=actor, predicate="failed_in", target=failure, asserted_by="source", citation=cited
    )
    Link.objects.create(source=lesson, predicate="drawn_from", target=failure)
    Link.objects.create(source=asked, predicate="addresses", target=lesson)
    return actor, failure, lesson, asked


def told(found: list[Path]) -> list[Any]:
    return [(one.record.code, told(one.onward)) for one in found]


@pytest.mark.django_db
class TestTheNetwork:
    def test_it_reads_links_from_who_failed_to_what_was_asked_for(self) -> None:
        actor, failure, lesson, asked = linked()
        records = Record.objects.visible_to(VISITOR)
        ids, left_out = network.most_linked(records, VISITOR)
        drawn = network.among(ids, VISITOR, left_out)
        assert {(edge.before, edge.after) for edge in drawn.edges} == {
            (actor.pk, failure.pk),
            (failure.pk, lesson.pk),
            (lesson.pk, asked.pk),
        }
        assert told(paths(drawn)) == [
            (actor.code, [(failure.code, [(lesson.code, [(asked.code, [])])])])
        ]

    def test_a_focus_shows_two_steps_on_either_side(self) -> None:
        actor, failure, lesson, asked = linked()
        assert set(network.around(actor, VISITOR).records) == {actor.pk, failure.pk, lesson.pk}
        assert set(network.around(asked, VISITOR).records) == {asked.pk, lesson.pk, failure.pk}

    def test_a_record_reached_twice_is_told_once(self) -> None:
        _actor, failure, *_rest = linked()
        other = make_published(Kind.ACTOR)
        Link.objects.create(source=other, predicate="warned_of", target=failure)
        drawn = network.around(failure, VISITOR)
        first, second = paths(drawn)
        assert not first.onward[0].again
        assert second.onward[0].again

    def test_drafts_are_not_drawn_for_visitors(self) -> None:
        _actor, failure, *_rest = linked()
        draft = make_record(Kind.LESSON)
        Link.objects.create(source=draft, predicate="drawn_from", target=failure)
        assert draft.pk not in network.around(failure, VISITOR).records
        assert draft.pk not in network.most_linked(Record.objects.all(), VISITOR)[0]


@pytest.mark.django_db
class TestThePage:
    def test_lines_open_their_quotation_and_say_who_asserts_them(self, client: Client) -> None:
        actor, failure, lesson, asked = linked()
        page = client.get("/insights/chain/").content.decode()
        for record in (actor, failure, lesson, asked):
            assert f"?focus={record.code}" in page
        assert len(re.findall('class="line stated"', page)) == 1
        assert len(re.findall('class="line inferred"', page)) == 2
        assert f"?cite={failure.citations.get().pk}#" in page

    def test_a_record_can_be_brought_forward(self, client: Client) -> None:
        actor, _failure, _lesson, asked = linked()
        page = client.get(f"/insights/chain/?focus={actor.code}").content.decode()
        assert f"?focus={asked.code}" not in page

    def test_a_focus_shows_as_many_links_as_are_asked_for(self, client: Client) -> None:
        actor, failure, lesson, asked = linked()
        near = client.get(f"/insights/chain/?focus={actor.code}&near=1").content.decode()
        assert f"focus={failure.code}" in near
        assert f"focus={lesson.code}" not in near
        far = client.get(f"/insights/chain/?focus={actor.code}&near=3").content.decode()
        assert f"focus={asked.code}" in far
        assert client.get(f"/insights/chain/?focus={actor.code}&near=9").status_code == 400
        assert client.get("/insights/chain/?near=1").status_code == 400

    def test_a_focus_that_is_not_there_is_refused(self, client: Client) -> None:
        draft = make_record(Kind.LESSON)
        assert client.get(f"/insights/chain/?focus={draft.code}").status_code == 400

    def test_hostile_words_are_only_words(self, client: Client) -> None:
        actor, *_ = linked()
        Record.objects.filter(pk=actor.pk).update(title="<script>\"&amp;'")
        page = client.get("/insights/chain/").content.decode()
        assert "<script>&quot;" not in page
        assert "&lt;script&gt;&quot;&amp;amp;" in page

    def test_without_links_it_says_so(self, client: Client) -> None:
        make_published()
        assert "Nothing here is linked" in client.get("/insights/chain/").content.decode()

    def test_it_takes_few_queries(self, client: Client, django_assert_num_queries: Any) -> None:
        linked()
        linked()
        client.get("/insights/chain/")
        with django_assert_num_queries(5):
            client.get("/insights/chain/")

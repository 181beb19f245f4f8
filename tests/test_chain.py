"""The chain around a record."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from lessons import curation
from lessons.chain import STAGES, chain
from lessons.models import Kind, Record
from tests.factories import make_published, make_record

pytestmark = pytest.mark.django_db

ANYONE = AnonymousUser()


@pytest.fixture
def story() -> dict[str, Record]:
    """Two actors, a failure with two lessons, and a recommendation on one of them and on it."""
    names = {
        "council": Kind.ACTOR,
        "victims": Kind.ACTOR,
        "silence": Kind.FAILURE,
        "listen": Kind.LESSON,
        "prepare": Kind.LESSON,
        "brigade": Kind.RECOMMENDATION,
    }
    records = {name: make_published(kind, title=name) for name, kind in names.items()}
    for source, predicate, target in (
        ("council", "failed_in", "silence"),
        ("victims", "affected_by", "silence"),
        ("listen", "drawn_from", "silence"),
        ("prepare", "drawn_from", "silence"),
        ("brigade", "addresses", "prepare"),
    ):
        curation.link(records[source], predicate, records[target], by=None)
    return records


def told(record: Record, user: Any = ANYONE) -> dict[str, list[str]]:
    """Return the titles of the chain by stage."""
    stages = chain(record, user)
    assert list(stages) == list(STAGES)
    return {
        kind.value: sorted(step.record.title for step in steps)
        for kind, steps in stages.items()
        if steps
    }


def test_a_failure_stands_between_who_failed_and_what_was_asked(story):
    assert told(story["silence"]) == {
        "actor": ["council", "victims"],
        "failure": ["silence"],
        "lesson": ["listen", "prepare"],
        "recommendation": ["brigade"],
    }


def test_the_chain_of_an_actor_leads_to_what_was_asked(story):
    assert told(story["council"]) == {
        "actor": ["council"],
        "failure": ["silence"],
        "lesson": ["listen", "prepare"],
        "recommendation": ["brigade"],
    }


def test_the_walk_never_turns_round(story):
    assert told(story["listen"]) == {
        "actor": ["council", "victims"],
        "failure": ["silence"],
        "lesson": ["listen"],
    }


def test_the_chain_of_a_recommendation_leads_back_to_who_failed(story):
    assert told(story["brigade"]) == {
        "actor": ["council", "victims"],
        "failure": ["silence"],
        "lesson": ["prepare"],
        "recommendation": ["brigade"],
    }


def test_each_record_and_each_link_stands_in_the_chain_once(story):
    curation.link(story["brigade"], "addresses", story["silence"], by=None)
    for record in story.values():
        steps = [step for steps in chain(record, ANYONE).values() for step in steps]
        assert len({step.record.pk for step in steps}) == len(steps)
        for step in steps:
            links = [link.pk for link in step.links]
            assert len(set(links)) == len(links)


def test_links_that_make_no_chain_are_left_out(story):
    other = make_published(Kind.FAILURE)
    curation.link(other, "caused_by", story["silence"], by=None)
    curation.link(story["listen"], "refines", story["prepare"], by=None)
    curation.link(story["brigade"], "addressed_to", story["council"], by=None)
    assert told(other) == {"failure": [other.title]}
    assert told(story["listen"])["lesson"] == ["listen"]


def test_drafts_show_to_the_desk_and_to_nobody_else(story, analyst, reader):
    draft = make_record(Kind.LESSON, title="draft")
    curation.link(draft, "drawn_from", story["silence"], by=None)
    beyond = make_published(Kind.RECOMMENDATION, title="beyond")
    curation.link(beyond, "addresses", draft, by=None)
    for user in (ANYONE, reader):
        assert told(story["silence"], user)["lesson"] == ["listen", "prepare"]
        assert told(story["silence"], user)["recommendation"] == ["brigade"]
    assert "draft" in told(story["silence"], analyst)["lesson"]
    assert "beyond" in told(story["silence"], analyst)["recommendation"]


def test_a_withdrawn_record_leaves_the_chain(story):
    curation.withdraw(story["silence"], by=None, reason="Wrong.")
    assert told(story["prepare"]) == {"lesson": ["prepare"], "recommendation": ["brigade"]}


def test_a_step_is_stated_only_where_the_source_says_so(story):
    citation = story["silence"].citations.get()
    curation.link(
        story["council"],
        "responsible_for",
        story["silence"],
        by=None,
        asserted_by="source",
        citation=citation,
    )
    actors = {step.record.title: step for step in chain(story["silence"], ANYONE)[Kind.ACTOR]}
    assert actors["council"].stated
    assert len(actors["council"].links) == 2
    assert not actors["victims"].stated


def test_a_chain_takes_at_most_three_queries(story, django_assert_max_num_queries):
    for record in story.values():
        with django_assert_max_num_queries(3):
            chain(record, ANYONE)

"""Near-duplicates: what may say the same, by its words and what it shares."""

import pytest
from django.contrib.auth.models import AnonymousUser

from lessons import curation, merging
from lessons.models import Kind, Record, Tag
from lessons.search import duplicates
from lessons.search.alike_tags import alike, same_words
from lessons.search.duplicates import near_duplicates
from lessons.search.index import SearchUnavailable
from lessons.search.naming import OFFERED, named
from tests.factories import make_many, make_published, make_record, make_theme

pytestmark = pytest.mark.django_db

SAID = "Warnings were passed on to the capitals, which decided nothing for weeks."
NEARLY = "Warnings had been passed on to the capitals, which decided nothing for many weeks."
LOOSELY = "Warnings passed to the capitals, whose leaders sat and waited for weeks."


# Titles that have nothing in common.
TITLES = iter(
    f"{word} {word[::-1]}"
    for word in ("zebra", "kilo", "mango", "hotel", "ocean", "virus", "quartz", "jungle", "plum",
                 "bishop", "yacht", "wolf", "fjord", "ghost", "lemon", "nymph", "opus", "crypt")
)  # fmt: skip


def say(statement: str, kind: str = Kind.LESSON) -> Record:
    return make_record(kind, title=next(TITLES), statement=statement)


def found(record: Record, user: object, **options: bool) -> list[int]:
    (alike_to_it,) = near_duplicates([record], user, **options)
    return [one.other for one in alike_to_it]


def test_nearly_the_same_statement_is_found_under_another_title(analyst):
    one = make_record(title="Deaf capitals", statement=SAID)
    other = make_record(title="Who listens?", statement=NEARLY)
    make_record(title="Something else", statement="Water was scarce in the camps.")
    assert found(one, analyst) == [other.pk]
    assert found(other, analyst, by_title=False) == [one.pk]


def test_nearly_the_same_title_is_found_under_another_statement(analyst):
    one = make_record(title="Nobody heeded the warning of January")
    other = make_record(title="Nobody heeded the warnings of January")
    assert found(one, analyst) == [other.pk]


def test_what_shares_a_theme_or_an_actor_may_be_a_little_less_alike(analyst):
    one, other = say(SAID), say(LOOSELY)
    (pairs,) = near_duplicates([one], analyst)
    assert pairs == []
    theme = make_theme()
    for record in (one, other):
        curation.save_record(record, by=None, themes=[theme])
    assert found(one, analyst) == [other.pk]
    for record in (one, other):
        curation.save_record(record, by=None, themes=[])
    assert found(one, analyst) == []
    actor = make_record(Kind.ACTOR)
    for record in (one, other):
        curation.link(record, "addressed_to", actor, by=None)
    assert found(one, analyst) == [other.pk]


def test_only_records_of_one_kind_are_compared(analyst):
    one = say(SAID)
    say(SAID, Kind.FAILURE)
    assert found(one, analyst) == []


def test_what_is_not_public_is_proposed_to_the_desk_alone(analyst):
    one, draft = make_published(statement=SAID, title=next(TITLES)), say(SAID)
    assert found(one, AnonymousUser()) == []
    assert found(one, analyst) == [draft.pk]


def test_what_was_told_apart_is_not_proposed_again_in_either_direction(analyst):
    one, other = say(SAID), say(SAID)
    merging.tell_apart(other, one, by=None)
    assert found(one, analyst) == found(other, analyst) == []


def test_what_was_merged_is_not_proposed(analyst):
    one, gone = say(SAID), say(SAID)
    merging.merge(say("Else."), gone, by=None)
    assert found(one, analyst) == []


def test_a_record_that_is_not_saved_yet_is_compared(analyst):
    there = say(SAID)
    draft = Record(kind=Kind.LESSON, title="New", statement=NEARLY, language="en")
    assert found(draft, analyst) == [there.pk]


def test_the_most_alike_come_first_with_how_much(analyst):
    one = say(SAID)
    nearly, same = say(NEARLY), say(SAID)
    (pairs,) = near_duplicates([one], analyst)
    assert [pair.other for pair in pairs] == [same.pk, nearly.pk]
    assert pairs[0].similarity == 1.0
    assert duplicates.ALIKE <= pairs[1].similarity < 1.0


def test_however_many_records_are_compared_it_is_one_query(analyst, django_assert_num_queries):
    records = make_many(20)
    searcher = duplicates.current_searcher()
    analyst.has_perm("lessons.view_record")
    with django_assert_num_queries(1):
        near_duplicates(records, analyst, searcher=searcher)


def test_without_an_index_titles_are_compared(analyst, monkeypatch):
    def unavailable():
        raise SearchUnavailable

    one = make_record(title="Nobody heeded the warning of January")
    other = make_record(title="Nobody heeded the warnings of January")
    monkeypatch.setattr(duplicates, "machine_index", unavailable)
    assert found(one, analyst, by_title=False) == [other.pk]


# Naming a record by typing


def test_a_record_is_named_by_code_title_or_other_name(analyst):
    one = make_record()
    actor = make_record(Kind.ACTOR, title="United Nations", aliases=["Nations Unies", "ONU"])
    for words in (actor.code, actor.code.lower(), "united nat", "Nations Unies", "onu"):
        assert named(words, analyst, but=one) == [actor]


def test_a_record_does_not_name_itself_and_ten_are_enough(analyst):
    one, *_others = make_many(20)
    assert len(named("lesson", analyst, but=one)) == OFFERED
    assert one not in named("lesson 0000", analyst, but=one)
    assert named("", analyst, but=one) == []


# Tags


def test_tags_are_grouped_whatever_their_accents_and_endings():
    make_record(tags=["état", "Etat", "mandates", "mandate", "force", "early-warning"])
    make_record(tags=["mandate", "early warning"])
    groups = [[tag.name for tag in group] for group in same_words()]
    assert sorted(map(sorted, groups)) == [
        ["Etat", "état"], ["early warning", "early-warning"], ["mandate", "mandates"],
    ]  # fmt: skip
    assert ["mandate", "mandates"] in groups  # the most used first


def test_tags_spelt_nearly_the_same_are_proposed():
    make_record(tags=["reconciliation", "reconcilliation", "force"])
    tags = {tag.name: tag for tag in Tag.objects.all()}
    near = alike(tags.values())
    assert near == {
        tags["reconciliation"].pk: [tags["reconcilliation"]],
        tags["reconcilliation"].pk: [tags["reconciliation"]],
    }

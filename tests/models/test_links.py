"""Links: which records may be joined, and on whose word."""

from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser

from lessons.models import (
    JOINS,
    Kind,
    Link,
    Predicate,
    Record,
    predicates_between,
    predicates_from,
    predicates_to,
)
from tests.factories import cite, make_published, make_record
from tests.models import commit_checks, execute, refused_by

pytestmark = pytest.mark.django_db

TRIPLES = [(p, source, target) for p in Predicate for source, target in product(Kind, Kind)]
ALLOWED = {(p, source, target) for p, pairs in JOINS.items() for source, target in pairs}


@pytest.fixture
def ends() -> dict[Kind, tuple[Record, Record]]:
    return {kind: (make_record(kind), make_record(kind)) for kind in Kind}


@pytest.fixture
def link() -> Link:
    """``actor responsible for failure``, both cited."""
    source, target = cite(make_record(Kind.ACTOR)), cite(make_record(Kind.FAILURE))
    return Link.objects.create(source=source, predicate="responsible_for", target=target)


def change(link: Link, **fields: object) -> None:
    Link.objects.filter(pk=link.pk).update(**fields)


def test_the_design_allows_fourteen_combinations_and_no_more():
    assert len(ALLOWED) == 14
    assert set(JOINS) == set(Predicate)


def test_every_allowed_predicate_joins_its_kinds(ends):
    links = [
        Link(source=ends[source][0], predicate=predicate, target=ends[target][1])
        for predicate, source, target in ALLOWED
    ]
    Link.objects.bulk_create(links)
    commit_checks()
    assert Link.objects.count() == len(ALLOWED)


def test_every_other_predicate_is_refused_to_every_other_pair_of_kinds(ends):
    for predicate, source, target in set(TRIPLES) - ALLOWED:
        link = Link(source=ends[source][0], predicate=predicate, target=ends[target][1])
        with refused_by("link_fits_its_kinds"):
            Link.objects.bulk_create([link])


def test_the_choices_offered_are_those_the_database_allows():
    for source, target in product(Kind, Kind):
        fitting = {p for p in Predicate if (p, source, target) in ALLOWED}
        assert set(predicates_between(source, target)) == fitting
    for kind in Kind:
        assert set(predicates_from(kind)) == {p for p, source, _target in ALLOWED if source == kind}
        assert set(predicates_to(kind)) == {p for p, _source, target in ALLOWED if target == kind}


def test_a_predicate_nobody_knows_is_refused(link):
    with refused_by("link_fits_its_kinds"):
        change(link, predicate="blames")


@pytest.mark.parametrize("field", ["source", "target"])
def test_a_link_does_not_move_to_a_record_of_another_kind(link, field):
    with refused_by("link_fits_its_kinds"):
        change(link, **{field: make_record(Kind.LESSON)})


def test_a_link_does_not_turn_round(link):
    with refused_by("link_fits_its_kinds"):
        execute("UPDATE lessons_link SET source_id = target_id, target_id = source_id")


def test_a_record_is_not_linked_to_itself():
    failure = make_record(Kind.FAILURE)
    with refused_by("link_joins_two_records"):
        Link.objects.bulk_create([Link(source=failure, predicate="led_to", target=failure)])


def test_two_records_are_linked_in_one_way_once(link):
    link.pk = None
    with refused_by("link_once"):
        Link.objects.bulk_create([link])
    link.predicate = "warned_of"
    link.save()
    assert Link.objects.count() == 2


def test_what_the_source_asserts_needs_a_citation(link):
    with refused_by("link_of_source_is_cited"):
        change(link, asserted_by="source")


def test_a_link_is_asserted_by_the_source_or_the_analyst(link):
    with refused_by("link_asserter_is_known"):
        change(link, asserted_by="somebody")


@pytest.mark.parametrize("end", ["source", "target"])
def test_a_link_may_rest_on_a_citation_of_either_end(link, end):
    citation = getattr(link, end).citations.get()
    change(link, citation=citation, asserted_by="source")
    assert citation.links.get() == link


def test_the_citation_of_what_the_source_asserts_is_not_taken_from_it(link):
    change(link, citation=link.source.citations.get(), asserted_by="source")
    with refused_by("link_of_source_is_cited"):
        change(link, citation=None)


def test_a_link_does_not_rest_on_a_citation_of_a_third_record(link):
    with refused_by("link_citation_is_of_its_ends"):
        change(link, citation=cite(make_record()).citations.get())


def test_a_link_does_not_leave_its_citation_behind(link):
    change(link, citation=link.source.citations.get())
    with refused_by("link_citation_is_of_its_ends"):
        change(link, source=make_record(Kind.ACTOR))


def test_a_citation_does_not_leave_its_link_behind(link):
    citation = link.source.citations.get()
    change(link, citation=citation)
    with refused_by("link_citation_is_of_its_ends"):
        link.source.citations.update(record=make_record())


def test_a_link_shows_only_to_those_who_may_read_both_ends(analyst):
    public = make_published(Kind.FAILURE)
    for actor in (make_published(Kind.ACTOR), make_record(Kind.ACTOR)):
        Link.objects.create(source=actor, predicate="failed_in", target=public)
    assert Link.objects.visible_to(AnonymousUser()).count() == 1
    assert Link.objects.visible_to(analyst).count() == 2

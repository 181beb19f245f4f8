"""Adding a link from a record's page, step by step, and taking one away."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from lessons import curation, merging
from lessons.models import Kind, Link, Predicate, Record, predicates_between
from tests.factories import cite, make_published, make_record, make_user
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(signed_in: Any, analyst: User) -> Client:
    return signed_in(analyst)


def address(record: Record) -> str:
    return f"/curate/link/{record.code}/"


def offered(client: Client, record: Record, other: Record) -> dict[str, str]:
    """Return the relations that the form offers, by the value that each is sent with."""
    text = text_of(client.get(address(record), {"other": other.code}))
    pattern = r'name="relation" value="([\w-]+)".*?</span> (.*?) <span class="code">'
    return dict(re.findall(pattern, text, re.DOTALL))


def test_only_who_may_edit_the_record_is_offered_to_link_it(client: Client) -> None:
    published, draft = make_published(), make_record()
    sees = {
        Role.ANALYST: {draft},
        Role.REVIEWER: {draft, published},
    }
    for role, records in sees.items():
        client.force_login(make_user(role))
        for record in (draft, published):
            shown = 'id="linking"' in text_of(client.get(record.get_absolute_url()))
            assert shown == (record in records)
            assert client.get(address(record)).status_code == (200 if record in records else 403)


def test_the_other_end_is_found_by_code_or_words(desk: Client) -> None:
    lesson = make_record()
    failure = make_record(Kind.FAILURE, title="Nobody heeded the warnings")
    for words in (failure.code, "heeded warn"):
        response = desk.get(address(lesson), {"q": words})
        assert f"{address(lesson)}?other={failure.code}" in links_of(response)
    assert "Nothing matches." in words_of(desk.get(address(lesson), {"q": "zzzzqqq"}))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("other_kind", Kind)
def test_the_relations_offered_fit_the_two_kinds_in_both_directions(
    kind: Kind, other_kind: Kind, desk: Client
) -> None:
    record, other = make_record(kind), make_record(other_kind)
    expected = {f"from-{p}": str(p.label) for p in predicates_between(kind, other_kind)}
    expected |= {f"to-{p}": p.inverse_label for p in predicates_between(other_kind, kind)}
    assert offered(desk, record, other) == expected


def test_a_relation_that_is_there_already_is_not_offered(desk: Client) -> None:
    one, other = make_record(Kind.FAILURE), make_record(Kind.FAILURE)
    curation.link(one, "led_to", other, by=None)
    assert set(offered(desk, one, other)) == {"from-caused_by", "to-caused_by", "to-led_to"}


def test_a_link_is_saved_and_shows_in_the_chain_at_once(desk: Client) -> None:
    lesson, failure = make_record(), cite(make_record(Kind.FAILURE, title="Deaf capitals"))
    citation = failure.citations.get()
    said = {"other": failure.code, "relation": "from-drawn_from", "asserted_by": "source",
            "citation": citation.pk, "note": "In so many words."}  # fmt: skip
    response = desk.post(address(lesson), said, follow=True)
    link = Link.objects.get()
    assert (link.source, link.predicate, link.target) == (lesson, "drawn_from", failure)
    assert (link.asserted_by, link.citation, link.note) == (
        "source", citation, "In so many words.",
    )  # fmt: skip
    assert response.redirect_chain == [(f"{lesson.get_absolute_url()}#links", 302)]
    assert "The chain it belongs to" in words_of(response)
    assert f"{lesson.code} is linked to {failure.code}." in words_of(response)


def test_a_link_can_be_told_from_its_other_side(desk: Client) -> None:
    lesson, failure = make_record(), make_record(Kind.FAILURE)
    said = {"other": lesson.code, "relation": "to-drawn_from", "asserted_by": "analyst"}
    desk.post(address(failure), said)
    link = Link.objects.get()
    assert (link.source, link.predicate, link.target) == (lesson, Predicate.DRAWN_FROM, failure)


def test_what_is_missing_is_told_at_its_place(desk: Client) -> None:
    lesson, failure = make_record(), make_record(Kind.FAILURE)
    foreign = cite(make_record()).citations.get()
    for said, told in (
        ({"relation": "from-drawn_from", "asserted_by": "source"}, "Choose the citation in which"),
        ({"relation": "from-refines", "asserted_by": "analyst"}, "Select a valid choice"),
        ({"asserted_by": "analyst"}, "This field is required"),
        (
            {"relation": "from-drawn_from", "asserted_by": "source", "citation": foreign.pk},
            "Select a valid choice",
        ),
    ):
        response = desk.post(address(lesson), {"other": failure.code, **said})
        assert (response.status_code, told in words_of(response)) == (200, True)
    assert not Link.objects.exists()


def test_a_code_that_is_none_or_was_merged_away_is_404(desk: Client) -> None:
    lesson, gone = make_record(), make_record()
    merging.merge(make_record(), gone, by=None)
    for other in ("L-999", "nonsense", gone.code):
        assert desk.get(address(lesson), {"other": other}).status_code == 404
    assert desk.get(address(gone)).status_code == 404


def test_a_link_is_taken_away_from_the_page_it_is_seen_on(desk: Client) -> None:
    lesson, failure = make_record(), make_record(Kind.FAILURE)
    link = curation.link(lesson, "drawn_from", failure, by=None)
    page = desk.get(failure.get_absolute_url())
    assert f'action="/curate/unlink/{link.pk}/"' in text_of(page)
    response = desk.post(f"/curate/unlink/{link.pk}/", {"next": failure.get_absolute_url()})
    assert response["Location"] == failure.get_absolute_url()
    assert not Link.objects.exists()
    assert desk.post(f"/curate/unlink/{link.pk}/").status_code == 404


@pytest.mark.parametrize("next_", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_nobody_is_sent_elsewhere(next_: str, desk: Client) -> None:
    link = curation.link(make_record(), "drawn_from", make_record(Kind.FAILURE), by=None)
    response = desk.post(f"/curate/unlink/{link.pk}/", {"next": next_})
    assert response["Location"] == link.source.get_absolute_url()


def test_a_link_between_published_records_is_taken_away_by_a_reviewer_alone(
    client: Client,
) -> None:
    link = curation.link(make_published(), "drawn_from", make_published(Kind.FAILURE), by=None)
    for role, status in ((Role.READER, 403), (Role.ANALYST, 403), (Role.REVIEWER, 302)):
        client.force_login(make_user(role))
        assert client.post(f"/curate/unlink/{link.pk}/").status_code == status
    assert not Link.objects.exists()

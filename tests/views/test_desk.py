"""The desk: what each person finds waiting there, what needs care, and the list to work from."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User
from lessons import curation, reviewing
from lessons.models import Kind, Record
from lessons.models.desk import QUALITIES
from tests.admin import client_of
from tests.factories import cite, make_many, make_published, make_record, make_theme, make_user
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db


def in_review(**fields: Any) -> Record:
    return curation.submit(cite(make_record(**fields)), by=fields.get("by"))


def queues_of(client: Client) -> dict[str, list[Record]]:
    response = client.get("/curate/")
    assert response.status_code == 200
    return {queue.name: queue.records for queue in response.context["mine"]}


def test_a_reviewer_finds_what_others_wrote_the_oldest_first(reviewer: User) -> None:
    first, second = in_review(), in_review()
    in_review(by=reviewer)
    client = client_of(reviewer)
    assert queues_of(client) == {"review": [first, second]}
    assert first.title in words_of(client.get("/curate/"))


def test_an_analyst_finds_what_came_back_with_the_reason(analyst: User, reviewer: User) -> None:
    record = in_review(by=analyst)
    client = client_of(analyst)
    assert client.get("/curate/").context["theirs"].records == [record]
    assert queues_of(client) == {}
    curation.send_back(record, by=reviewer, reason="Say who was warned.")
    assert queues_of(client) == {"sent-back": [record]}
    words = words_of(client.get("/curate/"))
    assert f"{reviewer}: Say who was warned." in words
    assert "Nothing of yours is in review." in words


@pytest.mark.parametrize("role", [Role.ANALYST, Role.REVIEWER, Role.ADMIN])
def test_everyone_finds_what_is_assigned_to_them_and_questions_to_them(role: str) -> None:
    person, record = make_user(role), make_record()
    reviewing.assign(record, person, by=None)
    reviewing.comment(record, "Which mission?", by=make_user(Role.REVIEWER))
    client = client_of(person)
    assert queues_of(client) == {"assigned": [record]}
    assert "Which mission?" in words_of(client.get("/curate/"))
    assert "Which mission?" not in words_of(client_of(make_user(role)).get("/curate/"))


def test_what_was_withdrawn_is_nobodys_work(reviewer: User) -> None:
    record = make_published()
    reviewing.assign(record, reviewer, by=None)
    assert queues_of(client_of(reviewer)) == {"assigned": [record]}
    curation.withdraw(record, by=None, reason="Wrong.")
    assert queues_of(client_of(reviewer)) == {}


def test_an_empty_desk_says_so(analyst: User) -> None:
    assert "Nothing. Well done." in words_of(client_of(analyst).get("/curate/"))


def test_a_long_queue_is_counted_in_full(reviewer: User) -> None:
    for record in make_many(35):
        Record.objects.filter(pk=record.pk).update(status="in_review")
    (queue,) = client_of(reviewer).get("/curate/").context["mine"]
    assert (len(queue.records), queue.total) == (30, 35)


def test_each_count_is_that_of_the_list_it_leads_to(reviewer: User) -> None:
    make_published(themes=[make_theme()])
    make_record(origin="inferred")
    cite(make_record()).citations.update(state="lost")
    old = in_review()
    Record.objects.filter(pk=old.pk).update(submitted_at=timezone.now() - timedelta(days=20))
    curation.withdraw(make_published(), by=None, reason="Wrong.")
    client = client_of(reviewer)
    qualities = client.get("/curate/").context["qualities"]
    assert [label for label, _count, _query in qualities] == [str(q) for q in QUALITIES.values()]
    counts = {}
    for label, count, query in qualities:
        listed = client.get(f"/curate/records/?{query}").context
        assert (listed["total"], len(listed["records"])) == (count, count)
        counts[label] = count
    assert list(counts.values()) == [3, 4, 1, 1, 1, 1]


def test_the_header_leads_the_desk_to_its_desk(client: Client, analyst: User, reader: User) -> None:
    assert "/curate/" in links_of(client_of(analyst).get("/"))
    assert "/admin/" in links_of(client_of(analyst).get("/curate/"))
    for outsider in (client, client_of(reader)):
        assert "/curate/" not in links_of(outsider.get("/"))


# The list


def listed(client: Client, query: str) -> list[str]:
    return [record.title for record in client.get(f"/curate/records/?{query}").context["records"]]


def test_the_list_understands_what_other_lists_do_and_two_more(analyst: User) -> None:
    theme, other = make_theme(), make_user(Role.REVIEWER)
    make_published(title="A", themes=[theme], statement="A warning.")
    b = make_record(Kind.FAILURE, title="B")
    c = make_record(title="C", themes=[theme])
    reviewing.assign(b, analyst, by=None)
    reviewing.assign(c, other, by=None)
    client = client_of(analyst)
    assert {query: listed(client, query) for query in (
        "", "q=warning", "kind=failure", "status=draft", f"theme={theme.slug}",
        "assigned=me", "assigned=none", f"assigned={other.username}",
        "quality=no_theme", "quality=no_theme&quality=no_link", "quality=no_theme&assigned=me",
        f"theme={theme.slug}&assigned=none", "q=warning&quality=no_link", "q=warning&assigned=me",
    )} == {
        "": ["A", "B", "C"], "q=warning": ["A"], "kind=failure": ["B"], "status=draft": ["B", "C"],
        f"theme={theme.slug}": ["A", "C"],
        "assigned=me": ["B"], "assigned=none": ["A"], f"assigned={other.username}": ["C"],
        "quality=no_theme": ["B"], "quality=no_theme&quality=no_link": ["A", "B", "C"],
        "quality=no_theme&assigned=me": ["B"], f"theme={theme.slug}&assigned=none": ["A"],
        "q=warning&quality=no_link": ["A"], "q=warning&assigned=me": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    ["quality=bad", "assigned=nobody-here", "assigned=me&assigned=none", "colour=red", "page=99",
     "quality=no_theme&page=2"],
)  # fmt: skip
def test_what_the_list_does_not_know_is_refused_in_words(query: str, analyst: User) -> None:
    response = client_of(analyst).get(f"/curate/records/?{query}")
    assert response.status_code == 400
    assert "unclear" in words_of(response)


def test_pages_of_the_list_keep_what_it_was_asked_for(analyst: User) -> None:
    make_many(25)
    client = client_of(analyst)
    page = client.get("/curate/records/?quality=no_theme&kind=lesson&kind=failure")
    assert len(page.context["records"]) == 20
    assert page.context["next_query"] == "kind=lesson&kind=failure&page=2&quality=no_theme"
    assert len(listed(client, page.context["next_query"])) == 5
    # Of several values none is dropped by the form, which offers one.
    assert text_of(page).count('type="hidden" name="kind"') == 2
    assert '<option value="no_theme" selected>' in text_of(page)


def test_the_actions_offered_are_those_of_the_role(analyst: User, reviewer: User) -> None:
    make_record()
    offered = {
        person.role: {
            action.name for action in client_of(person).get("/curate/records/").context["actions"]
        }
        for person in (analyst, reviewer)
    }
    assert offered[Role.REVIEWER] - offered[Role.ANALYST] == {"publish", "send_back", "withdraw"}
    assert "submit" in offered[Role.ANALYST]

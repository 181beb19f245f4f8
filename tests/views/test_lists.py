"""Reading lists as their owners, co-owners and others meet them."""

import json
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from lessons import collecting, curation
from lessons.models import ReadingList, ReadingListItem, Record
from tests.factories import make_published, make_record, make_theme, make_user
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db


def client_of(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


@pytest.fixture
def mine(reader: User) -> ReadingList:
    return collecting.make_list("For the minister", by=reader)


def shared_as(one: ReadingList, visibility: str) -> ReadingList:
    one = ReadingList.objects.get(pk=one.pk)
    one.visibility = visibility
    return collecting.save_list(one, by=one.owner)


def fill(one: ReadingList, *titles: str) -> list[ReadingListItem]:
    return [collecting.collect(one, make_published(title=title), by=one.owner) for title in titles]


def titles(response: Any) -> list[str]:
    return re.findall(r'<h3 lang="en"><a [^>]*>([^<]*)</a>', text_of(response))


# Who may open one


def addresses(one: ReadingList) -> list[str]:
    slug, token = one.slug, one.token
    return [
        f"/lists/{slug}/", f"/lists/{slug}.csv", f"/feeds/lists/{slug}/",
        f"/lists/shared/{token}/", f"/lists/shared/{token}.csv", f"/feeds/lists/shared/{token}/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("visibility", "owner", "others"),
    [
        ("private", [200, 200, 404, 404, 404, 404], [404] * 6),
        ("link", [200, 200, 404, 200, 200, 200], [404, 404, 404, 200, 200, 200]),
        ("public", [200] * 6, [200] * 6),
    ],
)
def test_a_list_opens_to_whom_it_is_shared_with(
    visibility: str, owner: list[int], others: list[int], mine: ReadingList
) -> None:
    one = shared_as(mine, visibility)
    friend = make_user(Role.READER)
    collecting.add_owner(one, friend, by=one.owner)
    for user, expected in (
        (one.owner, owner), (friend, owner), (None, others),
        (make_user(Role.READER), others), (make_user(Role.ADMIN), others),
    ):  # fmt: skip
        client = client_of(user)
        assert [client.get(path).status_code for path in addresses(one)] == expected


def test_nobody_else_works_on_a_list_and_learns_that_it_is_there(mine: ReadingList) -> None:
    (item,) = fill(shared_as(mine, "public"), "One")
    other = client_of(make_user(Role.ADMIN))
    for path, data in (
        ("edit/", {"title": "Theirs", "visibility": "private", "read_version": 2}),
        ("items/", {"item": item.pk, "action": "drop"}),
        ("sharing/", {"action": "renew"}),
        ("delete/", {}),
    ):
        assert other.post(f"/lists/{mine.slug}/{path}", data).status_code == 404
    assert other.post("/lists/current/", {"list": mine.slug}).status_code == 404
    assert ReadingList.objects.get().items.count() == 1


def test_another_lists_item_cannot_be_named(mine: ReadingList) -> None:
    theirs = collecting.make_list("Theirs", by=make_user(Role.READER))
    (item,) = fill(theirs, "One")
    path = f"/lists/{mine.slug}/items/"
    answer = client_of(mine.owner).post(path, {"item": item.pk, "action": "drop"})
    assert answer.status_code == 404
    assert client_of(mine.owner).post(path, {"item": "x"}).status_code == 404


def test_an_unknown_link_opens_nothing(client: Client) -> None:
    assert client.get(f"/lists/shared/{uuid.uuid4()}/").status_code == 404


def test_a_shared_list_asks_search_engines_to_forget_it(mine: ReadingList, client: Client) -> None:
    one = shared_as(mine, "link")
    assert client.get(one.get_shared_url())["X-Robots-Tag"] == "noindex"
    assert mine.title not in words_of(client.get("/lists/"))


def test_the_page_of_lists_shows_ones_own_and_the_public_ones(
    mine: ReadingList, client: Client
) -> None:
    shared_as(collecting.make_list("For everyone", by=make_user(Role.READER)), "public")
    words = words_of(client_of(mine.owner).get("/lists/"))
    assert "For the minister" in words
    assert "For everyone" in words
    words = words_of(client.get("/lists/"))
    assert "For the minister" not in words
    assert "For everyone" in words


# What it shows


def test_a_list_shows_each_reader_what_that_reader_may_see(analyst: User) -> None:
    one = shared_as(collecting.make_list("Ours", by=analyst), "public")
    fill(one, "Public")
    draft = collecting.collect(one, make_record(title="Secret draft"), by=analyst)
    collecting.annotate(draft, "Secret note", was="", by=analyst)
    for user in (None, make_user(Role.READER)):
        response = client_of(user).get(one.get_absolute_url())
        assert titles(response) == ["Public"]
        assert "Secret" not in text_of(response)
        assert "not public" not in words_of(response)
        assert "1 record" in words_of(response)
        for path in addresses(one):
            assert "Secret" not in text_of(client_of(user).get(path))
    response = client_of(analyst).get(one.get_absolute_url())
    assert titles(response) == ["Public", "Secret draft"]
    assert "1 of these records is not public: others do not see it." in words_of(response)


def test_a_co_owner_who_is_a_reader_orders_around_what_is_hidden(analyst: User) -> None:
    one = collecting.make_list("Ours", by=analyst)
    friend = make_user(Role.READER)
    collecting.add_owner(one, friend, by=analyst)
    first, second = fill(one, "First", "Second")
    hidden = collecting.collect(one, make_record(title="Secret"), by=analyst)
    collecting.move(hidden, before=second, by=analyst)
    client = client_of(friend)
    assert "Secret" not in text_of(client.get(f"/lists/{one.slug}/edit/"))
    path = f"/lists/{one.slug}/items/"
    assert client.post(path, {"item": hidden.pk, "action": "drop"}).status_code == 404
    client.post(path, {"item": second.pk, "action": "move", "to": "up"})
    assert list(one.items.values_list("pk", flat=True)) == [second.pk, first.pk, hidden.pk]


def test_a_withdrawn_record_is_left_for_its_owners_to_take_off(mine: ReadingList) -> None:
    (item,) = fill(mine, "Was wrong")
    curation.withdraw(Record.objects.get(pk=item.record_id), by=None, reason="Wrong.")
    client = client_of(mine.owner)
    assert titles(client.get(mine.get_absolute_url())) == []
    response = client.get(f"/lists/{mine.slug}/edit/")
    assert item.record.code in words_of(response)
    assert "Was wrong" not in text_of(response)
    client.post(f"/lists/{mine.slug}/items/", {"item": item.pk, "action": "drop"})
    assert not mine.items.exists()


def test_a_living_list_holds_what_its_search_finds_today(reader: User, client: Client) -> None:
    theme = make_theme(slug="warning")
    one = collecting.make_list("Lives", by=reader, query="theme=warning", visibility="public")
    assert titles(client.get(one.get_absolute_url())) == []
    make_published(title="New", themes=[theme])
    make_published(title="Elsewhere")
    for path in addresses(one):
        text = text_of(client.get(path))
        assert "New" in text
        assert "Elsewhere" not in text
    theme.delete()
    response = client.get(one.get_absolute_url())
    assert "can no longer be answered" in words_of(response)


@pytest.mark.parametrize("query", ["", "theme=warning"])
@pytest.mark.parametrize("asked", ["q=x", "colour=red", "page=9"])
def test_a_list_is_not_asked_for_what_it_does_not_know(
    query: str, asked: str, reader: User, client: Client
) -> None:
    make_theme(slug="warning")
    one = collecting.make_list("L", by=reader, query=query, visibility="public")
    for path in (one.get_absolute_url(), f"/feeds{one.get_absolute_url()}"):
        assert client.get(f"{path}?{asked}").status_code == 400


def test_a_note_is_text_and_never_markup(mine: ReadingList) -> None:
    (item,) = fill(mine, "One")
    collecting.annotate(item, "<b>Read</b>\nthis", was="", by=mine.owner)
    text = text_of(client_of(mine.owner).get(mine.get_absolute_url()))
    assert '<p class="note">&lt;b&gt;Read&lt;/b&gt;<br>this</p>' in text


def test_a_list_is_taken_along_in_its_order_with_its_notes(mine: ReadingList) -> None:
    first, second = fill(mine, "First", "Second")
    collecting.move(second, before=first, by=mine.owner)
    collecting.annotate(first, "Read this", was="", by=mine.owner)
    client = client_of(mine.owner)
    found = client.get(f"/lists/{mine.slug}.json")
    told = json.loads(b"".join(found))
    assert [one["title"] for one in told["records"]] == ["Second", "First"]
    assert [one["note"] or "" for one in told["records"]] == ["", "Read this"]
    assert client.get(f"/lists/{mine.slug}.csv?q=x").status_code == 400


# Collecting


def test_the_first_record_begins_a_list(reader: User) -> None:
    record, client = make_published(), client_of(reader)
    page = f"/records/{record.code}/"
    assert f'value="{record.code}"' in text_of(client.get(page))
    answer = client.post("/lists/collect/", {"record": record.code, "next": page})
    assert answer["Location"] == page
    assert f"{record.code} is on “My reading list”." in words_of(client.get(page))
    answer = client.post("/lists/collect/", {"record": record.code, "next": "https://evil.example"})
    assert answer["Location"] == page
    one = ReadingList.objects.get()
    assert one.owner == reader
    assert [item.record for item in one.items.all()] == [record]


def test_a_script_is_told_what_came_of_it(mine: ReadingList) -> None:
    record, client = make_published(), client_of(mine.owner)
    by_script = {"headers": {"X-Requested-With": "fetch"}}
    answer = client.post("/lists/collect/", {"record": record.code}, **by_script)
    assert f"{record.code} is on “For the minister”." in words_of(answer)
    assert 'name="remove"' in text_of(answer)
    again = client.post("/lists/collect/", {"record": record.code}, **by_script)
    assert "already" in words_of(again)
    answer = client.post("/lists/collect/", {"remove": record.code}, **by_script)
    assert f"{record.code} is off “For the minister”." in words_of(answer)
    assert not mine.items.exists()


def test_records_go_to_the_list_that_was_chosen(mine: ReadingList, reader: User) -> None:
    other = collecting.make_list("Other", by=reader)
    client, records = client_of(reader), [make_published() for _number in range(2)]
    client.post("/lists/current/", {"list": mine.slug})
    assert "You collect into this list." in words_of(client.get("/lists/"))
    client.post("/lists/collect/", {"record": records[0].code})
    client.post("/lists/new/", {"title": "Newest", "visibility": "private"})
    client.post("/lists/collect/", {"record": records[1].code})
    assert [mine.items.count(), other.items.count()] == [1, 0]
    assert ReadingList.objects.get(slug="newest").items.count() == 1


def test_drafts_are_collected_by_the_desk_alone(mine: ReadingList) -> None:
    draft = make_record()
    answer = client_of(mine.owner).post("/lists/collect/", {"record": draft.code})
    assert answer.status_code == 404


def test_only_who_is_signed_in_is_offered_to_collect(client: Client, reader: User) -> None:
    make_published()
    assert 'form="collect"' not in text_of(client.get("/lessons/"))
    assert text_of(client_of(reader).get("/lessons/")).count('form="collect"') == 1


# Working on one


def test_items_move_by_buttons_places_and_neighbours(mine: ReadingList) -> None:
    a, b, c = fill(mine, "A", "B", "C")
    client, path = client_of(mine.owner), f"/lists/{mine.slug}/items/"

    def moved(item: ReadingListItem, **data: Any) -> str:
        answer = client.post(path, {"item": item.pk, "action": "move", **data})
        assert answer["Location"] == f"/lists/{mine.slug}/edit/#item-{item.pk}"
        return "".join(mine.items.values_list("record__title", flat=True))

    assert moved(a, to="down") == "BAC"
    assert moved(b, to="up") == "BAC"
    assert moved(c, to="1") == "CBA"
    assert moved(c, to="99") == "BAC"
    assert moved(c, before=b.pk) == "CBA"
    assert moved(c, before="") == "BAC"
    assert moved(c, to="soon") == "BAC"
    assert "Say the place as a number." in words_of(client.get(f"/lists/{mine.slug}/edit/"))


def test_a_script_is_refused_by_status(mine: ReadingList) -> None:
    (item,) = fill(mine, "A")
    client, path = client_of(mine.owner), f"/lists/{mine.slug}/items/"
    script = {"headers": {"X-Requested-With": "fetch"}}
    data = {"item": item.pk, "action": "note", "note": "Mine"}
    assert client.post(path, {**data, "was": ""}, **script).status_code == 204
    refused = client.post(path, {**data, "was": "Another"}, **script)
    assert (refused.status_code, "It reads now: Mine" in text_of(refused)) == (409, True)


def test_saving_over_somebody_elses_change_is_refused(mine: ReadingList) -> None:
    client, path = client_of(mine.owner), f"/lists/{mine.slug}/edit/"
    data = {"title": "Anew", "visibility": "public", "read_version": 1}
    assert client.post(path, data).status_code == 302
    late = client.post(path, {**data, "title": "Late"})
    assert late.status_code == 400
    assert "Somebody else changed “Anew” meanwhile." in words_of(late)
    assert ReadingList.objects.get().title == "Anew"


def test_owners_are_added_by_name_and_leave(mine: ReadingList) -> None:
    friend = make_user(Role.READER)
    client, path = client_of(mine.owner), f"/lists/{mine.slug}/sharing/"
    client.post(path, {"action": "add", "person": "nobody-here"})
    assert "Nobody who can sign in" in words_of(client.get(f"/lists/{mine.slug}/edit/"))
    client.post(path, {"action": "add", "person": friend.email.upper()})
    assert mine.co_owners.get() == friend
    answer = client_of(friend).post(path, {"action": "remove", "person": friend.username})
    assert answer["Location"] == "/lists/"
    assert not mine.co_owners.exists()


def test_a_new_link_is_shown_and_the_old_one_closed(mine: ReadingList, client: Client) -> None:
    one = shared_as(mine, "link")
    owner = client_of(one.owner)
    assert any(
        one.get_shared_url() in link for link in links_of(owner.get(f"/lists/{one.slug}/edit/"))
    )
    owner.post(f"/lists/{one.slug}/sharing/", {"action": "renew"})
    assert client.get(one.get_shared_url()).status_code == 404
    renewed = ReadingList.objects.get()
    assert client.get(renewed.get_shared_url()).status_code == 200


def test_a_list_is_deleted_after_asking(mine: ReadingList) -> None:
    client, path = client_of(mine.owner), f"/lists/{mine.slug}/delete/"
    assert client.get(path).status_code == 200
    assert ReadingList.objects.exists()
    client.post(path)
    assert not ReadingList.objects.exists()


def test_what_follows_no_query_is_told_on_the_form(reader: User) -> None:
    data = {"title": "Lives", "visibility": "private", "query": "colour=red"}
    answer = client_of(reader).post("/lists/new/", data)
    assert answer.status_code == 400
    assert "“colour” is not something" in words_of(answer)


# How much it asks for

# the list with its owner; its items; the records, their themes, tags and citations, the scheme
LIST = 7
# session, user; the list with its owner; the title; the items; co-owners; the link
EDIT = 7


@pytest.mark.parametrize("size", [2, 6])
def test_a_list_asks_as_many_queries_however_long_it_is(size: int, mine: ReadingList) -> None:
    theme = make_theme()
    for number in range(size):
        record = make_published(title=f"Title {number}", themes=[theme], tags=["one"])
        collecting.collect(mine, record, by=mine.owner)
    one = shared_as(mine, "public")
    counts = {}
    for user, path in ((None, one.get_absolute_url()), (mine.owner, f"/lists/{one.slug}/edit/")):
        client = client_of(user)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        counts[path] = len(asked)
    assert list(counts.values()) == [LIST, EDIT]

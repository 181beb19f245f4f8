"""The verbs of reading lists."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Role, User
from lessons import collecting, curation, merging
from lessons.curation import EditConflict
from lessons.models import ReadingList, ReadingListItem, Record
from lessons.models.lists import STEP
from tests.factories import make_published, make_record, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(reader: User) -> ReadingList:
    return collecting.make_list("For the minister", by=reader)


def filled(one: ReadingList, number: int) -> list[ReadingListItem]:
    records = [make_published() for _number in range(number)]
    return [collecting.collect(one, record, by=one.owner) for record in records]


def order(one: ReadingList) -> list[int]:
    return list(one.items.values_list("pk", flat=True))


def test_a_list_is_private_and_named_after_its_title(mine: ReadingList, reader: User) -> None:
    assert (mine.slug, mine.visibility, mine.owner) == ("for-the-minister", "private", reader)
    again = collecting.make_list("For the  minister", by=make_user(Role.READER))
    assert again.slug == "for-the-minister-2"
    assert collecting.make_list("new", by=reader).slug == "new-2"
    assert collecting.make_list("日本", by=reader).slug == "list"


@pytest.mark.parametrize(
    "wrong",
    [{"title": " "}, {"title": "A", "query": "colour=red"}, {"title": "A", "visibility": "x"}],
)
def test_a_list_that_cannot_be_is_refused(wrong: dict[str, str], reader: User) -> None:
    with pytest.raises(ValidationError):
        collecting.make_list(by=reader, **wrong)


def test_a_query_is_kept_in_its_one_spelling(reader: User) -> None:
    one = collecting.make_list("Lives", by=reader, query="page=3&q=warning&kind=lesson")
    assert one.query == "q=warning&kind=lesson"
    with pytest.raises(ValidationError, match="follows a query"):
        collecting.collect(one, make_published(), by=reader)


def test_a_list_that_holds_records_does_not_begin_to_follow_a_query(mine: ReadingList) -> None:
    filled(mine, 1)
    mine.query = "q=warning"
    with pytest.raises(ValidationError, match="holds records"):
        collecting.save_list(mine, by=mine.owner)


def test_records_are_collected_once_and_in_order(mine: ReadingList, reader: User) -> None:
    first, second = filled(mine, 2)
    assert order(mine) == [first.pk, second.pk]
    with pytest.raises(ValidationError, match="is on “For the minister” already"):
        collecting.collect(mine, first.record, by=reader)


def test_nobody_collects_what_they_may_not_read(mine: ReadingList, reader: User) -> None:
    draft = make_record()
    with pytest.raises(PermissionDenied):
        collecting.collect(mine, draft, by=reader)
    analyst = make_user(Role.ANALYST)
    collecting.add_owner(mine, analyst, by=reader)
    collecting.collect(mine, draft, by=analyst)


def test_a_full_list_says_so(mine: ReadingList, reader: User, monkeypatch: object) -> None:
    monkeypatch.setattr(collecting, "MOST", 1)
    filled(mine, 1)
    with pytest.raises(ValidationError, match="is full"):
        collecting.collect(mine, make_published(), by=reader)


def test_what_was_merged_is_on_the_list_as_its_survivor(mine: ReadingList, reader: User) -> None:
    (item,) = filled(mine, 1)
    survivor = make_published()
    merging.merge(survivor, item.record, by=None)
    assert [one.record for one in mine.items.all()] == [survivor]
    with pytest.raises(ValidationError, match="was merged"):
        collecting.collect(mine, Record.objects.get(pk=item.record.pk), by=reader)


def test_items_move_before_one_another_and_to_the_end(mine: ReadingList, reader: User) -> None:
    a, b, c = filled(mine, 3)
    collecting.move(c, before=a, by=reader)
    assert order(mine) == [c.pk, a.pk, b.pk]
    collecting.move(c, before=None, by=reader)
    assert order(mine) == [a.pk, b.pk, c.pk]
    collecting.move(b, before=b, by=reader)
    assert order(mine) == [a.pk, b.pk, c.pk]


def test_a_move_writes_one_row_until_there_is_no_room(mine: ReadingList, reader: User) -> None:
    a, b, c = filled(mine, 3)
    events = ReadingListItem.pgh_event_model.objects
    for moved in [c, b] * 12:  # halves the gap each time
        before = events.count()
        collecting.move(moved, before=mine.items.all()[1], by=reader)
        expected = [a.pk, moved.pk, ({b.pk, c.pk} - {moved.pk}).pop()]
        assert order(mine) == expected
        if events.count() - before > 1:
            break
    else:
        raise AssertionError("the gap never closed")
    positions = mine.items.values_list("position", flat=True)
    assert max(positions) <= 3 * STEP


def test_positions_that_are_all_the_same_are_put_right(mine: ReadingList, reader: User) -> None:
    a, b, c = filled(mine, 3)
    mine.items.update(position=0)
    collecting.move(c, before=b, by=reader)
    assert order(mine) == [a.pk, c.pk, b.pk]


def test_moving_what_somebody_took_off_is_refused(mine: ReadingList, reader: User) -> None:
    a, b = filled(mine, 2)
    collecting.drop(b, by=reader)
    collecting.drop(b, by=reader)
    with pytest.raises(ValidationError, match="took it off"):
        collecting.move(a, before=b, by=reader)
    with pytest.raises(ValidationError, match="took it off"):
        collecting.move(b, before=a, by=reader)


def test_a_note_is_replaced_only_by_who_has_read_it(mine: ReadingList, reader: User) -> None:
    (item,) = filled(mine, 1)
    collecting.annotate(item, "Read\r\nthis", was="", by=reader)
    assert mine.items.get().note == "Read\nthis"
    with pytest.raises(EditConflict, match="It reads now: Read"):
        collecting.annotate(item, "Mine", was="", by=reader)
    collecting.annotate(item, "Mine", was="Read\r\nthis", by=reader)
    with pytest.raises(ValidationError):
        collecting.annotate(item, "x" * 4001, was="Mine", by=reader)


def test_two_who_rename_a_list_meet(mine: ReadingList, reader: User) -> None:
    also = ReadingList.objects.get(pk=mine.pk)
    mine.title = "One"
    collecting.save_list(mine, by=reader)
    also.title = "Other"
    with pytest.raises(EditConflict, match="changed “One” meanwhile"):
        collecting.save_list(also, by=reader)


def test_co_owners_do_all_but_give_the_list_away(mine: ReadingList, reader: User) -> None:
    other, third = make_user(Role.READER), make_user(Role.READER)
    with pytest.raises(PermissionDenied):
        collecting.collect(mine, make_published(), by=other)
    collecting.add_owner(mine, other, by=reader)
    with pytest.raises(ValidationError, match="already"):
        collecting.add_owner(mine, other, by=reader)
    collecting.collect(mine, make_published(), by=other)
    collecting.add_owner(mine, third, by=other)
    with pytest.raises(PermissionDenied):
        collecting.remove_owner(mine, third, by=other)
    with pytest.raises(PermissionDenied):
        collecting.delete_list(mine, by=other)
    collecting.remove_owner(mine, other, by=other)
    with pytest.raises(PermissionDenied):
        collecting.renew_link(mine, by=other)


def test_a_renewed_link_closes_the_old_one(mine: ReadingList, reader: User) -> None:
    mine.visibility = "link"
    collecting.save_list(mine, by=reader)
    old = mine.token
    assert ReadingList.objects.with_token(old).get() == mine
    collecting.renew_link(mine, by=reader)
    assert not ReadingList.objects.with_token(old).exists()
    assert ReadingList.objects.with_token(mine.token).exists()


def test_a_page_that_stood_open_does_not_bring_back_an_old_link(
    mine: ReadingList, reader: User
) -> None:
    open_page = ReadingList.objects.get(pk=mine.pk)
    collecting.renew_link(mine, by=reader)
    collecting.save_list(open_page, by=reader)
    assert ReadingList.objects.get().token == mine.token


def test_only_the_owner_or_an_administrator_deletes_a_list(admin: User) -> None:
    for by in ("owner", admin, None):
        one = collecting.make_list("A", by=make_user(Role.READER))
        filled(one, 1)
        with pytest.raises(PermissionDenied):
            collecting.delete_list(one, by=make_user(Role.REVIEWER))
        collecting.delete_list(one, by=one.owner if by == "owner" else by)
    assert not ReadingList.objects.exists()


def test_a_withdrawn_record_stays_on_the_list(mine: ReadingList) -> None:
    (item,) = filled(mine, 1)
    curation.withdraw(Record.objects.get(pk=item.record_id), by=None, reason="Wrong.")
    assert mine.items.get() == item

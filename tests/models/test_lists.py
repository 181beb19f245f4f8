"""Reading lists: ordered, each record once."""

import pytest

from accounts.models import User
from lessons.models import ReadingList, ReadingListItem
from tests.factories import make_record
from tests.models import refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading_list(analyst: User) -> ReadingList:
    return ReadingList.objects.create(owner=analyst, title="For the minister")


def test_a_list_is_private_until_its_owner_says_otherwise(reading_list):
    assert reading_list.visibility == "private"


def test_a_list_holds_a_record_once(reading_list):
    record = make_record()
    reading_list.items.create(record=record)
    with refused_by("list_holds_record_once"):
        ReadingListItem.objects.bulk_create(
            [ReadingListItem(reading_list=reading_list, record=record, position=2)]
        )


def test_two_lists_may_hold_the_same_record(reading_list, analyst):
    record = make_record()
    other = ReadingList.objects.create(owner=analyst, title="For me")
    for each in (reading_list, other):
        each.items.create(record=record)
    assert ReadingListItem.objects.filter(record=record).count() == 2


def test_items_come_in_their_order(reading_list):
    for position in (3, 1, 2):
        reading_list.items.create(record=make_record(title=f"{position}"), position=position)
    assert [item.record.title for item in reading_list.items.all()] == ["1", "2", "3"]


def test_each_list_has_a_link_nobody_can_guess(reading_list, analyst):
    other = ReadingList.objects.create(owner=analyst, title="For me")
    assert reading_list.token != other.token
    with refused_by("lessons_readinglist_token_key"):
        ReadingList.objects.update(token=other.token)


def test_a_list_goes_with_its_items_and_leaves_the_records(reading_list):
    record = make_record()
    reading_list.items.create(record=record)
    reading_list.delete()
    assert not ReadingListItem.objects.exists()
    record.refresh_from_db()

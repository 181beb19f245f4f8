"""The verbs of tags: who may, what they do, what they refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import Role
from lessons import curation, tagging
from lessons.models import Record, RecordTag, Tag
from lessons.search import Filters, Found
from tests.factories import make_published, make_record, make_user
from tests.models import commit_checks, refused_by

pytestmark = pytest.mark.django_db


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


def names(record: Record) -> list[str]:
    return sorted(one.name for one in record.tags.all())


def refusal(do: Callable[[], Any]) -> ValidationError:
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        do()
    return refused.value


@pytest.fixture
def records() -> tuple[Record, Record, Record]:
    """One bears ``red``, one ``crimson``, one both."""
    tagged = (["red"], ["crimson"], ["red", "crimson"])
    return tuple(make_published(tags=one) for one in tagged)  # type: ignore[return-value]


VERBS: dict[str, Callable[[Any], Any]] = {
    "rename": lambda by: tagging.save_tag(Tag(pk=tag("red").pk, name="rouge", slug="red"), by=by),
    "merge": lambda by: tagging.merge_tags(tag("red"), tag("crimson"), by=by),
    "retire": lambda by: tagging.retire(tag("red"), by=by),
    "bring back": lambda by: tagging.retire(tag("red"), by=by, retired=False),
    "discard": lambda by: tagging.discard_tag(Tag.objects.create(name="x", slug="x"), by=by),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("verb", VERBS)
def test_a_reviewer_looks_after_the_tags(verb: str, role: str, records: Any) -> None:
    user = make_user(role)
    if role in {Role.REVIEWER, Role.ADMIN}:
        VERBS[verb](user)
    else:
        with pytest.raises(PermissionDenied):
            VERBS[verb](user)


def test_whoever_writes_records_makes_tags() -> None:
    tagging.save_tag(Tag(name="new"), by=make_user(Role.ANALYST))
    with pytest.raises(PermissionDenied):
        tagging.save_tag(Tag(name="other"), by=make_user(Role.READER))


def test_a_tag_keeps_its_address_under_a_new_name(records: Any) -> None:
    red = tag("red")
    red.name = " Rouge "
    tagging.save_tag(red, by=None)
    red.refresh_from_db()
    assert (red.name, red.slug) == ("Rouge", "red")
    assert names(records[0]) == ["Rouge"]


@pytest.mark.parametrize("name", ["CRIMSON", "crimson"])
def test_a_tag_is_not_renamed_to_another(name: str, records: Any) -> None:
    red = tag("red")
    red.name = name
    assert "Merge the two" in str(refusal(lambda: tagging.save_tag(red, by=None)))


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_tag_needs_a_name(name: str, records: Any) -> None:
    red = tag("red")
    red.name = name
    assert refusal(lambda: tagging.save_tag(red, by=None)).message_dict.keys() == {"name"}


def test_merged_tags_are_one_on_each_record_that_bore_either(records: Any) -> None:
    tagging.merge_tags(tag("red"), tag("crimson"), by=None)
    commit_checks()
    assert [names(record) for record in records] == [["red"]] * 3
    assert tag("crimson").merged_into == tag("red")
    assert RecordTag.objects.count() == 3


def test_what_was_merged_is_still_asked_for_by_its_old_address(records: Any, client: Any) -> None:
    tagging.merge_tags(tag("red"), tag("crimson"), by=None)
    user = make_user()
    assert Found(Filters(tag=("crimson",)), user).total == 3
    response = client.get("/lessons/?tag=crimson")
    assert response.context["found"].asked.tag == ("red",)
    assert "tag=crimson" not in response.content.decode().split("<main", 1)[1]
    assert len(list(client.get("/lessons.json?tag=crimson").streaming_content)) > 0


def test_asking_for_both_names_is_asking_once(records: Any) -> None:
    tagging.merge_tags(tag("red"), tag("crimson"), by=None)
    assert Found(Filters(tag=("crimson", "red")), make_user()).asked.tag == ("red",)


def test_typing_the_old_name_gives_the_tag_it_was_merged_into(records: Any) -> None:
    tagging.merge_tags(tag("red"), tag("crimson"), by=None)
    record = make_record(tags=["Crimson", "new"])
    assert names(record) == ["new", "red"]
    stale = tag("crimson")
    curation.save_record(record, by=None, tags=[stale])
    assert names(record) == ["red"]


def test_a_chain_of_merges_is_one_step_long(records: Any) -> None:
    make_record(tags=["scarlet"])
    tagging.merge_tags(tag("red"), tag("crimson"), by=None)
    tagging.merge_tags(tag("scarlet"), tag("red"), by=None)
    commit_checks()
    assert tag("crimson").merged_into == tag("red").merged_into == tag("scarlet")
    assert make_record(tags=["crimson"]).tags.get() == tag("scarlet")


def test_a_tag_is_merged_once_and_never_into_itself(records: Any) -> None:
    red, crimson = tag("red"), tag("crimson")
    assert refusal(lambda: tagging.merge_tags(red, red, by=None)).code == "same"
    tagging.merge_tags(red, crimson, by=None)
    for one, other in ((red, crimson), (crimson, red)):
        error = refusal(lambda one=one, other=other: tagging.merge_tags(one, other, by=None))
        assert error.code == "merged"
    assert refusal(lambda: tagging.retire(crimson, by=None)).code == "merged"


def test_a_retired_tag_stays_where_it_is_and_is_given_to_no_other(records: Any) -> None:
    tagging.retire(tag("red"), by=None)
    error = refusal(lambda: make_record(tags=["Red"]))
    assert "red" in error.message_dict["tags"][0]
    curation.save_record(records[0], by=None, tags=["red", "new"])
    assert names(records[0]) == ["new", "red"]
    assert tag("red") not in Tag.objects.offered()
    tagging.retire(tag("red"), by=None, retired=False)
    assert names(make_record(tags=["red"])) == ["red"]


def test_a_tag_in_use_is_not_discarded(records: Any) -> None:
    tagging.merge_tags(tag("red"), tag("crimson"), by=None)
    for name in ("red", "crimson"):
        assert refusal(lambda name=name: tagging.discard_tag(tag(name), by=None)).code == "in_use"


def test_a_merge_of_tags_is_one_act(records: Any) -> None:
    tagging.merge_tags(tag("red"), tag("crimson"), by=None)
    merging = {"pgh_context__metadata__verb": "merge tags"}
    rows = [
        *Tag.pgh_event_model.objects.filter(**merging),
        *RecordTag.pgh_event_model.objects.filter(**merging),
    ]
    assert len({row.pgh_context.metadata["act"] for row in rows}) == 1
    assert len(rows) == 4  # the tag, two taken, one given


def test_the_database_gives_no_record_a_merged_tag(records: Any) -> None:
    tagging.merge_tags(tag("red"), tag("crimson"), by=None)
    commit_checks()
    with refused_by("tag_is_not_merged_away"):
        records[0].tags.add(tag("crimson"))
    with refused_by("tag_merged_into_in_one_step"):
        Tag.objects.filter(name="red").update(merged_into=Tag.objects.create(name="x", slug="x"))

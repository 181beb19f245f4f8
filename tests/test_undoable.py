"""An act can be taken back from what the history kept: every row changed is in a tracked table."""

from typing import Any

import pytest
from django.db import models

from lessons import merging, tagging, theming
from lessons.models import (
    Citation,
    Kind,
    Link,
    NotSame,
    ReadingListItem,
    Record,
    RecordTag,
    Status,
    Tag,
    Theme,
    Uptake,
)
from lessons.models.history import told
from lessons.models.records import RecordCountry, RecordTheme
from lessons.models.themes import RelatedTheme
from lessons.search import Filters, Found
from tests.factories import make_record, make_theme, make_user
from tests.models import commit_checks
from tests.test_merging import Mess, fresh

pytestmark = pytest.mark.django_db

TRACKED: tuple[Any, ...] = (
    Record, Citation, Link, Uptake, ReadingListItem, NotSame, RecordTag, RecordTheme,
    RecordCountry, Tag, Theme, RelatedTheme,
)  # fmt: skip


def columns(model: Any) -> list[str]:
    """Return what the history keeps of a model, without what the database derives by itself."""
    kept = {field.attname for field in model.pgh_event_model._meta.concrete_fields}
    return [field.attname for field in model._meta.concrete_fields if field.attname in kept]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every tracked table."""
    return {m.__name__: list(m.objects.order_by("pk").values_list(*columns(m))) for m in TRACKED}


def before(model: Any, act: str) -> dict[int, dict[str, Any] | None]:
    """Return, by id, the rows that ``act`` changed as they were before it; None: not there."""
    events = model.pgh_event_model.objects
    changed = events.filter(pgh_context__metadata__act=act)
    first = dict(changed.order_by("id").values_list("id").annotate(models.Min("pgh_id")))
    rows: dict[int, dict[str, Any] | None] = {}
    for pk, event in first.items():
        last = events.filter(id=pk, pgh_id__lt=event).order_by("-pgh_id").first()
        there = last is not None and last.pgh_label != "delete"
        rows[pk] = {name: getattr(last, name) for name in columns(model)} if there else None
    return rows


def take_back(act: str) -> None:
    """Restore what an act changed, tables in no order: first what it deleted, then what it
    updated, then away with what it made."""
    were = {model: before(model, act) for model in TRACKED}
    for model, rows in were.items():
        there = set(model.objects.filter(pk__in=rows).values_list("pk", flat=True))
        model.objects.bulk_create(
            model(**row) for pk, row in rows.items() if row and pk not in there
        )
    for model, rows in were.items():
        for pk, row in rows.items():
            if row:
                model.objects.filter(pk=pk).update(**row)
    for model, rows in were.items():
        model.objects.filter(pk__in=[pk for pk, row in rows.items() if row is None]).delete()


def check(do: Any) -> None:
    before_it, found = everything(), Found(Filters(), make_user()).ids()
    with told("an act", by=None) as act:
        do()
    commit_checks()
    assert everything() != before_it
    take_back(act)
    commit_checks()
    assert everything() == before_it
    assert Found(Filters(), make_user()).ids() == found


@pytest.mark.parametrize("seed", range(6))
def test_a_merge_of_records_can_be_taken_back(seed: int) -> None:
    mess = Mess(seed)
    for kind in Kind:
        first, second, third = (fresh(r) for r in mess.records if r.kind == kind)
        merging.tell_apart(first, third, by=None)
        one, other = first, second
        if other.status == Status.PUBLISHED != one.status:
            one, other = other, one
        commit_checks()
        check(lambda one=one, other=other: merging.merge(one, other, by=None))


def test_the_later_merge_of_a_chain_can_be_taken_back() -> None:
    first, second, third = (make_record(tags=[tag]) for tag in ("a", "b", "c"))
    merging.merge(second, first, by=None)
    commit_checks()
    check(lambda: merging.merge(third, fresh(second), by=None))


@pytest.mark.parametrize("seed", range(2))
def test_changes_of_tags_can_be_taken_back(seed: int) -> None:
    Mess(seed)
    commit_checks()
    red, blue = (Tag.objects.get(name=name) for name in ("red", "blue"))
    check(lambda: tagging.merge_tags(red, blue, by=None))
    check(lambda: tagging.retire(red, by=None))
    blue.name = "azure"
    check(lambda: tagging.save_tag(blue, by=None))


@pytest.mark.parametrize("seed", range(2))
def test_changes_of_themes_can_be_taken_back(seed: int) -> None:
    mess = Mess(seed)
    one, other, third = mess.themes
    make_theme(broader=other)
    other.related.add(third)
    commit_checks()
    check(lambda: theming.merge_themes(one, other, by=None))
    check(lambda: theming.move_theme(one, third, by=None))
    check(lambda: theming.deprecate(one, by=None, replaced_by=third, move_records=True))

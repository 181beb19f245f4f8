"""An import is written past the guards of single rows, and held to the same by one look at all."""

from collections.abc import Callable

import pgtrigger
import pytest

from accounts.models import User
from lessons.importers import tables
from lessons.importers.tables import applying, guarding, statements
from lessons.models import Kind, Record, Report, Tag
from lessons.models.guards import ROW_BY_ROW
from tests.factories import make_record

from .importing import lesson, looked_at

pytestmark = pytest.mark.django_db


def test_each_guard_that_is_passed_by_has_its_look_at_all() -> None:
    found = {
        f"{model._meta.db_table} {trigger.name}"
        for model, trigger in pgtrigger.registered()
        if trigger.condition is ROW_BY_ROW
    }
    assert found == set(guarding.BROKEN) | guarding.ANSWERED


def merge_tags() -> None:
    survivor = Tag.objects.create(name="Survivor", slug="survivor")
    Tag.objects.filter(name="Media").update(merged_into=survivor)


def merge_actors() -> None:
    other = make_record(Kind.ACTOR, title="Other")
    Record.objects.filter(title="United Nations").update(merged_into=other)


BREAKERS = {
    statements.MEMBERS[-1]: ("tag is not merged away", merge_tags),
    statements.ADD_LINKS: ("record is not merged away", merge_actors),
}


@pytest.mark.parametrize("statement", BREAKERS, ids=["tags", "actors"])
def test_what_is_merged_while_an_import_is_written_keeps_it_from_happening(
    statement: str, analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_record(Kind.ACTOR, title="United Nations")
    Tag.objects.create(name="Media", slug="media")
    refused(statement, *BREAKERS[statement], analyst, monkeypatch)


@pytest.mark.parametrize(
    ("guard", "change"),
    [
        ("citation stands in its passage", "UPDATE coming SET words = 'Other words.'"),
        ("citation stands in its passage", "UPDATE coming SET digest = repeat('0', 64)"),
        ("citation stands in the text read", "UPDATE lessons_report SET text_version = 2"),
        (
            "link fits its kinds",
            """UPDATE wanted SET "values" =
            jsonb_set("values", '{links,0,0}', '"failed_in"')""",
        ),
    ],
)
def test_what_a_guard_refuses_is_refused(
    guard: str, change: str, analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_record(Kind.ACTOR, title="United Nations")
    first = statements.ADD_RECORDS
    refused(first, guard, lambda: applying._run(change), analyst, monkeypatch)


def refused(
    statement: str,
    guard: str,
    happens: Callable[[], None],
    analyst: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Let something happen after a statement of the import, and expect the guard's refusal."""
    one = looked_at([lesson(tags="Media", actors="United Nations", source="The set")], by=analyst)
    before = Record.objects.count()
    run = applying._run

    def running(done: str, **params: object) -> None:
        run(done, **params)
        if done == statement:
            happens()

    monkeypatch.setattr(applying, "_run", running)
    with pytest.raises(tables.Outdated, match=guard):
        tables.apply(one, by=analyst)
    assert Record.objects.count() == before
    assert not Report.objects.exists()
    assert one.rows.count() == 1

"""Two imports at once, and an import while people edit: nothing is lost, nothing blocks."""

from typing import Any

import pytest

from accounts.models import User
from lessons import curation
from lessons.importers import tables
from lessons.models import Record, Report, Tag
from tests.factories import make_record
from tests.test_merge_races import both, fresh, while_open

from .importing import lesson, looked_at

pytestmark = pytest.mark.django_db(transaction=True)


def rows(name: str, order: int, **more: Any) -> list[dict[str, Any]]:
    """Return rows that want the same tags and source in another order."""
    tags = ["Alpha", "Beta", "Gamma"][::order]
    cells = {"source": "The set", "tags": "; ".join(tags), **more}
    return [lesson(title=f"{name} {number}", **cells) for number in range(20)]


def test_two_imports_make_one_source_and_each_tag_once(analyst: User, reviewer: User) -> None:
    one = looked_at(rows("One", 1), by=analyst)
    other = looked_at(rows("Other", -1), by=reviewer)
    ends = both(lambda: tables.apply(one, by=analyst), lambda: tables.apply(other, by=reviewer))
    assert ends == ["done", "done"]
    assert Record.objects.count() == 40
    assert Tag.objects.count() == 3
    assert Report.objects.get().passages.count() == 1


def test_two_imports_of_the_same_records_do_one_or_both_one_after_the_other(
    analyst: User, reviewer: User
) -> None:
    records = [make_record() for _number in range(10)]
    codes = [record.code for record in records]
    one = looked_at([{"code": c, "title": f"A {c}"} for c in codes], by=analyst)
    other = looked_at([{"code": c, "title": f"B {c}"} for c in reversed(codes)], by=reviewer)
    ends = both(lambda: tables.apply(one, by=analyst), lambda: tables.apply(other, by=reviewer))
    assert sorted(ends) == ["Outdated", "done"]
    letters = {title[0] for title in Record.objects.values_list("title", flat=True)}
    assert len(letters) == 1


def test_an_edit_waits_for_an_import_and_then_says_it_came_second(analyst: User) -> None:
    record = make_record()
    one = looked_at([{"code": record.code, "title": "By table"}], by=analyst)
    mine = fresh(record)
    mine.title = "By hand"
    assert not while_open(
        lambda: tables.apply(one, by=analyst), lambda: curation.save_record(mine, by=None)
    )
    assert fresh(record).title == "By table"
    with pytest.raises(curation.EditConflict):
        curation.save_record(mine, by=None)


def test_other_records_are_edited_while_an_import_is_written(analyst: User) -> None:
    one = looked_at(rows("One", 1), by=analyst)
    other = make_record()
    other.title = "By hand"
    assert while_open(
        lambda: tables.apply(one, by=analyst), lambda: curation.save_record(other, by=None)
    )

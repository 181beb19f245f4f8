"""A table of records that are there changes what it says differently, and nothing else."""

import csv
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from lessons import curation, merging
from lessons.history import undo
from lessons.importers import tables
from lessons.models import Kind, Link, Record, RecordTag, SearchOutbox, Tag
from tests.factories import make_published, make_record, make_report, make_theme

from .importing import exported, findings, imported, lesson, looked_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def records(db: None) -> list[Record]:
    """Return records with everything that an export says of them."""
    passage = make_report(texts=("=1+1; a “quoted”\ttext, é.",)).passages.get()
    theme = make_theme(slug="mandate")
    actor = make_record(Kind.ACTOR, title="United Nations", aliases=["UN", "A; B"])
    failure = make_published(
        Kind.FAILURE, passage, title="-minus", statement="=SUM(A1)\n\n<b>Bold</b> & 'quoted'",
        consequence="@x", themes=[theme], year_from=1990, year_to=1994,
    )  # fmt: skip
    one = make_published(
        passage=passage, tags=["a; b", "Media"], themes=[theme], statement="Two\nlines.  Spaced. ",
        phase="warning", level="tactical",
    )  # fmt: skip
    curation.link(actor, "failed_in", failure, by=None)
    curation.link(one, "drawn_from", failure, by=None)
    return [actor, failure, one, make_record(Kind.RECOMMENDATION, number="4 (b)", language="fr")]


def rows_of(content: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json"])
def test_our_own_export_changes_nothing(suffix: str, records: list[Record], reviewer: User) -> None:
    one = looked_at(exported(reviewer, suffix), name=f"all.{suffix}", by=reviewer)
    assert one.counts == {"same": len(records)}
    assert not findings(one)


def test_an_edited_export_changes_just_that(records: list[Record], reviewer: User) -> None:
    rows = rows_of(exported(reviewer))
    _actor, failure, one, recommendation = rows
    failure["consequence"] = "Nobody came."
    one["tags"] = "Media; Radio"
    one["level"] = ""
    recommendation["title"] = "Ask again"
    recommendation["links"] = f"addresses {failure['code']}"
    before = {record.pk: record.version for record in Record.objects.all()}
    done = imported(rows, by=reviewer)
    changed = {r.pk: r.version for r in Record.objects.all() if r.version != before[r.pk]}
    assert done.counts == {"same": 1, "change": 3}
    assert changed == {record.pk: before[record.pk] + 1 for record in records[1:]}
    lesson_ = Record.objects.get(pk=records[2].pk)
    assert {tag.name for tag in lesson_.tags.all()} == {"Media", "Radio"}
    assert (lesson_.level, lesson_.status) == (None, "published")
    assert Record.objects.get(pk=records[1].pk).consequence == "Nobody came."
    assert Link.objects.filter(source=records[3], target=records[1]).exists()
    again = looked_at(exported(reviewer), by=reviewer)
    assert again.counts == {"same": 4}


def test_the_import_is_one_act_that_can_be_undone(records: list[Record], reviewer: User) -> None:
    rows = rows_of(exported(reviewer))
    rows[2]["tags"], rows[2]["title"] = "Radio", "Other"
    title = records[2].title
    columns = {**dict.fromkeys(rows[0], ""), "code": ""}
    new = {**columns, **lesson(tags="Fresh")}
    done = imported([*rows, new], by=reviewer)
    assert Record.objects.count() == 5
    made = Record.objects.get(title="Listen first")
    assert made.events.get().pgh_context.metadata["verb"] == "import"
    undo(done.act, by=reviewer)
    assert not Record.objects.filter(pk=made.pk).exists()
    record = Record.objects.get(pk=records[2].pk)
    assert (record.title, record.version) == (title, 5)
    assert {tag.name for tag in record.tags.all()} == {"a; b", "Media"}


def test_a_row_of_an_earlier_version_never_overwrites(analyst: User) -> None:
    record = make_record(title="Old", by=analyst)
    rows = rows_of(exported(analyst))
    record.title = "New"
    curation.save_record(record, by=analyst)
    rows[0]["statement"] = "Mine."
    one = looked_at(rows, by=analyst)
    assert one.counts == {"problem": 1}
    assert "of version 1, it stands at version 2" in findings(one)[0][2]


def test_an_edit_since_the_preview_keeps_all_from_happening(analyst: User) -> None:
    first, second = make_record(title="First"), make_record(title="Second")
    rows = [{"code": r.code, "title": f"{r.title}, mended"} for r in (first, second)]
    one = looked_at(rows, by=analyst)
    second.title = "Second, by hand"
    curation.save_record(second, by=None)
    with pytest.raises(tables.Outdated, match="changed by others"):
        tables.apply(one, by=analyst)
    assert sorted(Record.objects.values_list("title", flat=True)) == ["First", "Second, by hand"]
    tables.check(one, by=analyst)
    tables.apply(one, by=analyst)
    assert Record.objects.get(pk=second.pk).title == "Second, mended"


def test_what_was_imported_by_another_meanwhile_is_not_imported_twice(
    analyst: User, reviewer: User
) -> None:
    mine = looked_at([lesson(id="7")], by=analyst, scheme="s")
    imported([lesson(id="7")], by=reviewer, scheme="s")
    with pytest.raises(tables.Outdated, match="imported by others"):
        tables.apply(mine, by=analyst)


def test_published_records_are_changed_by_a_reviewer(analyst: User, reviewer: User) -> None:
    record = make_published()
    rows = [{"code": record.code, "title": "Mine"}]
    assert "changed by a reviewer" in findings(looked_at(rows, by=analyst))[0][2]
    imported(rows, by=reviewer)
    record.refresh_from_db()
    assert (record.title, record.status) == ("Mine", "published")


def test_who_is_no_reviewer_any_more_changes_nothing_published(reviewer: User) -> None:
    one = looked_at([{"code": make_published().code, "title": "Mine"}], by=reviewer)
    reviewer.role = "analyst"
    with pytest.raises(PermissionDenied, match="does not allow"):
        tables.apply(one, by=reviewer)


def test_rows_with_problems_are_left_out_only_if_one_says_so(analyst: User) -> None:
    one = looked_at([lesson(), lesson(title="", statement="Else.")], by=analyst)
    with pytest.raises(ValidationError, match="rows with problems"):
        tables.apply(one, by=analyst)
    assert not Record.objects.exists()
    tables.apply(one, by=analyst, leave_out_problems=True)
    assert Record.objects.count() == 1
    assert [row.number for row in one.rows.all()] == [3]


def test_two_rows_of_one_record_are_told(analyst: User) -> None:
    record = make_record()
    rows = [{"code": record.code, "title": title} for title in ("A", "B")]
    assert findings(looked_at(rows, by=analyst)) == [
        (3, "", "Row 2 is of the same record: leave one of them out.")
    ]


def test_what_an_import_does_not_change_must_stay_as_it_was(reviewer: User) -> None:
    make_published()
    rows = rows_of(exported(reviewer))
    rows[0]["quotations"] = "Something nicer"
    one = looked_at(rows, by=reviewer)
    assert findings(one) == [
        (2, "quotations", "“quotations” is not changed by an import: put back what stood here, "
         "or leave the column out.")
    ]  # fmt: skip


def test_a_required_field_is_not_emptied_and_a_kind_not_changed(analyst: User) -> None:
    record = make_record()
    one = looked_at([{"code": record.code, "title": "", "kind": "failure"}], by=analyst)
    assert [column for _row, column, _text in findings(one)] == ["kind", "title"]


def test_what_was_merged_is_not_imported_again(analyst: User, reviewer: User) -> None:
    imported([lesson(id="1"), lesson(id="2", title="The same")], by=analyst, scheme="s")
    first, second = Record.objects.order_by("pk")
    merging.merge(first, second, by=reviewer)
    again = looked_at([lesson(id="2", title="Changed")], by=analyst, scheme="s")
    assert again.counts == {"same": 1}
    assert f"merged into {first.code}" in findings(again)[0][2]
    coded = looked_at([{"code": second.code, "title": "X"}], by=analyst)
    assert f"was merged into {first.code}" in findings(coded)[0][2]


def test_a_link_is_not_taken_away_by_an_emptied_cell_and_it_is_said(
    records: list[Record], reviewer: User
) -> None:
    _actor, failure, one, _other = records
    emptied = looked_at([{"code": one.code, "links": ""}], by=reviewer)
    assert emptied.counts == {"problem": 1}
    assert f"drawn_from {failure.code} is missing here" in findings(emptied)[0][2]


def test_links_stay_beside_those_that_a_cell_adds_and_it_is_said(
    records: list[Record], reviewer: User
) -> None:
    _actor, failure, one, _recommendation = records
    other = make_record(Kind.FAILURE)
    cell = f"drawn_from {other.code}"
    done = imported([{"code": one.code, "links": cell}], by=reviewer)
    assert done.counts == {"change": 1}
    assert set(one.links_out.values_list("target", flat=True)) == {failure.pk, other.pk}


def test_a_table_with_references_of_its_own_may_know_nothing_of_a_link(analyst: User) -> None:
    row = lesson(id="1", links="")
    imported([row], by=analyst)
    curation.link(Record.objects.get(), "drawn_from", make_record(Kind.FAILURE), by=None)
    again = looked_at([row], by=analyst)
    assert again.counts == {"same": 1}
    assert "Links that are not named stay (drawn_from F-" in findings(again)[0][2]


def test_a_retired_tag_stays_where_it_is_and_goes_nowhere_else(analyst: User) -> None:
    bearer, other = make_record(tags=["Old"]), make_record()
    Tag.objects.update(retired=True)
    rows = [
        {"code": bearer.code, "tags": "Old; New"},
        {"code": other.code, "tags": "Old"},
    ]
    one = looked_at(rows, by=analyst)
    assert one.counts == {"change": 1, "problem": 1}


def test_an_unknown_column_is_a_problem_until_it_is_left_out(analyst: User) -> None:
    rows = [lesson(titel="x")]
    with pytest.raises(ValidationError, match="Unknown column “titel”"):
        looked_at(rows, by=analyst)
    assert looked_at(rows, by=analyst, mapping={"titel": ""}).counts == {"create": 1}


def test_the_history_and_the_index_hear_of_all(records: list[Record], reviewer: User) -> None:
    newest = SearchOutbox.objects.order_by("-pk").values_list("pk", flat=True).first()
    imported([{"code": records[2].code, "tags": "Radio"}], by=reviewer)
    told = SearchOutbox.objects.filter(pk__gt=newest).values_list("record", flat=True)
    assert set(told) == {records[2].pk}
    events = RecordTag.pgh_event_model.objects.filter(content_object=records[2])
    verbs = {event.pgh_context.metadata["verb"] for event in events.order_by("-pgh_id")[:3]}
    assert verbs == {"import"}

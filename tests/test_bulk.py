"""Many records at once: what is shown is what is done, and nothing that was not shown."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from lessons import bulk, curation, describing, merging
from lessons.bulk import ACTIONS
from lessons.models import Kind, Record, RecordTag, SearchOutbox, Tag
from tests.factories import make_many, make_published, make_record, make_theme, make_user
from tests.test_curation import in_state

pytestmark = pytest.mark.django_db


def arguments() -> dict[str, Any]:
    theme = make_theme()
    make_record(themes=[theme], tags=["known"])
    return {"reason": "So.", "person": make_user(Role.ANALYST), "theme": theme, "tag": "known",
            "": None}  # fmt: skip


def some_of_everything(by: User, theme: Any) -> list[Record]:
    own = [in_state(status, by=by) for status in ("draft", "in_review")]
    others = [in_state(s) for s in ("draft", "in_review", "published", "withdrawn")]
    described = make_record(Kind.FAILURE, themes=[theme], tags=["known"])
    return [*own, *others, make_record(), described]


def versions_of(outcome: bulk.Outcome) -> dict[str, int]:
    pairs = (pair.split(":") for pair in outcome.shown.split())
    return {code: int(version) for code, version in pairs}


def state() -> Any:
    return (
        list(Record.objects.order_by("pk").values()),
        list(Record.themes.through.objects.order_by("pk").values_list("record", "theme")),
        list(RecordTag.objects.order_by("pk").values_list("content_object", "tag")),
        list(Tag.objects.order_by("pk").values()),
        Record.pgh_event_model.objects.count(),
        SearchOutbox.objects.count(),
    )


@pytest.mark.parametrize("role", [Role.ANALYST, Role.REVIEWER])
@pytest.mark.parametrize("name", ACTIONS)
def test_the_deed_is_what_was_shown(name: str, role: str) -> None:
    by, given = make_user(role), arguments()
    action, argument = ACTIONS[name], given[ACTIONS[name].needs]
    codes = [record.code for record in some_of_everything(by, given["theme"])]
    before = state()
    shown = bulk.preview(action, codes, argument, by=by)
    assert state() == before
    done = bulk.perform(action, versions_of(shown), argument, by=by)
    assert [(line.code, line.after) for line in done.changed] == [
        (line.code, line.after) for line in shown.changed
    ]
    assert not done.refused
    assert {line.code for line in shown.lines} == set(codes)
    assert all(line.before != line.after for line in done.changed)
    for line in done.changed:
        assert action.shown(Record.objects.with_code(line.code).get()) == line.after


def test_each_record_gets_its_own_refusal(reviewer: User) -> None:
    own, bare = in_state("in_review", by=reviewer), in_state("in_review")
    bare.citations.update(state="lost")
    draft, good = make_record(), in_state("in_review")
    outcome = bulk.preview(
        ACTIONS["publish"], [one.code for one in (own, bare, draft, good)], None, by=reviewer
    )
    assert [line.code for line in outcome.changed] == [good.code]
    refusals = {line.code: line.refusal for line in outcome.refused}
    assert "You wrote" in refusals[own.code]
    assert "cites no passage that holds" in refusals[bare.code]
    assert "cites no passage" in refusals[draft.code] or "draft" in refusals[draft.code]


def test_what_changed_since_it_was_shown_is_left_out_and_named(reviewer: User) -> None:
    records = [in_state("in_review") for _number in range(4)]
    shown = bulk.preview(ACTIONS["publish"], [r.code for r in records], None, by=reviewer)
    changed, unfounded, gone, good = records
    curation.save_record(changed, by=None)
    unfounded.citations.update(state="lost")  # its version stays
    curation.discard(curation.send_back(gone, by=None, reason="So."), by=None)
    done = bulk.perform(ACTIONS["publish"], versions_of(shown), None, by=reviewer)
    assert [line.code for line in done.changed] == [good.code]
    refusals = {line.code: line.refusal for line in done.refused}
    assert refusals[changed.code] == "It was changed by someone else in the meantime."
    assert "cites no passage that holds" in refusals[unfounded.code]
    assert refusals[gone.code] == "It is no longer there."
    assert Record.objects.filter(status="published").count() == 1


def test_all_is_one_act(reviewer: User) -> None:
    records = [in_state("in_review") for _number in range(3)]
    codes = {record.code: record.version for record in records}
    done = bulk.perform(ACTIONS["publish"], codes, None, by=reviewer)
    events = Record.pgh_event_model.objects.filter(status="published")
    assert {event.pgh_context.metadata["act"] for event in events} == {done.act}
    assert {event.pgh_context.metadata["verb"] for event in events} == {"publish"}


def test_a_slip_in_the_middle_leaves_nothing(reviewer: User, monkeypatch) -> None:
    records = [make_record() for _number in range(2)]
    real, calls = describing.add_tag, []

    def fail(record: Record, name: str, *, by: Any) -> Record:
        calls.append(record)
        if len(calls) == 2:
            raise RuntimeError
        return real(record, name, by=by)

    monkeypatch.setattr(describing, "add_tag", fail)
    with pytest.raises(RuntimeError):
        bulk.perform(ACTIONS["add_tag"], {r.code: 1 for r in records}, "one", by=reviewer)
    assert not Tag.objects.exists()


def test_more_than_a_thousand_are_refused(reviewer: User) -> None:
    codes = [f"L-{number}" for number in range(1, bulk.MOST + 2)]
    with pytest.raises(ValidationError, match="At most 1000"):
        bulk.preview(ACTIONS["submit"], codes, None, by=reviewer)


def test_codes_that_name_nothing_or_what_is_merged_are_left_out(reviewer: User) -> None:
    merged = make_published()
    merging.merge(make_published(), merged, by=None)
    wrong_letter = f"F-{make_record().pk}"
    outcome = bulk.preview(
        ACTIONS["add_tag"], [merged.code, wrong_letter, "L-999999"], "one", by=reviewer
    )
    assert {line.refusal for line in outcome.lines} == {"It is no longer there."}


QUERIES_EACH = {"add_theme": 8, "add_tag": 13, "assign": 6}


@pytest.mark.parametrize("name", QUERIES_EACH)
def test_a_record_more_costs_a_few_queries_more(name: str, reviewer: User) -> None:
    given, counts = arguments(), []
    for number in (2, 12):
        codes = [record.code for record in make_many(number)]
        with CaptureQueriesContext(connection) as asked:
            outcome = bulk.preview(ACTIONS[name], codes, given[ACTIONS[name].needs], by=reviewer)
        assert len(outcome.changed) == number
        counts.append(len(asked))
    assert (counts[1] - counts[0]) / 10 <= QUERIES_EACH[name]

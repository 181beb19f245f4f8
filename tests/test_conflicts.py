"""Edit conflicts: what a version said, who changed what since, and what comes of both."""

import random
from typing import Any

import pytest

from accounts.models import User
from lessons import conflicts, curation, describing, reviewing
from lessons.conflicts import between, values_at, values_of
from lessons.models import Country, Kind, Record
from tests.factories import cite, make_record, make_theme

pytestmark = pytest.mark.django_db


def changed(record: Record, by: User | None = None, **fields: Any) -> Record:
    """Save ``fields`` of the record as it stands now."""
    fresh = Record.objects.get(pk=record.pk)
    sets = {name: fields.pop(name) for name in ("themes", "tags", "countries") if name in fields}
    for name, value in fields.items():
        setattr(fresh, name, value)
    return curation.save_record(fresh, by=by, **sets)


def typed(record: Record, **fields: Any) -> conflicts.Values:
    return {**values_of(record), **fields}


def by_name(conflict: conflicts.Conflict) -> dict[str, conflicts.Difference]:
    return {one.name: one for one in conflict.differences}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", Kind)
def test_every_version_can_be_read_again(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    themes = [make_theme() for _number in range(3)]
    for code in ("RWA", "BDI"):
        Country.objects.create(code=code, label_en=code, label_fr=code)
    record = cite(make_record(kind, themes=themes[:1], tags=["one"]))
    seen = {1: values_of(record)}
    for number in range(8):
        way = chance.randrange(4)
        if way == 0:
            record = changed(record, title=f"Title {number}", year_from=chance.choice([None, 1994]))
        elif way == 1:
            record = changed(
                record,
                themes=chance.sample(themes, chance.randrange(4)),
                tags=chance.sample(["one", "two", "three, four"], chance.randrange(4)),
                countries=Country.objects.filter(code__in=chance.sample(["RWA", "BDI"], 1)),
            )
        elif way == 2:
            record = Record.objects.get(pk=record.pk)
            missing = [t for t in themes if t not in record.themes.all()]
            if not missing:
                continue
            describing.add_theme(record, missing[0], by=None)
        elif record.status == "draft":
            record = curation.submit(Record.objects.get(pk=record.pk), by=None)
        record = Record.objects.get(pk=record.pk)
        seen[record.version] = values_of(record)
    assert {version: values_at(record, version) for version in seen} == seen
    assert values_at(record, 99) is None


def test_an_assignment_in_between_changes_no_version(analyst: User) -> None:
    record = make_record(tags=["one"])
    before = values_of(record)
    reviewing.assign(record, analyst, by=None)
    assert values_at(record, 1) == before


def test_fields_of_one_side_are_taken_and_those_of_both_are_asked_for(reviewer: User) -> None:
    record = make_record(title="As it was", statement="It was.", discussion="Why.")
    now = changed(record, by=reviewer, title="Theirs", statement="It was so.")
    conflict = between(now, 1, {**values_at(record, 1), "title": "Mine", "discussion": "Because."})
    assert {name: one.usual for name, one in by_name(conflict).items()} == {
        "title": "", "statement": "theirs", "discussion": "mine",
    }  # fmt: skip
    assert conflict.settled({}, {}) is None
    assert conflict.settled({"title": "nonsense"}, {}) is None
    assert conflict.settled({"title": "theirs"}, {}) == {
        "title": "Theirs", "statement": "It was so.",
    }  # fmt: skip
    assert conflict.settled(
        {"title": "merged", "statement": "mine"}, {"title": "Ours\r\nboth"}
    ) == {"title": "Ours\nboth"}


def test_what_both_changed_alike_is_no_difference() -> None:
    record = make_record()
    now = changed(record, title="The same")
    assert not between(now, 1, {**values_at(record, 1), "title": "The same"}).differences


def test_of_sets_both_changes_are_taken_together() -> None:
    one, two, three = (make_theme() for _number in range(3))
    record = make_record(themes=[one, two], tags=["kept", "theirs gone", "mine gone"])
    now = changed(record, themes=[one, two, three], tags=["kept", "mine gone", "theirs new"])
    mine = {
        **values_at(record, 1),
        "themes": frozenset({str(one.pk)}),
        "tags": frozenset({"kept", "theirs gone", "mine new"}),
    }
    conflict = between(now, 1, mine)
    assert {name: one.usual for name, one in by_name(conflict).items()} == {
        "themes": "merged", "tags": "merged",
    }  # fmt: skip
    assert conflict.settled({}, {}) == {
        "themes": {str(one.pk), str(three.pk)},
        "tags": {"kept", "mine new", "theirs new"},
    }
    assert by_name(conflict)["themes"].shown["merged"] == ", ".join(
        sorted((one.label, three.label))
    )


def test_without_a_known_beginning_every_difference_is_asked_for() -> None:
    record = make_record(tags=["one"])
    conflict = between(record, 99, typed(record, title="Mine", tags=frozenset({"two"})))
    assert {name: one.usual for name, one in by_name(conflict).items()} == {
        "title": "", "tags": "merged",
    }  # fmt: skip
    assert by_name(conflict)["tags"].merged == {"one", "two"}


def test_it_says_who_did_what_meanwhile(analyst: User, reviewer: User) -> None:
    record = cite(make_record(by=analyst))
    changed(record, by=reviewer, title="Theirs")
    now = curation.submit(Record.objects.get(pk=record.pk), by=analyst)
    told = between(now, 1, typed(now)).meanwhile
    assert [(one.who, one.what) for one in told] == [
        (str(reviewer), "written or changed"),
        (str(analyst), "sent to review"),
    ]


CHOICES = {
    Kind.LESSON: {"origin": "inferred"},
    Kind.FAILURE: {"failure_type": "delay"},
    Kind.ACTOR: {"actor_type": "mission"},
    Kind.RECOMMENDATION: {"phase": "response"},
}


@pytest.mark.parametrize("kind", Kind)
def test_choices_are_shown_in_words(kind: str) -> None:
    record = make_record(kind, phase="warning")
    ((field, value),) = CHOICES[kind].items()
    now = changed(record, **{field: value})
    (one,) = between(now, 1, values_at(record, 1)).differences
    assert one.shown["theirs"] == str(getattr(now, f"get_{field}_display")())
    assert one.shown["mine"] == str(getattr(record, f"get_{field}_display")())


def test_differences_are_marked_word_by_word() -> None:
    record = make_record(statement="The force was cut.")
    now = changed(record, statement="The force was not cut.")
    (one,) = between(now, 1, values_at(record, 1)).differences
    assert [(piece.change, piece.text) for piece in one.theirs_pieces] == [
        ("same", "The force was "), ("added", "not "), ("same", "cut."),
    ]  # fmt: skip
    assert {piece.change for piece in one.mine_pieces} == {"same"}

"""Edit conflicts: what a record said when it was opened, what it says now, what somebody typed.

All three are compared as plain values by field: texts and choices as text (empty for none), lists
one a line, themes and countries as sets of keys, tags as sets of names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User

from .models import Country, Record, RecordTag, Theme
from .models.history import VERBS
from .models.records import KIND_FIELDS, RecordCountry, RecordTheme
from .wording import Piece, differences

Value = str | frozenset[str]
Values = dict[str, Value]

TEXTS = (
    "title", "statement", "discussion", "phase", "year_from", "year_to", "language", "identifier",
)  # fmt: skip
# Each set: the model of its rows, the record's and the member's column in it.
SETS: dict[str, tuple[Any, str, str]] = {
    "themes": (RecordTheme, "record_id", "theme_id"),
    "tags": (RecordTag, "content_object_id", "tag_id"),
    "countries": (RecordCountry, "record_id", "country_id"),
}


def texts_of(kind: str) -> tuple[str, ...]:
    """Return the names of the fields of a kind that hold one value."""
    return (*TEXTS, *KIND_FIELDS[kind])  # type: ignore[index]


def as_text(value: Any) -> str:
    """Return a field's value as a person types it, line ends as one character."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value).replace("\r\n", "\n")


def values_of(record: Record) -> Values:
    """Return what the record says now."""
    return {
        **{name: as_text(getattr(record, name)) for name in texts_of(record.kind)},
        "themes": frozenset(str(theme.pk) for theme in record.themes.all()),
        "tags": frozenset(tag.name for tag in record.tags.all()),
        "countries": frozenset(country.pk for country in record.countries.all()),
    }


def values_at(record: Record, version: int) -> Values | None:
    """Return what the record said in ``version``; None if its history does not know that one."""
    events = Record.pgh_event_model.objects.filter(pgh_obj=record)  # type: ignore[attr-defined]
    event = events.filter(version=version).order_by("pgh_id").last()
    if event is None:
        return None
    values: Values = {name: as_text(getattr(event, name)) for name in texts_of(record.kind)}
    # The contexts of what came later: members are told apart by them, not by the time, since
    # transactions that overlap begin in another order than they end.
    later = list(events.filter(version__gt=version).values_list("pgh_context_id", flat=True))
    for name in SETS:
        values[name] = _members_before(record, name, later)
    return values


def _members_before(record: Record, name: str, later: list[Any]) -> frozenset[str]:
    """Return the members of a set as they were before the events of the contexts ``later``."""
    through, owner, member = SETS[name]
    members = set(through.objects.filter(**{owner: record.pk}).values_list(member, flat=True))
    events = through.pgh_event_model.objects.filter(**{owner: record.pk}, pgh_context__in=later)
    for label, key in events.order_by("-pgh_id").values_list("pgh_label", member):
        if label == "delete":
            members.add(key)
        else:
            members.discard(key)
    if name == "tags":
        through = through._meta.get_field("tag").related_model
        return frozenset(through.objects.filter(pk__in=members).values_list("name", flat=True))
    return frozenset(map(str, members))


@dataclass(frozen=True)
class Difference:
    """A field that at least one side changed; ``base`` is None if nobody knows what it was."""

    name: str
    label: str
    base: Value | None
    theirs: Value
    mine: Value
    shown: Mapping[str, str]  # for people: of base, theirs, mine and merged

    @property
    def is_set(self) -> bool:
        return not isinstance(self.theirs, str)

    @property
    def is_text(self) -> bool:
        return self.name in {"title", "statement", "discussion", "applies_when", "consequence"}

    @property
    def both_changed(self) -> bool:
        return self.base not in (self.theirs, self.mine)

    @property
    def usual(self) -> str:
        """What is taken unless one chooses otherwise; empty where one has to choose."""
        if not self.both_changed:
            return "theirs" if self.mine == self.base else "mine"
        return "merged" if self.is_set else ""

    @property
    def choices(self) -> tuple[str, ...]:
        both = self.both_changed and (self.is_set or self.is_text)
        return ("theirs", "mine", *(("merged",) if both else ()))

    @property
    def merged(self) -> Value:
        """Both changes together: of sets what each side added and took away, of texts mine."""
        if isinstance(self.theirs, str) or isinstance(self.mine, str):
            return self.mine
        base = self.base if isinstance(self.base, frozenset) else self.theirs & self.mine
        return (self.theirs | (self.mine - base)) - (base - self.mine)

    @property
    def theirs_pieces(self) -> list[Piece]:
        return differences(self.shown["base"], self.shown["theirs"])

    @property
    def mine_pieces(self) -> list[Piece]:
        return differences(self.shown["base"], self.shown["mine"])


@dataclass(frozen=True)
class Meanwhile:
    """What others did to the record since it was opened."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True)
class Conflict:
    """An edit that began with version ``began`` and meets version ``version``."""

    record: Record
    began: int
    version: int
    differences: list[Difference]
    meanwhile: list[Meanwhile]

    def settled(self, picks: Mapping[str, str], texts: Mapping[str, str]) -> Values | None:
        """Return the fields that are not to stay as typed, by the chosen side of each difference
        (theirs, mine, or merged with its text); None if a choice is missing."""
        values: Values = {}
        for one in self.differences:
            pick = picks.get(one.name) or one.usual
            if pick not in one.choices:
                return None
            if pick == "theirs":
                values[one.name] = one.theirs
            elif pick == "merged":
                values[one.name] = one.merged if one.is_set else as_text(texts.get(one.name, ""))
        return values


def between(record: Record, began: int, mine: Values, version: int | None = None) -> Conflict:
    """Compare what somebody typed into version ``began`` with what stands in ``version`` (now)."""
    version = version or record.version
    now = values_of(record) if version == record.version else values_at(record, version)
    theirs = now or values_of(record)
    base = values_at(record, began)
    names = [name for name in theirs if theirs[name] != mine.get(name, theirs[name])]
    # What they changed and I did not would be undone by saving mine as it is.
    show = Names(record, [*([base] if base else []), theirs, mine])
    return Conflict(
        record=record,
        began=began,
        version=version,
        differences=[_difference(name, base, theirs, mine, show) for name in names],
        meanwhile=_meanwhile(record, began),
    )


def _difference(
    name: str, base: Values | None, theirs: Values, mine: Values, show: Names
) -> Difference:
    old = base[name] if base else None
    one = Difference(name, show.label(name), old, theirs[name], mine[name], {})
    sides = {"theirs": one.theirs, "mine": one.mine, "merged": one.merged}
    if old is not None:
        sides["base"] = old
    shown = {side: show(name, value) for side, value in sides.items()}
    return Difference(name, one.label, old, one.theirs, one.mine, {"base": "", **shown})


class Names:
    """Values in words: choices by their labels, members of sets by their names; two queries."""

    def __init__(self, record: Record, sides: Iterable[Values]) -> None:
        self.record = record
        sides = list(sides)
        themes = {key for side in sides for key in side.get("themes", ())}
        countries = {key for side in sides for key in side.get("countries", ())}
        self.members = {
            "themes": {str(one.pk): one.label for one in Theme.objects.filter(pk__in=themes)},
            "countries": {one.pk: one.label for one in Country.objects.filter(pk__in=countries)},
        }

    def label(self, name: str) -> str:
        return str(Record._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]

    def __call__(self, name: str, value: Value) -> str:
        if isinstance(value, str):
            choices = dict(Record._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
            return str(choices.get(value, value))
        names = self.members.get(name, {})
        return ", ".join(sorted(names.get(key, key) for key in value)) or _("none")


def _meanwhile(record: Record, began: int) -> list[Meanwhile]:
    model = Record.pgh_event_model  # type: ignore[attr-defined]
    events = model.objects.filter(pgh_obj=record, version__gt=began).order_by("pgh_id")
    told = [
        (event, event.pgh_context.metadata if event.pgh_context else {})
        for event in events.select_related("pgh_context")
    ]
    people = User.objects.in_bulk({about["user"] for _event, about in told if about.get("user")})
    return [
        Meanwhile(
            at=event.pgh_created_at,
            who=str(people.get(about.get("user"), _("the console"))),
            what=str(VERBS.get(about.get("verb", ""), _("changed"))),
        )
        for event, about in told
    ]

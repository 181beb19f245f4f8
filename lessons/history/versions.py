"""A record's life as acts: what it said after each, with its themes, tags, citations and links.

Everything is read from the events; rows that the history never saw written (bulk loads pass the
triggers by) count as there from the beginning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from pghistory.models import Context

from lessons.models import Citation, Link, Record, RecordTag
from lessons.models.records import RecordCountry, RecordTheme

from .events import PARTS, Model, Row, columns_of, key_of, tracked

# Changes past the application that follow one another so closely are told as one.
AT_ONCE = timedelta(seconds=1)
ABOUT = ("pgh_id", "pgh_created_at", "pgh_label", "pgh_context_id")
Rows = dict[tuple[Model, Any], Row]


@dataclass(frozen=True)
class State:
    """What a record said at a moment: its own row (None: not there) and the rows of its parts."""

    fields: Row | None
    parts: Rows

    def rows(self, model: Model) -> list[Row]:
        """Return the rows of one part, such as `Citation`, oldest first."""
        return [row for (of, _pk), row in sorted(self.parts.items(), key=_number) if of is model]

    @property
    def tags(self) -> set[int]:
        return {row["tag_id"] for row in self.rows(RecordTag)}

    @property
    def themes(self) -> set[int]:
        return {row["theme_id"] for row in self.rows(RecordTheme)}

    @property
    def countries(self) -> set[str]:
        return {row["country_id"] for row in self.rows(RecordCountry)}

    @property
    def citations(self) -> list[Row]:
        return self.rows(Citation)

    @property
    def links(self) -> list[Row]:
        return self.rows(Link)


def _number(item: tuple[tuple[Model, Any], Row]) -> Any:
    return item[0][1]


@dataclass(frozen=True)
class Version:
    """What one act made of a record; ``number`` counts from 1.

    ``verbs`` is empty and ``outside`` true for what was written past the application; ``user`` is
    the id of the person, None for the console.
    """

    number: int
    at: datetime
    state: State
    before: State
    act: str = ""
    verbs: tuple[str, ...] = ()
    user: int | None = None
    reason: str = ""
    undoes: str = ""
    outside: bool = False

    @property
    def status(self) -> str:
        return (self.state.fields or {}).get("status", "")


@dataclass
class _Event:
    model: Model
    pk: Any
    id: int
    at: datetime
    label: str
    context_id: Any
    row: Row
    context: Context | None = None

    @property
    def told(self) -> dict[str, Any]:
        return self.context.metadata if self.context else {}

    @property
    def act(self) -> Any:
        return self.told.get("act") or self.context_id


@dataclass
class _Acts:
    """Events grouped by the act they belong to."""

    groups: list[list[_Event]] = field(default_factory=list)

    def add(self, event: _Event) -> None:
        last = self.groups[-1][-1] if self.groups else None
        same = last is not None and last.act == event.act
        if last and same and (event.act or event.at - last.at <= AT_ONCE):
            self.groups[-1].append(event)
        else:
            self.groups.append([event])


def versions(record: Record) -> list[Version]:
    """Return what each act made of ``record``, oldest first; at least one."""
    events = sorted(_events(record.pk), key=lambda event: (event.at, event.id))
    acts = _Acts()
    for event in events:
        acts.add(event)
    state = _beginning(record, events)
    found: list[Version] = []
    for group in acts.groups:
        before, state = state, _after(state, group, record.pk)
        if state != before:
            found.append(_version(len(found) + 1, group, before, state))
    return found or [Version(1, record.created_at, state, State(None, {}), outside=True)]


def state_at(record: Record, when: int | datetime) -> State:
    """Return what ``record`` said in the version with this number, or at this moment.

    Raises ValidationError if there was no such version, or the record was not there yet.
    """
    found = versions(record)
    if isinstance(when, datetime):
        found = [version for version in found if version.at <= when][-1:]
    else:
        found = [version for version in found if version.number == when]
    if not found or found[0].state.fields is None:
        raise ValidationError(
            _("%(code)s has no such version.") % {"code": record.code}, code="no_version"
        )
    return found[0].state


def _events(record: int) -> list[_Event]:
    """Return the events of every row that ever belonged to the record, also once it had left."""
    found = []
    for model, owners in PARTS.items():
        events, key = tracked()[model]._default_manager.all(), key_of(model)
        ever = events.filter(_owned_by(record, owners)).values(key)
        for row in events.filter(**{f"{key}__in": ever}).values(*ABOUT, *columns_of(model)):
            number, at, label, context = (row.pop(name) for name in ABOUT)
            pk = row[model._meta.pk.attname]
            found.append(_Event(model, pk, number, at, label, context, row))
    contexts = Context.objects.in_bulk({event.context_id for event in found} - {None})
    for event in found:
        event.context = contexts.get(event.context_id)
    return found


def _owned_by(record: int, owners: Iterable[str]) -> Q:
    return reduce(Q.__or__, (Q(**{owner: record}) for owner in owners))


def _beginning(record: Record, events: list[_Event]) -> State:
    """Return what was there before the first event: what no event tells of, and what one ends."""
    first: dict[tuple[Model, Any], _Event] = {}
    for event in events:
        first.setdefault((event.model, event.pk), event)
    rows: Rows = {
        (model, row[model._meta.pk.attname]): row
        for model, owners in PARTS.items()
        for row in model._base_manager.filter(_owned_by(record.pk, owners)).values(
            *columns_of(model)
        )
    }
    rows = {key: row for key, row in rows.items() if key not in first}
    # Of what an update changed first only the outcome is known, so it is told as the beginning.
    rows |= {key: event.row for key, event in first.items() if event.label != "insert"}
    began = first.get((Record, record.pk))
    own = rows.pop((Record, record.pk), None)
    return _of(record.pk, None if began and began.label == "update" else own, rows)


def _of(record: int, fields: Row | None, rows: Rows) -> State:
    parts = {
        (model, pk): row
        for (model, pk), row in rows.items()
        if any(row[owner] == record for owner in PARTS[model])
    }
    return State(fields, parts)


def _after(state: State, group: list[_Event], record: int) -> State:
    rows, fields = dict(state.parts), state.fields
    for event in group:
        row = None if event.label == "delete" else event.row
        if event.model is Record:
            fields = row
        elif row is None:
            rows.pop((event.model, event.pk), None)
        else:
            rows[event.model, event.pk] = row
    return _of(record, fields, rows)


def _verb(told: dict[str, Any]) -> str:
    return told.get("within") or told.get("verb", "")


def _version(number: int, group: list[_Event], before: State, state: State) -> Version:
    told = [event.told for event in group]
    said = {name: next((one[name] for one in told if one.get(name)), None) for name in
            ("act", "user", "reason", "undoes")}  # fmt: skip
    return Version(
        number=number,
        at=group[0].at,
        state=state,
        before=before,
        act=said["act"] or "",
        verbs=tuple(dict.fromkeys(filter(None, (_verb(one) for one in told)))),
        user=said["user"],
        reason=said["reason"] or "",
        undoes=said["undoes"] or "",
        outside=not any(event.context for event in group),
    )

"""What the database remembers of each row: the events of an act, and what was before and after.

Generic over every model that ``models.history`` tracks; a row is a dict of its columns by field.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from graphlib import TopologicalSorter
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.fields.json import KT
from pghistory.models import Context

from lessons.models import Citation, Link, Record, RecordTag
from lessons.models.records import RecordCountry, RecordTheme

Model = type[models.Model]
Row = dict[str, Any]
MOST_VERBS = 20  # contexts that are read for each act wanted: bulk acts have many
# What makes up a record, with the columns that say of which; a link is part of both its ends.
PARTS: dict[Model, tuple[str, ...]] = {
    Record: ("id",),
    RecordTag: ("content_object_id",),
    RecordTheme: ("record_id",),
    RecordCountry: ("record_id",),
    Citation: ("record_id",),
    Link: ("source_id", "target_id"),
}


@dataclass(frozen=True)
class Act:
    """Who did what, when and why: what the contexts of one act tell."""

    name: str
    verb: str
    at: datetime
    people: frozenset[int]
    reason: str = ""
    undoes: str = ""


@dataclass(frozen=True)
class Change:
    """What an act did to one row; None stands for a row that is not there.

    ``known`` is False where the history does not reach back to before the act; ``later`` is the
    event by which somebody else changed the row since.
    """

    model: Model
    pk: int
    before: Row | None
    after: Row | None
    known: bool
    later: int | None


@cache
def tracked() -> dict[Model, Model]:
    """Return the event model of each tracked model, those first that others refer to."""
    found = {
        event.pgh_tracked_model: event  # type: ignore[attr-defined]
        for event in apps.get_app_config("lessons").get_models()
        if getattr(event, "pgh_tracked_model", None)
    }
    needs = {
        model: {
            field.related_model
            for field in model._meta.concrete_fields
            if field.related_model in found and field.related_model is not model
        }
        for model in found
    }
    return {model: found[model] for model in TopologicalSorter(needs).static_order()}


def key_of(model: Model) -> str:
    """Return the field of the event model that names the row."""
    event = tracked()[model]
    return "pgh_obj_id" if hasattr(event, "pgh_obj") else model._meta.pk.attname


def columns_of(model: Model) -> list[str]:
    """Return the fields that make up a row, as `Row` names them."""
    kept = {field.name for field in tracked()[model]._meta.concrete_fields}
    return [field.attname for field in model._meta.concrete_fields if field.name in kept]


def contexts_of(act: str) -> models.QuerySet[Context]:
    """Return what was noted of an act: one context for each verb in it."""
    return Context.objects.annotate(act=KT("metadata__act")).filter(act=act)


def read_act(contexts: Iterable[Context]) -> Act:
    """Return what ``contexts``, all of one act, tell of it."""
    contexts = list(contexts)
    first = contexts[0]
    told = [context.metadata for context in contexts]
    return Act(
        name=first.metadata["act"],
        verb=first.metadata.get("within") or first.metadata.get("verb", ""),
        at=first.created_at,
        people=frozenset(data["user"] for data in told if data.get("user")),
        reason=next((data["reason"] for data in told if data.get("reason")), ""),
        undoes=first.metadata.get("undoes", ""),
    )


def touched_rows(contexts: Iterable[Any]) -> dict[Model, list[int]]:
    """Return by model the keys of the rows that ``contexts`` (ids) have changed, in order."""
    found = {}
    for model, event in tracked().items():
        key = key_of(model)
        rows = event._default_manager.filter(pgh_context_id__in=contexts)
        keys = list(rows.order_by(key).values_list(key, flat=True).distinct())
        if keys:
            found[model] = keys
    return found


def changes_of(model: Model, keys: Iterable[int], contexts: Iterable[Any]) -> list[Change]:
    """Return what ``contexts`` did to the rows ``keys``, each from before the first to the last.

    Rows that came and went within the act are left out: it did nothing to them.
    """
    event, key = tracked()[model], key_of(model)
    contexts = set(contexts)
    events = event._default_manager.filter(**{f"{key}__in": keys}).order_by(key, "pgh_id")
    lines = events.values_list(key, "pgh_id", "pgh_label", "pgh_context_id")
    lives = [_Life(pk, list(life), contexts) for pk, life in groupby(lines, lambda line: line[0])]
    wanted = [pk for life in lives for pk in (life.before, life.after) if pk]
    rows = rows_of(model, wanted)
    return [
        Change(model, life.pk, rows.get(life.before), rows.get(life.after), life.known, life.later)
        for life in lives
        if life.before or life.after or not life.known
    ]


class _Life:
    """The events of one row, oldest first, seen from an act: which are before, after, later."""

    def __init__(self, pk: int, lines: list[tuple[Any, ...]], contexts: set[Any]) -> None:
        mine = [number for number, line in enumerate(lines) if line[3] in contexts]
        first, last = mine[0], mine[-1]
        label = lines[first][2]
        earlier = lines[first - 1] if first and lines[first - 1][2] != "delete" else None
        self.pk = pk
        self.known = label != "update" or earlier is not None
        # A deletion keeps the row as it was, any other event as it became.
        before = {"insert": None, "delete": lines[first], "update": earlier}[label]
        self.before = before[1] if before else None
        self.after = lines[last][1] if lines[last][2] != "delete" else None
        others = [line[1] for line in lines[first:] if line[3] not in contexts]
        self.later = others[0] if others else None


def rows_of(model: Model, events: Iterable[int]) -> dict[Any, Row]:
    """Return the rows that ``events`` (their ids) keep; ``pgh_id`` among the columns."""
    kept = tracked()[model]._default_manager.filter(pgh_id__in=events)
    return {row["pgh_id"]: row for row in kept.values("pgh_id", *columns_of(model))}


def recent_acts(user: Any, limit: int = 10) -> list[Act]:
    """Return the latest acts of a person, newest first."""
    theirs = Context.objects.annotate(user=KT("metadata__user"), act=KT("metadata__act"))
    found: dict[str, list[Context]] = {}
    rows = theirs.filter(user=str(user.pk), act__isnull=False).order_by("-created_at", "id")
    for context in rows[: limit * MOST_VERBS]:
        found.setdefault(context.metadata["act"], []).append(context)
    return [read_act(contexts) for contexts in list(found.values())[:limit]]

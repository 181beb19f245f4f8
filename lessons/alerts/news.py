"""What happened to public records between two moments, as somebody who reads them would say.

New is what became public. Changed is what says something else: its words, what it quotes, what
became of it. What else was touched, such as how it is filed (themes, tags, countries, links), is
news only where a search finds it that did not before (JOINED).
Both moments are compared, not the steps between: a slip put right at once is no news.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from lessons.models import (
    AnchorState,
    Citation,
    PublicChange,
    Record,
    Status,
    Uptake,
    may_read,
    may_read_if_named,
)

# The texts of a record, in the order of its page, and what else is told of.
WORDS = ("title", "statement", "discussion", "applies_when", "consequence")
QUOTATIONS, UPTAKE = "citations", "uptake"
JOINED = "joined"  # what was public, and is newly found by a search
ORDER = (*WORDS, QUOTATIONS, UPTAKE)
STATE = ("status", "merged_into_id", *WORDS)
BATCH = 1000
# The database's clock; what a transaction that is still open writes must fall into the next window.
# One that is open for an hour is not waited for.
HORIZON = """
    SELECT greatest(
        least(min(xact_start), clock_timestamp()), clock_timestamp() - interval '1 hour'
    )
    FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
        AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class News:
    """That a record is new, or else in what it changed: names out of ORDER, none for its filing."""

    is_new: bool
    changed: tuple[str, ...] = ()


def horizon() -> datetime:
    """Return the latest moment before which everything is written and can be read."""
    with connection.cursor() as cursor:
        cursor.execute(HORIZON)
        return cursor.fetchone()[0]


def news_between(start: datetime, end: datetime) -> dict[int, News]:
    """Return, by id, what became public or was touched after ``start``, and is so at ``end``."""
    parts = _changed_parts(start, end)
    noted = PublicChange.objects.filter(at__gt=start, at__lte=end)
    ids = sorted({*noted.values_list("record_id", flat=True), *parts})
    found = {}
    for pk, before, after in _states(ids, start, end):
        if not _is_public(after):
            continue
        if not _is_public(before):
            found[pk] = News(is_new=True)
            continue
        different = {name for name in WORDS if before[name] != after[name]} | parts[pk]
        found[pk] = News(False, tuple(name for name in ORDER if name in different))
    return found


def _is_public(state: dict[str, Any] | None) -> bool:
    return bool(state and state["status"] == Status.PUBLISHED and state["merged_into_id"] is None)


def _states(ids: list[int], start: datetime, end: datetime) -> Iterator[tuple[int, Any, Any]]:
    """Yield each record's id with what it was at both moments; None where it was not there."""
    for first in range(0, len(ids), BATCH):
        records = Record.objects.filter(pk__in=ids[first : first + BATCH]).order_by()
        yield from records.annotate(was=_state_at(start), came=_state_at(end)).values_list(
            "pk", "was", "came"
        )


def _state_at(moment: datetime) -> Subquery:
    events: QuerySet[Any] = Record.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        pgh_obj=OuterRef("pk"), pgh_created_at__lte=moment
    )
    fields = {name: name for name in STATE}
    return Subquery(events.order_by("-pgh_id").values(state=JSONObject(**fields))[:1])


def _changed_parts(start: datetime, end: datetime) -> defaultdict[int, set[str]]:
    """Return, by record, whether its quotations changed or claims were added."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    window = {"pgh_created_at__gt": start, "pgh_created_at__lte": end}
    claims = Uptake.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        may_read_if_named(AnonymousUser()), pgh_label="insert", **window
    )
    for record in claims.values_list("record_id", flat=True):
        found[record].add(UPTAKE)
    events = Citation.pgh_event_model.objects  # type: ignore[attr-defined]
    touched = sorted(set(events.filter(**window).values_list("pgh_obj_id", flat=True)))
    for first in range(0, len(touched), BATCH):
        for record in _requoted(touched[first : first + BATCH], start, end):
            found[record].add(QUOTATIONS)
    return found


def _requoted(citations: Iterable[int], start: datetime, end: datetime) -> Iterator[int]:
    """Yield the records that these citations support otherwise at ``end`` than at ``start``."""
    events = Citation.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        may_read(AnonymousUser(), "passage__report__"),
        pgh_obj_id__in=citations,
        pgh_created_at__lte=end,
    )
    rows = events.order_by("pgh_obj_id", "pgh_id").values(
        "pgh_obj_id", "pgh_created_at", "pgh_label", "record_id", "exact", "state"
    )
    for _pk, life in groupby(rows, lambda row: row["pgh_obj_id"]):
        steps = list(life)
        before = _said([row for row in steps if row["pgh_created_at"] <= start])
        after = _said(steps)
        if before != after:
            yield from {one[0] for one in (before, after) if one}


def _said(steps: list[dict[str, Any]]) -> tuple[int, str] | None:
    """Return of which record a citation holds what words after these events; None: no longer."""
    if not steps or steps[-1]["pgh_label"] == "delete" or steps[-1]["state"] == AnchorState.LOST:
        return None
    return steps[-1]["record_id"], steps[-1]["exact"]

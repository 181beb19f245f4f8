"""The orders of lists, once for the index and once for the database; a test compares them.

Every order is total, so that pages laid side by side are the whole list.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from django.db.models import CharField, F, Func
from django.db.models.functions import Coalesce, Trunc
from tantivy import Order

UNDATED = 99_999  # the year by which records without one come last
ROOM = 40  # bits for the id in a number that orders
MOMENT_ROOM = 32  # the same beside a moment, whose seconds need the others
EPOCH = 1_577_836_800  # 2020-01-01: seconds from here leave room for the id until 2088
# Each order: the index's field and its direction.
ORDERS = {
    "title": ("by_title", Order.Asc),
    "recent": ("dated", Order.Desc),
    "year": ("by_year", Order.Asc),
    "recurrence": ("by_recurrence", Order.Desc),
}


class SortKey(Func):
    """A title as lists order it: without accents, case and leading marks, by code point."""

    template = """ltrim(lower(unaccent(%(expressions)s)), '“”"''«»<>‘’([ ') COLLATE "C\""""
    output_field = CharField()


ORDERINGS: dict[str, tuple[Any, ...]] = {
    "title": (SortKey("title").asc(), "id"),
    "recent": (Trunc(Coalesce("published_at", "updated_at"), "second", tzinfo=UTC).desc(), "-id"),
    "year": (F("year_from").asc(nulls_last=True), "id"),
    "recurrence": ("-recurrence", "-id"),
}


def order_fields(
    pk: int, sort_key: str, dated: datetime, year: int | None, recurrence: int
) -> dict[str, Any]:
    """Return the fields by which the index orders a record; ``sort_key`` is its SortKey."""
    seconds = math.floor(dated.timestamp()) - EPOCH
    return {
        "by_title": f"{sort_key}\1{pk:019}",  # \1 comes before all that a title holds
        "dated": (seconds << MOMENT_ROOM) + pk % (1 << MOMENT_ROOM),
        "by_year": (year or UNDATED) * (1 << ROOM) + pk,
        "by_recurrence": recurrence * (1 << ROOM) + pk,
    }

"""The records that a list shows, for what only the database can say of all of them."""

from __future__ import annotations

from typing import Any

from lessons.models import Record
from lessons.models.records import RecordQuerySet

from .conditions import conditions, current
from .filters import Filters
from .finder import Found


def selected(filters: Filters, user: Any) -> RecordQuerySet:
    """Return what ``filters`` find for ``user``, in no order.

    Raises BadQuery as Found does; words are looked for in the index, all else is SQL.
    """
    records = Record.objects.visible_to(user).order_by()
    if filters.q:
        return records.filter(pk__in=Found(filters, user).ids())
    return records.filter(*conditions(current(filters), user).values())

"""Records by what a person types to name one: a code, a title, another name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from lessons.models import Record

from .building import Building
from .filters import Filters
from .finder import Found
from .index import SearchUnavailable
from .rows import in_order

OFFERED = 10


def named(
    text: str, user: Any, *, but: Record | None = None, states: Collection[str] | None = None
) -> list[Record]:
    """Return at most OFFERED records that ``text`` may mean, best first, without ``but``.

    With ``states``, only those that stand in one of them.
    Raises BadQuery for what cannot be searched. While the index cannot answer, titles are looked
    through.
    """
    filters = Filters.from_string(urlencode({"q": text})).with_(status=tuple(states or ()))
    records = Record.objects.visible_to(user).exclude(pk=but and but.pk)
    if states is not None:
        records = records.filter(status__in=states)
    if with_code := list(records.with_code(filters.q)):
        return with_code
    try:
        ids = Found(filters, user).ids(0, OFFERED + 1) if filters.q else []
        found = in_order(records, ids)
    except (SearchUnavailable, Building):
        found = list(records.filter(title__trigram_word_similar=filters.q)[:OFFERED])
    return found[:OFFERED]

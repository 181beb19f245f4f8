"""Browsing by SQL alone, while there is no index: slow and plain, the same answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from lessons.models import Record
from lessons.models.records import RecordQuerySet

from .conditions import conditions
from .counting import COUNTERS
from .facets import Counted, Facet, facet
from .filters import DECADE, DEFAULT_SORT, YEARS, Filters
from .ordering import ORDERINGS

CHUNK = 10_000  # ids fetched together when a whole list is read


class Browsed:
    """What Found says of filters without words, computed by the database.

    The index is measured against it too: it is short enough to be obviously right.
    """

    def __init__(self, filters: Filters, user: Any, kind: str = "") -> None:
        self.asked = filters
        self.filters = filters.of_kind(kind)
        self.user = user
        self.conditions = conditions(self.filters, user)

    @cached_property
    def total(self) -> int:
        return self._matching().count()

    def ids(self, start: int = 0, stop: int | None = None) -> list[int]:
        """Return ids in the order asked for."""
        return list(self._ordered()[start:stop])

    def every(self) -> Iterator[int]:
        """Yield all ids in the order asked for, without holding them."""
        return self._ordered().iterator(chunk_size=CHUNK)

    def _ordered(self) -> QuerySet[Any, int]:
        sort = self.filters.order
        matching = self._matching()
        if sort == "recurrence":
            matching = matching.with_recurrence(self.user)
        ordering = ORDERINGS.get(sort, ORDERINGS[DEFAULT_SORT])
        return matching.order_by(*ordering).values_list("pk", flat=True)

    def facets(self, *names: str) -> list[Facet]:
        """Count the facets ``names``, leaving out those with nothing to choose."""
        counted = [facet(name, self._count(name), self.asked) for name in names]
        return [one for one in counted if one.values]

    def _count(self, name: str) -> Iterable[Counted]:
        return COUNTERS[name](self._matching(without=name), getattr(self.filters, name), self.user)

    def _matching(self, without: str = "") -> RecordQuerySet:
        records = Record.objects.visible_to(self.user).order_by()
        for name, condition in self.conditions.items():
            if name not in (YEARS if without == DECADE else (without,)):
                records = records.filter(condition)
        return records

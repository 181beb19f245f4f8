"""What a Filters object finds for one reader: records, their number, and facets."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce

from lessons.models import Record
from lessons.models.records import RecordQuerySet

from .conditions import conditions
from .facets import Facet, facet
from .filters import DEFAULT_SORT, Filters

ORDERINGS: dict[str, tuple[Any, ...]] = {
    "title": ("title", "id"),
    "recent": (Coalesce("published_at", "updated_at").desc(), "-id"),
    "year": (F("year_from").asc(nulls_last=True), "title", "id"),
    "recurrence": ("-recurrence", "title", "id"),
}


class Found:
    """The answer to ``filters`` for ``user``, on a list of one ``kind`` or (empty) of all.

    Raises BadQuery for names that nothing bears.
    """

    def __init__(self, filters: Filters, user: Any, kind: str = "") -> None:
        self.asked = filters
        self.filters = filters.of_kind(kind)
        self.user = user
        self.conditions = conditions(self.filters, user)

    @cached_property
    def total(self) -> int:
        return self._matching().count()

    @property
    def records(self) -> RecordQuerySet:
        """The records in the order asked for."""
        sort = self.filters.sort or DEFAULT_SORT
        matching = self._matching()
        if sort == "recurrence":
            matching = matching.with_recurrence()
        return matching.order_by(*ORDERINGS[sort])

    def facets(self, *names: str) -> list[Facet]:
        """Count the facets ``names``, leaving out those with nothing to choose."""
        counted = [facet(name, self._matching(without=name), self.asked) for name in names]
        return [one for one in counted if one.values]

    def _matching(self, without: str = "") -> RecordQuerySet:
        records = Record.objects.visible_to(self.user).order_by()
        for name, condition in self.conditions.items():
            if name != without:
                records = records.filter(condition)
        return records

"""The desk's list: what any list can be asked for, and what only the desk asks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from lessons.models import Record
from lessons.models.desk import QUALITIES

from .filters import BadQuery, Filters
from .finder import Found
from .rows import in_order


@dataclass(frozen=True)
class DeskFilters:
    """The filters of all lists, with the weaknesses of records (any of them) and who is to work
    on them: ``me``, ``none`` or a user name."""

    filters: Filters = field(default_factory=Filters)
    quality: tuple[str, ...] = ()
    assigned: str = ""

    @classmethod
    def parse(cls, params: QueryDict) -> DeskFilters:
        """Read a query string; raises BadQuery as Filters do."""
        rest = params.copy()
        quality = [value for value in rest.pop("quality", []) if value]
        assigned = [value for value in rest.pop("assigned", []) if value]
        for value in quality:
            if value not in QUALITIES:
                raise BadQuery(
                    _("quality: “%(value)s” is not one of %(allowed)s.")
                    % {"value": value[:60], "allowed": ", ".join(QUALITIES)}
                )
        if len(assigned) > 1:
            raise BadQuery(_("“%(name)s” can be given only once.") % {"name": "assigned"})
        return cls(Filters.parse(rest), tuple(dict.fromkeys(quality)), "".join(assigned))

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters of its canonical query string."""
        own = [("quality", value) for value in self.quality]
        own += [("assigned", self.assigned)] if self.assigned else []
        return [*_pairs(self.filters), *own]

    def query(self) -> str:
        return urlencode(self.pairs())

    def with_(self, **changes: Any) -> DeskFilters:
        """Return a copy with ``changes`` of any parameter, back on its first page."""
        own = {name: changes.pop(name) for name in ("quality", "assigned") if name in changes}
        return replace(self, filters=self.filters.with_(**changes), **own)


def _pairs(filters: Filters) -> list[tuple[str, str]]:
    return [(name, value) for name, values in QueryDict(filters.query()).lists()
            for value in values]  # fmt: skip


class DeskFound:
    """What DeskFilters find for a person at the desk: the index orders, the database narrows.

    Raises BadQuery, SearchUnavailable and Building as Found does.
    """

    def __init__(self, asked: DeskFilters, user: Any) -> None:
        self.asked, self.user = asked, user
        self.found = Found(asked.filters, user)
        self.narrowing = self._narrowing() if asked.quality or asked.assigned else None

    @cached_property
    def total(self) -> int:
        return self.found.total if self.narrowing is None else len(self._narrowed)

    def ids(self, start: int = 0, stop: int | None = None) -> list[int]:
        """Return the ids from place ``start`` to before ``stop`` of the list in its order."""
        if self.narrowing is None:
            return self.found.ids(start, stop)
        return self._narrowed[start:stop]

    def records(self, start: int, stop: int) -> list[Record]:
        """Return a part of the list, with the people that its rows name."""
        rows = Record.objects.visible_to(self.user).select_related("created_by", "assigned_to")
        return in_order(rows, self.ids(start, stop))

    def codes(self, most: int) -> list[str]:
        """Return the codes of the first ``most`` records."""
        rows = Record.objects.visible_to(self.user).only("kind")
        return [record.code for record in in_order(rows, self.ids(0, most))]

    @cached_property
    def _narrowed(self) -> list[int]:
        kept = set(self.narrowing or ())
        return [pk for pk in self.found.ids() if pk in kept]

    def _narrowing(self) -> Any:
        records: Any = Record.objects.visible_to(self.user)
        if self.asked.quality:
            weak = (records.lacking(name).order_by() for name in self.asked.quality)
            any_of = reduce(or_, (Q(pk__in=one.values("pk")) for one in weak))
            records = records.filter(any_of)
        if self.asked.assigned:
            records = records.assigned_to(self._person())
        return records.order_by().values_list("pk", flat=True)

    def _person(self) -> Any:
        name = self.asked.assigned
        if name == "me":
            return self.user
        if name == "none":
            return None
        person = User.objects.filter(username=name).first()
        if person is None:
            raise BadQuery(
                _("%(name)s: there is no “%(value)s” here.")
                % {"name": "assigned", "value": name[:60]}
            )
        return person

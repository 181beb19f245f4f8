"""The query string of every list, as one object that page, export, feed and API share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.models.records import CODE
from lessons.models.vocabulary import Kind, Phase, Status

MAX_QUERY = 1000  # characters
MAX_VALUES = 100  # of one parameter
LAST_PAGE = 1_000_000

RELEVANCE = "relevance"
SORTS = {
    RELEVANCE: gettext_lazy("Relevance"),
    "title": gettext_lazy("Title"),
    "recent": gettext_lazy("Most recent"),
    "year": gettext_lazy("Year of the events"),
    "recurrence": gettext_lazy("Most often said"),
}
DEFAULT_SORT = "title"
DECADE = "decade"  # a facet that chooses by the two parameters of years
YEARS = ("year_from", "year_to")


class BadQuery(ValueError):
    """A query string that cannot be answered; the message says which part and what to do."""


def _matching(pattern: str, message: str) -> Callable[[str], str]:
    def clean(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise BadQuery(message % {"value": value[:60]})
        return value

    return clean


def _one_of(choices: Iterable[str]) -> Callable[[str], str]:
    allowed = list(choices)

    def clean(value: str) -> str:
        if value not in allowed:
            raise BadQuery(
                _("“%(value)s” is not one of %(allowed)s.")
                % {"value": value[:60], "allowed": ", ".join(allowed)}
            )
        return value

    return clean


def _text(value: str) -> str:
    if len(value) > MAX_QUERY:
        raise BadQuery(_("The search is longer than %(max)d characters.") % {"max": MAX_QUERY})
    if re.search("[\0\ud800-\udfff]", value):  # NUL, and halves of a pair
        raise BadQuery(_("The search holds a character that no text can hold."))
    return " ".join(value.split())


def _number(least: int, most: int) -> Callable[[str], int]:
    def clean(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise BadQuery(
                _("“%(value)s” is not a number from %(least)d to %(most)d.")
                % {"value": value[:60], "least": least, "most": most}
            )
        return int(value)

    return clean


_slug = _matching(r"[-\w]{1,120}", gettext_lazy("“%(value)s” is not a name this list knows."))  # type: ignore[arg-type]
_code = _matching(CODE.pattern, gettext_lazy("“%(value)s” is not a code such as A-3."))  # type: ignore[arg-type]
_country = _matching(r"[A-Z]{2,4}", gettext_lazy("“%(value)s” is not a country code such as RWA."))  # type: ignore[arg-type]

MANY: Mapping[str, Callable[[str], str]] = {
    "kind": _one_of(Kind.values),
    "theme": _slug,
    "tag": _slug,
    "actor": _code,
    "report": _slug,
    "country": _country,
    "phase": _one_of(Phase.values),
    "status": _one_of(Status.values),
}
ONE: Mapping[str, Callable[[str], Any]] = {
    "q": _text,
    "year_from": _number(1, 9999),
    "year_to": _number(1, 9999),
    "sort": _one_of(SORTS),
    "page": _number(1, LAST_PAGE),
}


@dataclass(frozen=True)
class Filters:
    """What is asked of a list: any-of within a parameter, all-of between them."""

    q: str = ""
    kind: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    report: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    status: tuple[str, ...] = ()
    sort: str = ""
    page: int = 1

    @classmethod
    def parse(cls, params: QueryDict) -> Filters:
        """Read a query string; raises BadQuery for what is unknown, malformed or repeated."""
        found: dict[str, Any] = {}
        for name, values in params.lists():
            given = [value for value in values if value != ""]
            if name in MANY:
                found[name] = _many(name, given)
            elif name in ONE:
                if given:
                    found[name] = _one(name, given)
            else:
                raise BadQuery(
                    _(
                        "“%(name)s” is not something this list can be asked for. "
                        "It knows: %(known)s."
                    )
                    % {"name": name[:60], "known": ", ".join(field.name for field in fields(cls))}
                )
        filters = cls(**found)
        if filters.year_from and filters.year_to and filters.year_from > filters.year_to:
            raise BadQuery(_("year_from is after year_to."))
        return filters

    @classmethod
    def from_string(cls, query: str) -> Filters:
        """Read a saved query such as ``theme=early-warning&sort=year``."""
        return cls.parse(QueryDict(query))

    def query(self) -> str:
        """Return the canonical query string, without what is at its default."""
        pairs: list[tuple[str, Any]] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                pairs += [
                    (field.name, v) for v in (value if isinstance(value, tuple) else (value,))
                ]
        return urlencode(pairs)

    def with_(self, **changes: Any) -> Filters:
        """Return a copy with ``changes``, back on its first page."""
        return replace(self, **{"page": 1, **changes})

    def of_kind(self, kind: str) -> Filters:
        """Return what is asked for on the list of one kind; raises BadQuery if it names another."""
        if kind and self.kind:
            raise BadQuery(_("kind: this list has one kind already; use /records/ to choose."))
        return replace(self, kind=(kind,)) if kind else self

    @property
    def decade(self) -> tuple[str, ...]:
        """The first year of the decade that is asked for, if the years are exactly one."""
        last = self.year_to or 0
        whole = last % 10 == 9 and self.year_from == max(1, last - 9)  # noqa: PLR2004
        return (str(last - 9),) if whole else ()

    def narrows(self, name: str) -> bool:
        """Whether anything is asked for that the facet ``name`` chooses."""
        return any(getattr(self, one) for one in (YEARS if name == DECADE else (name,)))

    def toggled(self, name: str, value: str) -> Filters:
        """Return a copy in which ``value`` of a repeatable parameter is switched, or a decade."""
        if name == DECADE:
            first = None if value in self.decade else int(value)
            years = (None, None) if first is None else (max(1, first), first + 9)
            return self.with_(**dict(zip(YEARS, years, strict=True)))
        values = getattr(self, name)
        kept = tuple(v for v in values if v != value)
        return self.with_(**{name: kept if value in values else (*values, value)})

    def without(self, name: str) -> Filters:
        """Return a copy that does not ask for ``name``."""
        default = next(field.default for field in fields(self) if field.name == name)
        return self.with_(**{name: default})

    @property
    def order(self) -> str:
        """How the list is ordered: as asked, else by relevance to words or by title."""
        if self.sort and (self.q or self.sort != RELEVANCE):
            return self.sort
        return RELEVANCE if self.q else DEFAULT_SORT

    @property
    def narrowed(self) -> bool:
        """Whether anything beyond kind, order and page is asked for."""
        return self.with_(kind=(), sort="") != Filters()


def _many(name: str, values: list[str]) -> tuple[str, ...]:
    if len(values) > MAX_VALUES:
        raise BadQuery(
            _("“%(name)s” is given more than %(max)d times.") % {"name": name, "max": MAX_VALUES}
        )
    try:
        return tuple(dict.fromkeys(MANY[name](value) for value in values))
    except BadQuery as error:
        raise BadQuery(f"{name}: {error}") from None


def _one(name: str, values: list[str]) -> Any:
    if len(values) > 1:
        raise BadQuery(_("“%(name)s” can be given only once.") % {"name": name})
    try:
        return ONE[name](values[0])
    except BadQuery as error:
        raise BadQuery(f"{name}: {error}") from None

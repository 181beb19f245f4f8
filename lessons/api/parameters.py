"""The query string of lists for the documentation: computed from what reads it (search.Filters)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from lessons.models import Kind, Status
from lessons.search import SORTS, BadQuery
from lessons.search.facets import NAMES
from lessons.search.filters import MAX_QUERY, MAX_VALUES

LIMIT = 100  # the most that one answer holds
USUAL = 50
MAY_BE_EMPTY = {"q", "cursor"}
SLUG = {"type": "string", "pattern": r"^[-\w]{1,120}$"}
YEAR = {"type": "integer", "minimum": 1, "maximum": 9999}
VALUES: Mapping[str, dict[str, Any]] = {
    "kind": {"type": "string", "enum": Kind.values},
    "theme": SLUG,
    "tag": SLUG,
    "actor": {"type": "string", "pattern": "^[Aa]-[1-9][0-9]{0,17}$"},
    "report": SLUG,
    "country": {"type": "string", "pattern": "^[A-Z]{2,4}$"},
    "status": {"type": "string", "enum": Status.values},
}
SINGLE: Mapping[str, dict[str, Any]] = {
    "q": {"type": "string", "maxLength": MAX_QUERY, "pattern": r"^[^\x00]*$"},
    "year_from": YEAR,
    "year_to": YEAR,
    "sort": {"type": "string", "enum": list(SORTS)},
}
MANY = f"At most {MAX_VALUES}; what an address can hold may be less"
MEANINGS = {
    "q": "Words anywhere in a record; “a phrase”, -without, this or that",
    "kind": "Any of these kinds",
    "theme": "Any of these themes, their narrower ones included",
    "tag": "Any of these tags",
    "actor": "Linked to any of these actors",
    "report": "Citing any of these reports",
    "country": "Any of these countries, ISO 3166-1 alpha-3",
    "year_from": "About this year or later",
    "year_to": "About this year or earlier",
    "status": "Other than published only for the desk",
    "sort": "The order; by relevance to words, else by title",
}
CURSOR = {
    "name": "cursor",
    "in": "query",
    "description": "Where to go on: from `next` of the answer before",
    "schema": {"type": "string", "maxLength": 400, "pattern": "^[A-Za-z0-9_-]*$"},
}
LIMITED = {
    "name": "limit",
    "in": "query",
    "description": "How many at once",
    "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT, "default": USUAL},
}
PAGING = [CURSOR, LIMITED]
COUNTING = [
    {
        "name": "count",
        "in": "query",
        "description": "Whether to count all that is found",
        "schema": {"type": "string", "enum": ["true", "false"], "default": "false"},
    },
    {
        "name": "facets",
        "in": "query",
        "description": "By what to count what is found, each as if nothing were chosen in it",
        "schema": {"type": "array", "items": {"type": "string", "enum": list(NAMES)}},
    },
]


def of_records(*without: str) -> list[dict[str, Any]]:
    """Return the parameters of a list of records, for OpenAPI."""
    many = {
        name: {"type": "array", "items": value, "description": MANY}
        for name, value in VALUES.items()
    }
    named = [
        {"name": name, "in": "query", "description": MEANINGS[name], "schema": schema}
        for name, schema in {**SINGLE, **many}.items()
        if name not in without
    ]
    return [*named, *PAGING, *COUNTING]


class Asked:
    """A query string taken apart: what is taken must be there once at most, and well formed.

    Every method raises BadQuery. Only forms send parameters without a value; a program that does
    has lost something.
    """

    def __init__(self, params: QueryDict) -> None:
        self.rest = params.copy()
        for name, values in params.lists():
            if "" in values and name not in MAY_BE_EMPTY:
                raise BadQuery(
                    _("%(name)s: give it a value or leave it out.") % {"name": name[:60]}
                )

    def one(self, name: str) -> str:
        """Take the value of ``name``; empty if it is not given."""
        values = self.rest.pop(name, [])
        if len(values) > 1:
            raise BadQuery(_("“%(name)s” can be given only once.") % {"name": name})
        return "".join(values)

    def number(self, name: str, usual: int, most: int) -> int:
        """Take a number from 1 to ``most``."""
        value = self.one(name)
        if not value:
            return usual
        if not (value.isascii() and value.isdecimal()) or not 1 <= int(value[:9]) <= most:
            raise BadQuery(
                _("%(name)s: “%(value)s” is not a number from 1 to %(most)d.")
                % {"name": name, "value": value[:60], "most": most}
            )
        return int(value)

    def limit(self) -> int:
        """Take how many are wanted at once."""
        return self.number("limit", USUAL, LIMIT)

    def flag(self, name: str) -> bool:
        """Take ``true`` or ``false``."""
        return _of(name, self.one(name) or "false", ("true", "false")) == "true"

    def several(self, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """Take the values of ``name``, each one of ``allowed``."""
        values = self.rest.pop(name, [])
        return tuple(dict.fromkeys(_of(name, value, allowed) for value in values))

    def nothing_else(self, *known: str) -> None:
        """Refuse what is left."""
        for name in self.rest:
            raise BadQuery(
                _("“%(name)s” is not something this list can be asked for. It knows: %(known)s.")
                % {"name": name[:60], "known": ", ".join(known)}
            )


def _of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadQuery(
            _("%(name)s: “%(value)s” is not one of %(allowed)s.")
            % {"name": name, "value": value[:60], "allowed": ", ".join(allowed)}
        )
    return value

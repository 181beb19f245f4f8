"""What narrows a list, beside it: facets, what is chosen already, and years."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from lessons.search import Facet, Filters, Found
from lessons.search.filters import DECADE

FACETS = ("theme", "actor", "tag", "report", "country", "phase", DECADE)
OPEN = {"kind", "theme", "status"}  # facets that stand open before anything is chosen in them


@dataclass(frozen=True)
class Choice:
    """A link that changes what the list is asked for."""

    label: str
    query: str
    selected: bool = False


def narrowing(found: Found, *, with_kind: bool, beside: str = "") -> dict[str, Any]:
    """Return what `records/narrow.html` and `records/chosen.html` show of a list.

    ``beside`` is what else the page was asked for, as a query, which every link keeps.
    """
    asked = found.asked
    facets = found.facets(*_names(found, with_kind))
    chosen = _chosen(asked, facets)
    if beside:
        for value in (value for facet in facets for value in facet.values):
            value.query = with_query(beside, value.query)
        chosen = [replace(one, query=with_query(beside, one.query)) for one in chosen]
    return {
        "filters": asked,
        "facets": [(facet, _stands_open(facet)) for facet in facets],
        "chosen": chosen,
        "kept": [*parse_qsl(beside), *_kept(asked)],
    }


def with_query(*queries: str) -> str:
    """Return queries as one."""
    return "&".join(filter(None, queries))


def _names(found: Found, with_kind: bool) -> tuple[str, ...]:
    names = ("kind", *FACETS) if with_kind else FACETS
    with_status = found.asked.status or found.user.has_perm("lessons.view_record")
    return (*names, "status") if with_status else names


def _stands_open(facet: Facet) -> bool:
    return facet.name in OPEN or any(value.selected for value in facet.values)


def _chosen(filters: Filters, facets: list[Facet]) -> list[Choice]:
    """Return a link for each thing asked for, which takes it away again."""
    values = [
        Choice(_named(facet.label, value.label), value.query)
        for facet in facets
        for value in facet.values
        if value.selected
    ]
    words = {"q": _("Words")}
    if not filters.decade:
        words |= {"year_from": _("From"), "year_to": _("To")}
    return values + [
        Choice(_named(label, getattr(filters, name)), filters.without(name).query())
        for name, label in words.items()
        if getattr(filters, name)
    ]


def _named(label: str, value: object) -> str:
    return _("%(label)s: %(value)s") % {"label": label, "value": value}


def _kept(filters: Filters) -> list[tuple[str, str]]:
    """Return what the form of years must send along."""
    rest = filters.with_(year_from=None, year_to=None)
    return parse_qsl(rest.query())

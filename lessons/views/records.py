"""Lists of records."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.models import Kind, Record
from lessons.models.records import CODE
from lessons.search import SORTS, Facet, Filters, Found
from lessons.search.filters import DECADE, RELEVANCE
from lessons.search.passages import FoundPassages

from .access import search_page
from .citation import cite_search
from .paging import Page

FACETS = ("theme", "actor", "tag", "report", "country", DECADE)
OPEN = {"kind", "theme", "status"}  # facets that stand open before anything is chosen in them


@dataclass(frozen=True)
class Choice:
    """A link that changes what the list is asked for."""

    label: str
    query: str
    selected: bool = False


@search_page
def index(request: HttpRequest, kind: str) -> HttpResponseBase:
    """List records, with the filters that narrow them; a code goes straight to its record."""
    asked = Filters.parse(request.GET)
    if CODE.fullmatch(asked.q) and Record.objects.with_code(asked.q).exists():
        return redirect("record", asked.q.upper())
    found = Found(asked, request.user, kind)
    asked = found.asked
    facets = found.facets(*_facet_names(request, kind, asked))
    page = Page.of(found.total, asked.page)
    chosen = _chosen(asked, facets)
    context = {
        "title": heading(kind),
        "kind": kind,
        "filters": asked,
        "query": asked.with_().query(),
        "saved_query": found.filters.with_().query(),
        "better": asked.with_(q=found.suggestion).query() if found.suggestion else "",
        "count_in_words": _count_in_words(found.total),
        "found": found,
        "passages_total": _passages_total(found),
        "marker": found.marker if found.words else None,
        "page": page,
        "rows": found.rows(page.start, page.stop),
        "facets": [(facet, _stands_open(facet)) for facet in facets],
        "chosen": chosen,
        "sorts": _sorts(asked),
        "kept": _kept(asked),
        "cite": cite_search(heading(kind), kind, asked, [one.label for one in chosen]),
        **page.links(asked),
    }
    return render(request, "records/list.html", context)


def heading(kind: str) -> str:
    """Return the title of a list, with a capital."""
    return Kind(kind).plural_label.capitalize() if kind else _("All records")


def _count_in_words(total: int) -> str:
    return ngettext("%(count)d record", "%(count)d records", total) % {"count": total}


def _passages_total(found: Found) -> int:
    """Return how many passages of the reports hold the same words, as the same index has them."""
    if not found.words:
        return 0
    return FoundPassages(found.filters.q, found.user, found.snapshot).total


def _facet_names(request: HttpRequest, kind: str, asked: Filters) -> tuple[str, ...]:
    names = FACETS if kind else ("kind", *FACETS)
    with_status = asked.status or request.user.has_perm("lessons.view_record")
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


def _sorts(filters: Filters) -> list[Choice]:
    current, usual = filters.order, filters.without("sort").order
    return [
        Choice(
            str(label),
            filters.with_(sort="" if name == usual else name).query(),
            name == current,
        )
        for name, label in SORTS.items()
        if name != RELEVANCE or filters.q
    ]


def _kept(filters: Filters) -> list[tuple[str, str]]:
    """Return what the form of years must send along."""
    rest = filters.with_(year_from=None, year_to=None)
    return parse_qsl(rest.query())

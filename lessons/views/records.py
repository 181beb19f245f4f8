"""Lists of records."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.models import Kind, Record
from lessons.models.records import CODE
from lessons.search import SORTS, Filters, Found
from lessons.search.filters import RELEVANCE
from lessons.search.passages import FoundPassages

from .access import search_page
from .citation import cite_search
from .narrowing import Choice, narrowing
from .paging import Page


@search_page
def index(request: HttpRequest, kind: str) -> HttpResponseBase:
    """List records, with the filters that narrow them; a code goes straight to its record."""
    asked = Filters.parse(request.GET)
    if CODE.fullmatch(asked.q) and Record.objects.with_code(asked.q).exists():
        return redirect("record", asked.q.upper())
    found = Found(asked, request.user, kind)
    asked = found.asked
    narrow = narrowing(found, with_kind=not kind)  # counts the total along
    page = Page.of(found.total, asked.page)
    context = {
        "title": heading(kind),
        "kind": kind,
        "query": asked.with_().query(),
        "saved_query": found.filters.with_().query(),
        "better": asked.with_(q=found.suggestion).query() if found.suggestion else "",
        "count_in_words": _count_in_words(found.total),
        "found": found,
        "passages_total": _passages_total(found),
        "marker": found.marker if found.words else None,
        "page": page,
        "rows": found.rows(page.start, page.stop),
        "sorts": _sorts(asked),
        "cite": cite_search(heading(kind), kind, asked, [one.label for one in narrow["chosen"]]),
        **narrow,
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

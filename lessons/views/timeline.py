"""Where and when: the years and countries that records speak of."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lessons.insights import timeline, years
from lessons.models import Kind
from lessons.search import BadQuery, Filters, Found
from lessons.search.selecting import selected

from .access import public_page
from .narrowing import narrowing


@public_page
def when_and_where(request: HttpRequest) -> HttpResponse:
    """Show the years that records speak of and those of their reports, and the countries."""
    found = asked_time(request)
    spans = years_of(found)
    context = {
        "title": _("Where and when"),
        "kinds": list(Kind),
        "years": [span for span in spans if span.total or span.reports],
        "picture": years.bars(spans, reverse("records", args=[""])) if spans else "",
        "countries": countries_of(found),
        **narrowing(found, with_kind=True),
    }
    return render(request, "insights/time.html", context)


def asked_time(request: HttpRequest) -> Found:
    """Return what is asked for; raises BadQuery for an order, which time itself has."""
    asked = Filters.parse(request.GET)
    if asked.sort:
        raise BadQuery(_("sort: this page has an order of its own."))
    return Found(asked, request.user)


def years_of(found: Found) -> list[timeline.Span]:
    """Return the years of what was found and of the reports it cites; both counted once."""

    def count() -> tuple[timeline.Events, Counter[int]]:
        records = selected(found.filters, found.user)
        return timeline.events(records), timeline.issues(records, found.user)

    return timeline.spans(*found.once("time", count), found.asked)


def countries_of(found: Found) -> list[timeline.Land]:
    """Return the countries that what was found speaks of, most often first."""
    values = [value for facet in found.facets("country") for value in facet.values]
    return timeline.lands(values, found.asked)

"""Reports: their list, and the reading view with what is cited in the margin."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lessons import citing
from lessons.models import Record, Report
from lessons.search import BadQuery, Filters, Found
from lessons.search.passages import FoundPassages

from .access import public_page, search_page
from .citation import cite_report
from .paging import Page
from .reading import Reading


@search_page
def index(request: HttpRequest) -> HttpResponse:
    """List the reports, or with ``?q=`` the passages of their text that hold these words."""
    filters = Filters.parse(request.GET)
    if filters.with_(q="") != Filters():
        raise BadQuery(_("The text of reports can be asked for q and page alone."))
    if filters.q:
        return _passages(request, filters)
    citing_records = Count(
        "passages__citations__record",
        filter=Q(passages__citations__record__in=Record.objects.visible_to(request.user)),
        distinct=True,
    )
    seen = Report.objects.visible_to(request.user)
    reports = seen.annotate(records=citing_records).prefetch_related("countries")
    return render(request, "reports/list.html", {"title": _("Reports"), "reports": reports})


def _passages(request: HttpRequest, filters: Filters) -> HttpResponse:
    found = FoundPassages(filters.q, request.user)
    page = Page.of(found.total, filters.page)
    context = {
        "title": _("Text of the reports"),
        "filters": filters,
        "found": found,
        "page": page,
        "marker": found.marker,
        "passages": found.passages(page.start, page.stop),
        "records_total": Found(Filters(q=filters.q), request.user).total,
        **page.links(filters),
    }
    return render(request, "reports/passages.html", context)


@public_page
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a page of a report's text, quotations highlighted; ``?cite=ID`` brings one forward."""
    one = get_object_or_404(Report.objects.visible_to(request.user), slug=slug)
    reading = Reading(one, request.GET, request.user)
    context = {
        "title": one.title,
        "report": one,
        "reference": citing.reference(one),
        "issued": citing.issued(one),
        "reading": reading,
        "passages": reading.passages,
        "sections": reading.sections,
        "cited": reading.asked.pk if reading.asked else None,
        "replaced": reading.replaced,
        "records": reading.records,
        "cite": cite_report(one, reverse("report_feed", args=[one.slug])),
        "whole_query": reading.query(whole=1),
        **reading.links,
    }
    return render(request, "reports/report.html", context)

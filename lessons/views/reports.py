"""Reports: their list, and the reading view with what is cited in the margin."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lessons import citing
from lessons.models import Citation, Passage, Record, Report
from lessons.search import BadQuery, Filters, Found
from lessons.search.passages import FoundPassages

from .access import public_page, search_page
from .citation import cite_report
from .marking import Segment, segments
from .paging import Page

MAX_DIGITS = 18  # of a citation's number; a longer one is no 64-bit integer


@dataclass(frozen=True)
class MarginNote:
    """A record beside a passage, with the numbers of its citations there."""

    record: Record
    ids: set[int]


@dataclass(frozen=True)
class ReadPassage:
    """A passage cut into segments, with the records that stand in its margin."""

    passage: Passage
    segments: list[Segment]
    margin: list[MarginNote]


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
    """Show a report's text, quotations highlighted; ``?cite=ID`` brings one of them forward.

    A quotation that was not found again is read in the text version that it was made of.
    """
    one = get_object_or_404(Report.objects.visible_to(request.user), slug=slug)
    asked = _asked_citation(request, one)
    version = asked.passage.text_version if asked else one.text_version
    citations = _citations_by_passage(one, version, request.user)
    passages = [_read(p, citations[p.pk]) for p in one.passages.filter(text_version=version)]
    context = {
        "title": one.title,
        "report": one,
        "reference": citing.reference(one),
        "issued": citing.issued(one),
        "passages": passages,
        "cited": asked.pk if asked else None,
        "replaced": version if version != one.text_version else None,
        "records": len({c.record_id for those in citations.values() for c in those}),
        "cite": cite_report(one, reverse("report_feed", args=[one.slug])),
    }
    return render(request, "reports/report.html", context)


def _citations_by_passage(one: Report, version: int, user: Any) -> dict[int, list[Citation]]:
    """Return what stands in a text version: in the one that is read, only what holds."""
    found = Citation.objects.filter(
        passage__report=one,
        passage__text_version=version,
        record__in=Record.objects.visible_to(user),
    )
    if version == one.text_version:
        found = found.holding()
    by_passage: dict[int, list[Citation]] = defaultdict(list)
    for citation in found.select_related("record").order_by("start", "end", "id"):
        by_passage[citation.passage_id].append(citation)
    return by_passage


def _asked_citation(request: HttpRequest, one: Report) -> Citation | None:
    """Return the citation asked for, if it is of this report and of a record that may be read."""
    asked = request.GET.get("cite")
    if asked is None:
        return None
    if not asked.isascii() or not asked.isdecimal() or len(asked) > MAX_DIGITS:
        raise BadQuery(
            _("cite: “%(value)s” is not the number of a citation.") % {"value": asked[:60]}
        )
    visible = Citation.objects.filter(
        passage__report=one, record__in=Record.objects.visible_to(request.user)
    )
    return visible.select_related("passage").filter(pk=int(asked)).first()


def _read(passage: Passage, citations: list[Citation]) -> ReadPassage:
    by_record: dict[int, MarginNote] = {}
    for citation in citations:
        note = by_record.setdefault(citation.record_id, MarginNote(citation.record, set()))
        note.ids.add(citation.pk)
    return ReadPassage(passage, segments(passage.text, citations), list(by_record.values()))

"""The workbench: a report's text beside its records, and the reports in work."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from lessons import coverage
from lessons.models import Report
from lessons.models.history import told
from lessons.search import BadQuery, Filters

from .access import desk_page
from .bench import Bench, bars

MARKS = ("read", "empty", "unread")
# What static/js/workbench.js listens to, as the page tells it.
KEYS = (
    (("j", "k"), gettext_lazy("next, previous passage")),
    (("s",), gettext_lazy("select the next sentence")),
    (("⇧", "s"), gettext_lazy("select one sentence more")),
    (("⇧", "→"), gettext_lazy("select word by word; Shift and left takes one back")),
    (("l", "f", "a", "m"), gettext_lazy(
        "new lesson, failure, actor, recommendation from the selection, "
        "or from a sentence of the passage"
    )),
    (("c",), gettext_lazy("cite it in an existing record")),
    (("r", "e"), gettext_lazy("read; nothing here")),
    (("Esc",), gettext_lazy("close the form, back to the passage")),
)  # fmt: skip
NUMBERS = re.compile(r"[0-9]{1,9}(?: [0-9]{1,9}){0,199}")


@desk_page
def index(request: HttpRequest) -> HttpResponse:
    """List the reports with how far each is read and what is left."""
    found = coverage.coverage()
    figures = [(one, found.get(one.pk, coverage.Coverage())) for one in Report.objects.all()]
    figures.sort(key=lambda pair: -pair[1].left)
    reports = [(one, figure, bars(figure)) for one, figure in figures]
    context = {"title": _("Reports in work"), "reports": reports}
    return render(request, "workbench/list.html", context)


@desk_page
def workbench(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a page of a report's text beside its records; ``?passage=`` is the page it stands on.

    ``q`` and ``kind`` narrow the records.
    """
    params = request.GET.copy()
    focus = _number(params.pop("passage", [""])[-1])
    act = params.pop("act", [""])[-1]
    filters = Filters.parse(params)
    if filters.with_(q="", kind=()) != Filters():
        raise BadQuery(_("The workbench can be asked for q, kind, page and passage alone."))
    report = get_object_or_404(Report, slug=slug)
    return show(request, Bench(report, filters, request.user, focus), act=act)


def _number(asked: str) -> int | None:
    if asked and not re.fullmatch("[0-9]{1,9}", asked):
        raise BadQuery(_("passage: “%(value)s” is not a number.") % {"value": asked[:60]})
    return int(asked) if asked else None


def show(request: HttpRequest, bench: Bench, **more: Any) -> HttpResponse:
    """Render the workbench, with a ``panel`` (a template) open beside the text if one is given."""
    title = _("Workbench: %(report)s") % {"report": bench.report.title}
    about = {"title": title, "bench": bench, "report": bench.report, "bench_keys": KEYS}
    context = {**about, **bench.links(), **more}
    return render(request, "workbench/workbench.html", context)


@desk_page
@require_POST
def readings(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Mark the passages whose numbers stand in ``read``, ``empty`` or ``unread``."""
    report = get_object_or_404(Report, slug=slug)
    state = next((name for name in MARKS if name in request.POST), "")
    numbers = request.POST.get(state, "")
    if not NUMBERS.fullmatch(numbers):
        raise BadQuery(_("Say which passages are read."))
    ordinals = [int(number) for number in numbers.split()]
    passages = list(report.passages.current().filter(ordinal__in=ordinals))
    with told("read", by=request.user) as act:
        if state == "unread":
            coverage.unmark(passages, by=request.user)
        else:
            coverage.mark_read(passages, state, by=request.user)
    messages.success(request, _said(state, ordinals))
    return back(report, ordinals[0], act)


def _said(state: str, ordinals: list[int]) -> str:
    if state == "unread":
        return _("Passage %(number)d is no longer marked by you.") % {"number": ordinals[0]}
    if len(ordinals) > 1:
        return ngettext(
            "%(count)d passage is marked as read.",
            "%(count)d passages are marked as read.",
            len(ordinals),
        ) % {"count": len(ordinals)}
    if state == "empty":
        return _("Passage %(number)d: nothing here.") % {"number": ordinals[0]}
    return _("Passage %(number)d is marked as read.") % {"number": ordinals[0]}


def back(report: Report, ordinal: int, act: str) -> HttpResponseRedirect:
    """Go back to a passage of the workbench; ``act`` is what can be undone there."""
    address = reverse("workbench", args=[report.slug])
    return HttpResponseRedirect(f"{address}?passage={ordinal}&act={act}#p-{ordinal}")

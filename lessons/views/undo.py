"""Undoing an act: what it would put back, and doing it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from lessons import history, jobs
from lessons.models import Record
from lessons.models.history import VERBS

from .access import desk_page

SHOWN = 20  # rows told one by one; the rest is counted


@dataclass(frozen=True)
class Line:
    """What becomes of one row."""

    name: str
    what: str
    differences: list[history.Difference]


@desk_page
def page(request: HttpRequest, act: str) -> HttpResponseBase:
    """Show what undoing ``act`` would put back; POST undoes it and leads on to ``next``."""
    try:
        about, changes = history.extent(act)
        if sum(changes.values()) > history.AT_ONCE:
            return _by_a_worker(request, about, changes)
        undoing = history.preview(act)
    except ValidationError as error:
        raise Http404(str(error)) from error
    if request.method == "POST":
        try:
            history.undo(act, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Undone."))
            return redirect(_onward(request, undoing))
    refused = request.method == "POST"
    context = {
        **_about(undoing.act),
        "counts": _counts(undoing),
        "lines": [_line(change) for change in islice(undoing.changes, SHOWN)],
        "rest": max(0, len(undoing.changes) - SHOWN),
        "refusals": undoing.refusals,
        "next": _onward(request, undoing),
    }
    return render(request, "curate/undo.html", context, status=409 if refused else 200)


def _by_a_worker(
    request: HttpRequest, act: history.Act, changes: dict[Any, int]
) -> HttpResponseBase:
    """Say how much there is to undo, without reading all of it; POST lets a worker undo it."""
    if request.method == "POST":
        title = _("Undoing: %(what)s") % {"what": _about(act)["what"]}
        return redirect(jobs.start("undo", by=request.user, title=title, act=act.name))
    counts = [
        (_called(model, number), _("put back as before"), number)
        for model, number in changes.items()
    ]
    context = {
        **_about(act), "counts": counts, "lines": [], "rest": 0, "refusals": [],
        "next": reverse("home"),
    }  # fmt: skip
    return render(request, "curate/undo.html", context)


def _about(act: history.Act) -> dict[str, Any]:
    people = User.objects.filter(pk__in=act.people)
    return {
        "title": _("Undo"),
        "act": act,
        "what": VERBS.get(act.verb, _("changed")),
        "people": ", ".join(str(person) for person in people),
    }


def _onward(request: HttpRequest, undoing: history.Undoing) -> str:
    """Return where to go then: ``next`` if it is ours, else the one record touched, or home."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure()):
        return asked
    records = Record.objects.filter(pk__in=undoing.records)[:2]
    return records[0].get_absolute_url() if len(records) == 1 else reverse("home")


def _counts(undoing: history.Undoing) -> list[tuple[str, str, int]]:
    counted = Counter((change.model, _what(change)) for change in undoing.changes)
    return [(_called(model, number), what, number) for (model, what), number in counted.items()]


def _called(model: Any, number: int) -> str:
    return str(model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural)


def _what(change: history.Change) -> str:
    if change.before is None:
        return _("taken away again")
    return _("set back") if change.after else _("brought back")


def _line(change: history.Change) -> Line:
    differences = []
    if change.model is Record and change.before and change.after:
        record = Record(pk=change.pk, kind=change.before["kind"])
        old, new = history.State(change.after, {}), history.State(change.before, {})
        differences = history.Reader(record, history.Names([old, new])).compare(old, new)
    return Line(history.name_of(change), _what(change), differences)

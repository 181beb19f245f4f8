"""Many records at once: choose, see what would happen, do it, and undo it."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models.fields.json import KeyTextTransform
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessons import bulk
from lessons.forms.desk import BulkForm
from lessons.models import Record
from lessons.search.desk import DeskFilters, DeskFound

from .access import desk_page


@desk_page
@require_POST
def preview(request: HttpRequest) -> HttpResponseBase:
    """Show what an action would do to the chosen records, or ask first for what it needs."""
    data = request.POST.copy()
    if "codes" not in data:
        data["codes"] = " ".join(_chosen(request))
    form = BulkForm(data)
    if not str(data["codes"]).strip() or form.chosen is None:
        messages.error(request, _("Choose at least one record, and what is to be done."))
        return _back(data.get("query", ""))
    try:
        context = form.page(by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _back(data.get("query", ""))
    return render(request, "curate/bulk.html", context)


def _chosen(request: HttpRequest) -> list[str]:
    """Return the codes that are ticked, or those of all that the list has found."""
    if request.POST.get("scope") != "all":
        return request.POST.getlist("record")
    asked = DeskFilters.parse(QueryDict(request.POST.get("query", "")))
    return DeskFound(asked, request.user).codes(bulk.MOST + 1)


def _back(query: str) -> HttpResponseBase:
    address = reverse("desk_records")
    return redirect(f"{address}?{query}" if query else address)


@desk_page
@require_POST
def perform(request: HttpRequest) -> HttpResponseBase:
    """Do what was shown, as one act; name what had to be left out."""
    form = BulkForm(request.POST)
    if form.chosen is None or not form.is_valid():
        messages.error(request, _("Choose the records again."))
        return _back(request.POST.get("query", ""))
    try:
        outcome = bulk.perform(
            form.chosen, form.cleaned_data["versions"], form.argument, by=request.user
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _back(form.cleaned_data["query"])
    _tell_left_out(request, outcome)
    if not outcome.changed:
        return _back(form.cleaned_data["query"])
    return redirect("act", outcome.act)


def _tell_left_out(request: HttpRequest, outcome: bulk.Outcome) -> None:
    codes = defaultdict(list)
    for line in outcome.refused:
        codes[line.refusal].append(line.code)
    for refusal, named in codes.items():
        text = _("Left out: %(codes)s. %(reason)s")
        messages.warning(request, text % {"codes": ", ".join(named), "reason": refusal})


@desk_page
def act(request: HttpRequest, act: str) -> HttpResponseBase:
    """Show what one act did to records; whoever regrets it undoes it from here."""
    events = Record.pgh_event_model.objects.annotate(  # type: ignore[attr-defined]
        act=KeyTextTransform("act", "pgh_context__metadata")
    )
    found = list(events.filter(act=act).select_related("pgh_context").order_by("pgh_id"))
    if not found:
        raise Http404
    there = Record.objects.in_bulk({event.pgh_obj_id for event in found})
    about = found[0].pgh_context.metadata
    chosen = bulk.ACTIONS.get(about.get("verb", "").replace(" ", "_"))
    context = {
        "title": chosen.label if chosen else _("One act"),
        "act": act,
        "reason": about.get("reason", ""),
        "at": found[0].pgh_created_at,
        "records": sorted(there.values(), key=lambda record: record.pk),
    }
    return render(request, "curate/act.html", context)

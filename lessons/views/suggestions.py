"""Suggestions at the desk: reports with what waits, and deciding one after the other.

With htmx a decision brings back its own card alone; without, the page again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessons import suggestions
from lessons.forms.quoting import new_record_form
from lessons.models import Kind, Record, Report, Suggestion, SuggestionState
from lessons.models.history import told
from lessons.search import BadQuery
from lessons.search.duplicates import near_duplicates
from lessons.suggesting import KNOWN

from .access import desk_page
from .acting import back

SHOWN = 20  # on a page: more than a minute's work
ALIKE = 3  # near-duplicates shown of each
DEFAULT_ORDER = "strength"
ORDERS = {"strength": gettext_lazy("strongest first"), "place": gettext_lazy("as read")}
NUMBER = re.compile("[0-9]{1,9}")
# What static/js/suggestions.js listens to, as the page tells it.
KINDS_BY_KEY = {"l": Kind.LESSON, "f": Kind.FAILURE, "c": Kind.ACTOR, "m": Kind.RECOMMENDATION}
KEYS = (
    (("a",), gettext_lazy("accept")), (("e",), gettext_lazy("edit, then accept")),
    (("r",), gettext_lazy("reject")), (("u",), gettext_lazy("undo the last decision")),
    (("j", "k"), gettext_lazy("next, previous")),
    (tuple(KINDS_BY_KEY), gettext_lazy("it is a lesson, failure, actor, recommendation")),
)  # fmt: skip


@dataclass(frozen=True)
class Card:
    """A suggestion with what may say the same; ``act`` is what decided it, to be undone."""

    suggestion: Suggestion
    kind: Kind
    alike: Sequence[tuple[Record, int]] = ()
    refusals: Sequence[str] = ()
    act: str = ""

    @property
    def known(self) -> bool:
        return self.suggestion.cue == KNOWN

    @property
    def percent(self) -> int:
        """The score as a share of a hundred."""
        return round(100 * self.suggestion.score)

    @property
    def kinds(self) -> list[tuple[str, Kind, bool]]:
        """Key and kind to choose from, and whether it is the one chosen."""
        return [(key, kind, kind == self.kind) for key, kind in KINDS_BY_KEY.items()]


@dataclass(frozen=True)
class Asked:
    """What the address asks for: one kind, an order, a suggestion to begin with."""

    kind: str = ""
    order: str = DEFAULT_ORDER
    at: int | None = None

    @classmethod
    def of(cls, params: Any) -> Asked:
        """Read the query; raises BadQuery for what is not understood."""
        unknown = set(params) - {"kind", "order", "at"}
        kind, order = params.get("kind", ""), params.get("order", DEFAULT_ORDER)
        at = params.get("at", "")
        if unknown or (kind and kind not in Kind.values) or order not in ORDERS:
            raise BadQuery(_("Suggestions can be asked for kind and order alone."))
        if at and not NUMBER.fullmatch(at):
            raise BadQuery(_("at: “%(value)s” is not a number.") % {"value": at[:60]})
        return cls(kind, order, int(at) if at else None)

    def query(self, **changes: Any) -> str:
        """Return the query that asks for this, with ``changes``, as short as it can be."""
        asked = {"kind": self.kind, "order": self.order, **changes}
        shown = {k: v for k, v in asked.items() if v and (k, v) != ("order", DEFAULT_ORDER)}
        return f"?{urlencode(shown)}" if shown else "?"


@desk_page
def index(request: HttpRequest) -> HttpResponse:
    """List the reports with how many suggestions wait and are decided."""
    now = Q(passages__suggestions__state=SuggestionState.WAITING) & Q(
        passages__text_version=F("text_version")
    )
    done = Q(passages__suggestions__decided_at__isnull=False)
    reports = Report.objects.annotate(
        waiting=Count("passages__suggestions", filter=now),
        decided=Count("passages__suggestions", filter=done),
    ).order_by("-waiting", "-issued", "title")
    return render(
        request, "suggestions/index.html", {"title": _("Suggestions"), "reports": reports}
    )


@desk_page
def review(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show what waits in a report; a post looks for suggestions in it."""
    report = get_object_or_404(Report, slug=slug)
    if request.method == "POST":
        return _looked(request, report)
    asked = Asked.of(request.GET)
    waiting = suggestions.open_to(request.user, report)
    counts = dict(waiting.order_by().values_list("kind").annotate(Count("pk")))
    shown = waiting.filter(kind=asked.kind) if asked.kind else waiting
    ordered = shown.strongest_first() if asked.order == DEFAULT_ORDER else shown.as_read()
    context = {
        "title": _("Suggestions: %(report)s") % {"report": report.title},
        "cards": _cards(_page(ordered, waiting, asked), request.user),
        "kinds": [(kind, counts.get(kind, 0), asked.query(kind=kind.value)) for kind in Kind],
        "orders": [(name, label, asked.query(order=name)) for name, label in ORDERS.items()],
        "all_query": asked.query(kind=""),
        "asked": asked,
        "here": f"{request.path}{asked.query()}",
        "suggestion_keys": KEYS,
        **_counts(request.user, report),
    }
    return render(request, "suggestions/review.html", context)


def _page(ordered: Any, waiting: Any, asked: Asked) -> list[Suggestion]:
    """Return the first of what waits, that which was asked for before all others."""
    rows = list(ordered.select_related("passage__report")[:SHOWN])
    first = [one for one in rows if one.pk == asked.at]
    if asked.at and not first:
        first = list(waiting.select_related("passage__report").filter(pk=asked.at))
    return [*first, *(one for one in rows if one.pk != asked.at)]


def _counts(user: Any, report: Report) -> dict[str, Any]:
    decided = Suggestion.objects.of(report).decided()
    return {
        "report": report,
        "left": suggestions.open_to(user, report).count(),
        "decided": decided.count(),
    }


def _looked(request: HttpRequest, report: Report) -> HttpResponseBase:
    found = suggestions.look(report, by=request.user)
    said = ngettext("%(count)d new suggestion.", "%(count)d new suggestions.", found.new)
    messages.success(request, said % {"count": found.new})
    for warning in found.warnings:
        messages.warning(request, warning)
    return redirect("suggestions", report.slug)


def _cards(rows: Sequence[Suggestion], user: Any) -> list[Card]:
    """Return the suggestions with the records that may say the same, in two queries for all."""
    drafts = [
        Record(kind=one.kind, language=one.passage.report.language, **_words(one)) for one in rows
    ]
    alike = near_duplicates(drafts, user) if drafts else []
    ids = {one.other for found in alike for one in found[:ALIKE]}
    records = Record.objects.visible_to(user).in_bulk(ids)
    return [
        Card(
            row,
            Kind(row.kind),
            [
                (records[one.other], round(100 * one.similarity))
                for one in found[:ALIKE]
                if one.other in records
            ],
        )
        for row, found in zip(rows, alike, strict=True)
    ]


def _words(one: Suggestion) -> dict[str, str]:
    given = suggestions.defaults(one, one.kind)
    return {"title": given["title"], "statement": given["statement"]}


# One suggestion


@desk_page
def suggestion(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show a suggestion to be edited; a post accepts, edits or rejects it."""
    rows = Suggestion.objects.select_related("passage__report")
    one = get_object_or_404(rows, pk=number)
    if request.method != "POST":
        return _edit(request, one, _kind(request.GET, one))
    does: dict[str, Callable[[HttpRequest, Suggestion], HttpResponseBase]] = {
        "accept": _accept, "reject": _reject, "edit": _to_edit, "save": _save, "show": _show,
    }  # fmt: skip
    do = does.get(request.POST.get("do", ""))
    if do is None:
        raise BadQuery(_("do: this is not something a suggestion can be asked for."))
    return do(request, one)


def _kind(params: Any, one: Suggestion) -> Kind:
    asked = params.get("kind", one.kind)
    if asked not in Kind.values:
        raise BadQuery(_("kind: “%(value)s” is none.") % {"value": asked[:60]})
    return Kind(asked)


def _accept(request: HttpRequest, one: Suggestion) -> HttpResponseBase:
    kind = _kind(request.POST, one)
    return _decided(
        request, one, "accept suggestion",
        lambda: suggestions.accept(one, by=request.user, kind=kind), kind,
    )  # fmt: skip


def _reject(request: HttpRequest, one: Suggestion) -> HttpResponseBase:
    return _decided(
        request, one, "reject suggestion", lambda: suggestions.reject(one, by=request.user)
    )


def _decided(
    request: HttpRequest,
    one: Suggestion,
    verb: str,
    do: Callable[[], Any],
    kind: Kind | None = None,
) -> HttpResponseBase:
    try:
        with transaction.atomic(), told(verb, by=request.user) as act:
            do()
    except (ValidationError, PermissionDenied) as error:
        refusals = getattr(error, "messages", [str(error)])
        return _refused(request, one, Card(one, kind or Kind(one.kind), refusals=refusals))
    return _answer(request, one, act)


def _answer(request: HttpRequest, one: Suggestion, act: str) -> HttpResponseBase:
    """Tell what was decided, with a way to undo it."""
    one.refresh_from_db()
    if _by_htmx(request):
        card = Card(one, Kind(one.decided_kind or one.kind), act=act)
        counts = _counts(request.user, one.passage.report)
        return render(
            request, "suggestions/decided.html", {"card": card, "by_htmx": True, **counts}
        )
    said = {"text": _said(one), "act": act}
    messages.success(request, render_to_string("curate/done.html", said, request))
    return back(request, reverse("suggestions", args=[one.passage.report.slug]))


def _said(one: Suggestion) -> str:
    if one.record:
        return _("%(code)s “%(title)s” rests on it now.") % {
            "code": one.record.code,
            "title": one.record.title,
        }
    return _("Rejected: “%(words)s”") % {"words": one.exact[:200]}


def _refused(request: HttpRequest, one: Suggestion, card: Card) -> HttpResponseBase:
    if _by_htmx(request):
        return render(request, "suggestions/card.html", {"card": card, "report": _report(one)})
    for refusal in card.refusals:
        messages.error(request, refusal)
    return back(request, reverse("suggestions", args=[one.passage.report.slug]))


def _report(one: Suggestion) -> Report:
    return one.passage.report


def _by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _show(request: HttpRequest, one: Suggestion) -> HttpResponseBase:
    """Give the card back: its editing was given up."""
    if not _by_htmx(request):
        return back(request, reverse("suggestions", args=[one.passage.report.slug]))
    (card,) = _cards([one], request.user)
    return render(request, "suggestions/card.html", {"card": card, "report": _report(one)})


# Editing before accepting


def _to_edit(request: HttpRequest, one: Suggestion) -> HttpResponseBase:
    kind = _kind(request.POST, one)
    if _by_htmx(request):
        return _edit(request, one, kind)
    return redirect(f"{reverse('suggestion', args=[one.pk])}?kind={kind.value}")


def _edit(request: HttpRequest, one: Suggestion, kind: Kind, form: Any = None) -> HttpResponse:
    if form is None:
        form = new_record_form(kind)(initial=suggestions.defaults(one, kind))
    context = {
        "title": _("New %(kind)s from a suggestion") % {"kind": kind.label},
        "card": Card(one, kind),
        "form": form,
        "report": _report(one),
    }
    template = "suggestions/editing.html" if _by_htmx(request) else "suggestions/edit.html"
    return render(request, template, context)


def _save(request: HttpRequest, one: Suggestion) -> HttpResponseBase:
    kind = _kind(request.POST, one)
    form = new_record_form(kind)(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic(), told("accept suggestion", by=request.user) as act:
                suggestions.accept(one, by=request.user, kind=kind, fields=form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return _answer(request, one, act)
    return _edit(request, one, kind, form)

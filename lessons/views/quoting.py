"""Quoting at the workbench: choosing words of a passage, a new record from them, or one more
citation of an existing record.

The words come by POST as well as GET, since a whole paragraph may be too long for an address.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from lessons import evidence, quoting
from lessons.forms.quoting import QuotationForm, new_record_form
from lessons.models import Kind, Passage, Record
from lessons.models.history import told
from lessons.permissions import editable_statuses
from lessons.search import Filters
from lessons.search.naming import named

from .access import desk_page
from .bench import Bench
from .workbench import back, show

CITE = "cite"


@desk_page
def choose(request: HttpRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """Offer the sentences of a passage, and what can be made of them."""
    passage = _passage(slug, ordinal)
    return _choice(request, passage, QuotationForm(passage), request.GET.get("for", ""))


def _choice(
    request: HttpRequest, passage: Passage, form: QuotationForm, wanted: str
) -> HttpResponse:
    """Ask for the words; what was ``wanted`` of them is the first thing offered."""
    kinds = sorted(Kind, key=lambda kind: kind != wanted)
    return _open(request, passage, "choose", form=form, kinds=kinds, cite_first=wanted == CITE)


def _open(request: HttpRequest, passage: Passage, panel: str, **more: Any) -> HttpResponse:
    bench = Bench(passage.report, Filters(), request.user, passage.ordinal)
    template = f"workbench/{panel}.html"
    return show(request, bench, panel=template, passage=passage, **more)


@desk_page
def new(request: HttpRequest, slug: str, ordinal: int, kind: str) -> HttpResponseBase:
    """Write a draft that rests on words of a passage."""
    if kind not in Kind.values:
        raise Http404
    passage = _passage(slug, ordinal)
    quotation = QuotationForm(passage, request.POST or request.GET)
    if not quotation.is_valid() or not quotation.anchor:
        return _choice(request, passage, quotation, kind)
    initial = {"origin": "stated"}
    typed = request.POST if "title" in request.POST else None
    form = new_record_form(kind)(typed, initial=initial)
    if form.is_valid():
        try:
            with told("quote", by=request.user) as act:
                record = quoting.quote(
                    passage, quotation.anchor.exact, kind, by=request.user,
                    start=quotation.anchor.start, language=passage.report.language,
                    **form.cleaned_data,
                )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _done(request, passage, record, act)
    return _open(request, passage, "new", form=form, anchor=quotation.anchor, kind=Kind(kind))


@desk_page
def cite(request: HttpRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """Let an existing record rest on words of a passage too."""
    passage = _passage(slug, ordinal)
    quotation = QuotationForm(passage, request.POST or request.GET)
    if not quotation.is_valid() or not quotation.anchor:
        return _choice(request, passage, quotation, CITE)
    refusals: list[str] = []
    if "record" in request.POST:
        try:
            record = _asked(request)
            with told("cite", by=request.user) as act:
                evidence.cite(
                    record, passage, quotation.anchor.exact, by=request.user,
                    start=quotation.anchor.start,
                )  # fmt: skip
        except ValidationError as error:
            refusals = error.messages
        except PermissionDenied as error:
            refusals = [str(error)]
        else:
            return _done(request, passage, record, act)
    more = {"anchor": quotation.anchor, "refusals": refusals}
    return _open(request, passage, "cite", **more, **_offered(request))


def _asked(request: HttpRequest) -> Record:
    records = Record.objects.visible_to(request.user).with_code(request.POST.get("record", ""))
    record = records.first()
    if record is None:
        raise ValidationError(_("Choose the record that rests on these words too."))
    return record


@desk_page
def citable(request: HttpRequest) -> HttpResponse:
    """Offer the records that the person may change and that ``q`` finds, as a part of a page."""
    return render(request, "workbench/candidates.html", _offered(request))


def _offered(request: HttpRequest) -> dict[str, Any]:
    asked = (request.POST or request.GET).get("q", "")
    filters = Filters.from_string(urlencode({"q": asked}))
    return {"q": filters.q, "candidates": candidates(filters.q, request.user)}


def candidates(words: str, user: Any) -> list[Record]:
    """Return the records that ``user`` may change and that best fit a code or ``words``."""
    return named(words, user, states=editable_statuses(user))


def _passage(slug: str, ordinal: int) -> Passage:
    passages = Passage.objects.current().select_related("report")
    return get_object_or_404(passages, report__slug=slug, ordinal=ordinal)


def _done(request: HttpRequest, passage: Passage, record: Record, act: str) -> HttpResponseBase:
    said = _("%(code)s “%(title)s” rests on passage %(number)d.")
    about = {"code": record.code, "title": record.title, "number": passage.ordinal}
    messages.success(request, said % about)
    return back(passage.report, passage.ordinal, act)

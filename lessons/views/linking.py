"""Adding a link from a record's page, by typing what it leads to, and taking one away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessons import curation
from lessons.forms.links import AddLinkForm
from lessons.models import Link, Record
from lessons.permissions import may_edit
from lessons.search.naming import named

from .access import desk_page
from .acting import attempt, back, perform


@dataclass(frozen=True)
class Linking:
    """How far the adding of a link from ``record`` has come: words typed, other end chosen."""

    record: Record
    words: str = ""
    found: Iterable[Record] = field(default_factory=tuple)
    form: AddLinkForm | None = None

    @property
    def mergeable(self) -> bool:
        """Whether the two could be one."""
        return self.form is not None and self.form.other.kind == self.record.kind


@desk_page
def link(request: HttpRequest, code: str) -> HttpResponseBase:
    """Name the other end by typing, say how the two are linked, and save it.

    The record's page puts this in its place piece by piece; without a script it is a page.
    """
    record = _record(code)
    if not may_edit(request.user, record):
        raise PermissionDenied
    linking = _step(request, record)
    form = linking.form
    if form is not None and request.method == "POST" and form.is_valid() and _saved(request, form):
        return redirect(f"{record.get_absolute_url()}#links")
    context = {"title": _("Add a link"), "record": record, "linking": linking, "can_edit": True}
    return render(request, "curate/link.html", context)


def _record(code: str) -> Record:
    record = Record.objects.with_code(code).filter(merged_into=None).first()
    if record is None:
        raise Http404
    return record


def _step(request: HttpRequest, record: Record) -> Linking:
    asked = request.POST or request.GET
    if "other" in asked:
        other = _record(asked["other"])
        return Linking(record, form=AddLinkForm(record, other, request.POST or None))
    words = asked.get("q", "").strip()
    return Linking(record, words, named(words, request.user, but=record) if words else ())


def _saved(request: HttpRequest, form: AddLinkForm) -> bool:
    one = form.link()
    done = _("%(code)s is linked to %(other)s.") % {
        "code": form.record.code,
        "other": form.other.code,
    }
    try:
        perform(request, "link", lambda: curation.save_link(one, by=request.user), done)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True


@desk_page
@require_POST
def unlink(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a link away and go back to the record it was seen on."""
    one = get_object_or_404(Link.objects.select_related("source", "target"), pk=pk)
    done = _("%(code)s is no longer linked to %(other)s.") % {
        "code": one.source.code,
        "other": one.target.code,
    }
    attempt(request, "unlink", lambda: curation.unlink(one, by=request.user), done)
    return back(request, one.source.get_absolute_url())

"""How a record came to say what it says: its versions, what differs, and the way back to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessons import history
from lessons.models import PublicEvent, Record, Status
from lessons.models.history import VERBS
from lessons.permissions import may_edit
from lessons.search import BadQuery

from .access import desk_page, public_page
from .record import at_the_desk, readable

NUMBER_DIGITS = 6


@dataclass(frozen=True)
class Entry:
    """A version as its reader meets it."""

    version: history.Version
    what: str
    who: str
    differences: list[history.Difference]
    is_whole: bool


class RestoreForm(forms.Form):
    """Why a record returns to an earlier version, and from which version it was decided."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("For whoever reads the history."),
    )
    read_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    leaving_out = forms.BooleanField(
        label=gettext_lazy("Restore the rest, without what is gone"), required=False
    )


@public_page
def page(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show a record's versions, newest first, or with ``from`` and ``to`` what differs in two.

    The desk sees every version with names and reasons; everyone else what has been public.
    """
    record, desk = readable(request, code), at_the_desk(request)
    if record.merged_into and not desk:
        return redirect("record", record.merged_into.code, permanent=True)
    if record.status == Status.WITHDRAWN and not desk:
        return render(request, "records/withdrawn.html", {"record": record}, status=410)
    found, reader = _read(record, desk)
    asked = _asked(request, len(found))
    context = {
        "record": record,
        "title": _("History of %(code)s") % {"code": record.code},
        "entries": [_entry(version, reader) for version in reversed(found)],
        "count_in_words": ngettext("%(count)d version", "%(count)d versions", len(found))
        % {"count": len(found)},
        "desk": desk,
        "can_edit": may_edit(request.user, record) and not record.merged_into,
        "asked": asked,
    }
    if asked:
        old, new = (found[number - 1].state for number in asked)
        context["compared"] = reader.compare(old, new)
    return render(request, "records/history.html", context)


def _read(record: Record, desk: bool) -> tuple[list[history.Version], history.Reader]:
    found = history.versions(record)
    people = {version.user for version in found if version.user}
    names = history.Names((version.state for version in found), people if desk else ())
    reader = history.Reader(record, names, desk)
    return (found if desk else history.public_versions(found, reader)), reader


def _asked(request: HttpRequest, last: int) -> tuple[int, int] | None:
    """Return the two versions to compare; raises BadQuery for any other question."""
    unknown = set(request.GET) - {"from", "to"}
    if unknown:
        raise BadQuery(_("%(name)s: unknown here.") % {"name": ", ".join(sorted(unknown))})
    if not request.GET:
        return None
    old, new = (_number(request, name, last) for name in ("from", "to"))
    return old, new


def _number(request: HttpRequest, name: str, last: int) -> int:
    values = request.GET.getlist(name)
    text = values[0] if len(values) == 1 else ""
    if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS):
        raise BadQuery(_("%(name)s: give the number of one version.") % {"name": name})
    if not 1 <= int(text) <= last:
        raise BadQuery(
            _("%(name)s: the versions are numbered from 1 to %(last)d.")
            % {"name": name, "last": last}
        )
    return int(text)


def _entry(version: history.Version, reader: history.Reader) -> Entry:
    is_whole = version.before.fields is None
    return Entry(
        version=version,
        what=_what(version),
        who=str(reader.names.people.get(version.user, "")) if version.user else "",
        differences=reader.whole(version.state)
        if is_whole
        else reader.compare(version.before, version.state),
        is_whole=is_whole,
    )


def _what(version: history.Version) -> str:
    """Return in words what was done to the record."""
    if version.outside:
        return _("changed outside the application")
    if version.verbs == ("save",):
        return _("written") if version.before.fields is None else _("changed")
    known = {**{event.value: event.label for event in PublicEvent}, **VERBS}
    return ", ".join(str(known.get(verb, _("changed"))) for verb in version.verbs)


@desk_page
def version(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Show a version whole and what returning to it would change; POST returns to it."""
    record = readable(request, code)
    found, reader = _read(record, True)
    if not 1 <= number <= len(found) or found[number - 1].state.fields is None:
        raise Http404
    form = RestoreForm(request.POST or None, initial={"read_version": record.version})
    if request.method == "POST":
        if not may_edit(request.user, record):
            raise PermissionDenied
        if form.is_valid() and _restored(request, record, number, form):
            return redirect("record_history", record.code)
    plan = history.plan(record, number)
    context = {
        "record": record,
        "entry": _entry(found[number - 1], reader),
        "number": number,
        "title": _("Version %(number)d of %(code)s") % {"number": number, "code": record.code},
        "said": reader.whole(found[number - 1].state),
        "to_come": history.changes_to_come(record, plan),
        "lost": plan.lost,
        "form": form,
        "can_edit": may_edit(request.user, record) and not record.merged_into,
    }
    return render(request, "records/version.html", context, status=400 if form.errors else 200)


def _restored(request: HttpRequest, record: Record, number: int, form: Any) -> bool:
    """Return to the version; what is refused stands above the form."""
    record.version = form.cleaned_data["read_version"]
    try:
        history.revert(
            record, number, by=request.user,
            reason=form.cleaned_data["reason"], leaving_out=form.cleaned_data["leaving_out"],
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    said = {"code": record.code, "number": number}
    messages.success(request, _("%(code)s says again what version %(number)d said.") % said)
    return True

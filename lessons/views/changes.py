"""What has changed in public: records published, changed, withdrawn and merged, newest first."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lessons.models import Kind, PublicChange, PublicEvent
from lessons.search import BadQuery

from .access import public_page
from .narrowing import Choice

PAGE_SIZE = 50
LARGEST_ID = 2**63 - 1
CHOICES = {"kind": Kind, "event": PublicEvent}


@public_page
def page(request: HttpRequest) -> HttpResponseBase:
    """List public changes by day; ``before`` is the change that the page before ended with."""
    asked = _asked(request)
    rows = PublicChange.objects.seen_by(request.user).select_related("record").order_by("-id")
    rows = rows.filter(**{name: asked[name] for name in CHOICES if name in asked})
    if "before" in asked:
        rows = rows.filter(pk__lt=int(asked["before"]))
    found = list(rows[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    older = {**asked, "before": str(shown[-1].pk)} if len(found) > PAGE_SIZE else None
    context = {
        "title": _("What has changed"),
        "days": [
            (day, list(changes))
            for day, changes in groupby(shown, lambda change: localdate(change.at))
        ],
        "filters_of_changes": [
            (_("Kind"), _choices("kind", asked, [(k.value, k.plural_label) for k in Kind])),
            (_("Event"), _choices("event", asked, PublicEvent.choices)),
        ],
        "older": urlencode(older) if older else "",
        "newest": urlencode({name: asked[name] for name in CHOICES if name in asked}),
        "is_first": "before" not in asked,
    }
    return render(request, "changes.html", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return the parameters; raises BadQuery for what is unknown or malformed."""
    asked = {name: request.GET.getlist(name) for name in request.GET}
    for name, values in asked.items():
        known = [*CHOICES[name].values] if name in CHOICES else []
        if name not in {*CHOICES, "before"}:
            raise BadQuery(_("%(name)s: unknown here.") % {"name": name})
        if len(values) > 1 or (known and values[0] not in known):
            raise BadQuery(
                _("%(name)s: choose one of %(known)s.") % {"name": name, "known": ", ".join(known)}
            )
        if name == "before" and not _is_id(values[0]):
            raise BadQuery(_("before: give the number of a change."))
    return {name: values[0] for name, values in asked.items()}


def _is_id(text: str) -> bool:
    digits = len(str(LARGEST_ID))
    return text.isascii() and text.isdigit() and len(text) < digits


def _choices(name: str, asked: dict[str, str], labels: list[tuple[str, Any]]) -> list[Choice]:
    """Return links that narrow to one value, or take the narrowing away."""
    rest = {key: value for key, value in asked.items() if key not in {name, "before"}}
    return [
        Choice(_("all"), urlencode(rest), name not in asked),
        *(
            Choice(str(label), urlencode({**rest, name: value}), asked.get(name) == value)
            for value, label in labels
        ),
    ]

"""Sending records on their way: the same verbs as bulk actions and as buttons below a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessons import curation
from lessons.models import Record, Status
from lessons.permissions import may_edit

Verb = Callable[..., Record]


class ReasonActionForm(ActionForm):
    """The action bar, with room for the reason that some verbs ask for."""

    reason = forms.CharField(required=False, label=gettext_lazy("Reason:"))


def _reason(request: HttpRequest) -> dict[str, str]:
    return {"reason": request.POST.get("reason", "")}


# Name → label, verb, what it takes from the request, and the states it starts from.
STEPS: dict[str, tuple[Any, Verb, Callable[[HttpRequest], dict[str, str]], set[str], str]] = {
    "submit": (
        gettext_lazy("Send to review"), curation.submit, lambda _request: {},
        {Status.DRAFT, Status.WITHDRAWN}, "change",
    ),
    "publish": (
        gettext_lazy("Publish"), curation.publish, lambda _request: {},
        {Status.IN_REVIEW}, "review",
    ),
    "send_back": (
        gettext_lazy("Send back (with the reason)"), curation.send_back, _reason,
        {Status.IN_REVIEW}, "review",
    ),
    "withdraw": (
        gettext_lazy("Withdraw (with the reason)"), curation.withdraw, _reason,
        {Status.PUBLISHED}, "review",
    ),
}  # fmt: skip


def take(name: str, record: Record, request: HttpRequest) -> None:
    """Take ``record`` through step ``name``; raises what the verb refuses."""
    _label, verb, arguments, _states, _permission = STEPS[name]
    verb(record, by=request.user, **arguments(request))


def steps_open_to(record: Record, request: HttpRequest) -> list[tuple[str, Any]]:
    """Return name and label of the steps that ``record`` can take now and the person may take."""
    return [
        (name, label)
        for name, (label, _verb, _arguments, states, permission) in STEPS.items()
        if record.status in states
        and request.user.has_perm(f"lessons.{permission}_record")
        and may_edit(request.user, record)
    ]


def bulk_action(name: str) -> Callable[..., None]:
    """Return the changelist action for step ``name``: each record on its own, refusals told."""
    label, _verb, _arguments, _states, permission = STEPS[name]

    @admin.action(description=label, permissions=[permission])
    def action(model_admin: Any, request: HttpRequest, records: models.QuerySet[Record]) -> None:
        done = 0
        for record in records:
            try:
                take(name, record, request)
                done += 1
            except (ValidationError, PermissionDenied) as error:
                messages.error(request, told(error, record))
        if done:
            text = ngettext("%(done)d record: done.", "%(done)d records: done.", done)
            messages.success(request, text % {"done": done})

    action.__name__ = name
    return action


def told(error: Exception, record: Record) -> str:
    """Return what a refusal says, naming the record."""
    text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return (
        text
        if record.code in text
        else _("%(code)s: %(text)s") % {"code": record.code, "text": text}
    )

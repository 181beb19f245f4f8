"""Sending records on their way: the steps as buttons below a form, and many records at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lessons.bulk import ACTIONS
from lessons.forms.desk import BulkForm
from lessons.models import Record
from lessons.reviewing import STEPS, message_of


def take(name: str, record: Record, request: HttpRequest) -> None:
    """Take ``record`` through step ``name``; raises what the verb refuses."""
    STEPS[name].take(record, by=request.user, reason=request.POST.get("reason", ""))


def bulk_action(name: str) -> Callable[..., HttpResponse | None]:
    """Return the changelist action that leads to the page of what would change."""

    @admin.action(description=ACTIONS[name].label, permissions=[ACTIONS[name].permission])
    def action(
        model_admin: Any, request: HttpRequest, records: models.QuerySet[Record]
    ) -> HttpResponse | None:
        codes = " ".join(record.code for record in records)
        try:
            context = BulkForm({"action": name, "codes": codes}).page(by=request.user)
        except ValidationError as error:
            messages.error(request, message_of(error))
            return None
        return render(request, "curate/bulk.html", context)

    action.__name__ = name
    return action


def told(error: Exception, record: Record) -> str:
    """Return what a refusal says, naming the record."""
    text = message_of(error)
    return (
        text
        if record.code in text
        else _("%(code)s: %(text)s") % {"code": record.code, "text": text}
    )

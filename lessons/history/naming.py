"""How a changed row is called in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from pghistory.models import Context

from accounts.models import User
from lessons.models import Country, Record, Tag, Theme

from .events import Change, Row, columns_of, tracked


def name_of(change: Change) -> str:
    """Return what a person calls the row: its code and title, or what it is and of which record."""
    row = change.after or change.before or {}
    if change.model is Record:
        return str(Record(**{name: row[name] for name in columns_of(Record)}))
    refers = [field for field in change.model._meta.concrete_fields if row.get(field.attname)]
    of = [
        record.code
        for field in refers
        if field.related_model is Record
        for record in Record.objects.filter(pk=row[field.attname])
    ]
    words = [row["exact"]] if "exact" in row else [str(name) for name in _about(refers, row)]
    return " ".join(
        (
            str(change.model._meta.verbose_name),
            *(_("“%(words)s”") % {"words": word} for word in words),
            *([f"({' – '.join(of)})"] if of else []),
        )
    )


def _about(refers: list[Any], row: Row) -> Iterator[Any]:
    """Yield what a membership joins a record with, such as a tag."""
    for field in refers:
        if field.related_model in {Tag, Theme, Country}:
            yield from field.related_model._default_manager.filter(pk=row[field.attname])


def name_of_later(change: Change) -> str:
    """Return in a sentence that the row was changed since, by whom and when."""
    event: Any = tracked()[change.model]._default_manager.get(pgh_id=change.later)
    context = Context.objects.filter(pk=event.pgh_context_id).first()
    data = context.metadata if context else {}
    person = User.objects.filter(pk=data["user"]).first() if data.get("user") else None
    words = {
        "name": name_of(change),
        "who": str(person or (_("the console") if context else _("somebody at the database"))),
        "when": date_format(localtime(event.pgh_created_at), "DATETIME_FORMAT"),
    }
    if data.get("undoes"):
        return _("%(name)s: undone already by %(who)s on %(when)s.") % words
    return _("%(name)s was changed since by %(who)s on %(when)s. Undo that first.") % words

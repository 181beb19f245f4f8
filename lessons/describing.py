"""The verbs that describe a record: a theme or a tag put on it or taken off.

For one term at a time, whatever else the record bears meanwhile; a form saves all at once.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from .curation import locked
from .models import Record, Theme
from .models.history import told
from .permissions import require_edit
from .tagging import usable
from .theming import check_offered


@transaction.atomic
def add_theme(record: Record, theme: Theme, *, by: Any) -> Record:
    """Put the record under ``theme``; raises ValidationError if it stands there already."""
    _begin(record, by)
    if record.themes.filter(pk=theme.pk).exists():
        raise _nothing_to_do(_("%(code)s has the theme “%(term)s” already."), record, theme.label)
    check_offered([theme], record)
    with told("add theme", by=by):
        _count(record)
        record.themes.add(theme)
    return record


@transaction.atomic
def remove_theme(record: Record, theme: Theme, *, by: Any) -> Record:
    """Take the record from under ``theme``; raises ValidationError if it does not stand there."""
    _begin(record, by)
    if not record.themes.filter(pk=theme.pk).exists():
        raise _nothing_to_do(_("%(code)s does not have the theme “%(term)s”."), record, theme.label)
    with told("remove theme", by=by):
        _count(record)
        record.themes.remove(theme)
    return record


@transaction.atomic
def add_tag(record: Record, name: str, *, by: Any) -> Record:
    """Tag the record; raises ValidationError for a name that is no tag or is there already."""
    _begin(record, by)
    (tag,) = usable([name], record) or [name]
    if record.tags.filter(name__iexact=str(tag)).exists():
        raise _nothing_to_do(_("%(code)s has the tag “%(term)s” already."), record, str(tag))
    with told("add tag", by=by):
        _count(record)
        record.tags.add(tag)
    return record


@transaction.atomic
def remove_tag(record: Record, name: str, *, by: Any) -> Record:
    """Take a tag away; raises ValidationError if the record does not bear it."""
    _begin(record, by)
    tag = record.tags.filter(name__iexact=name).first()
    if tag is None:
        raise _nothing_to_do(_("%(code)s does not have the tag “%(term)s”."), record, name)
    with told("remove tag", by=by):
        _count(record)
        record.tags.remove(tag.name)
    return record


def _begin(record: Record, by: Any) -> None:
    require_edit(by, locked(record))


def _count(record: Record) -> None:
    record.version += 1
    record.save(update_fields=["version", "updated_at"])


def _nothing_to_do(text: str, record: Record, term: str) -> ValidationError:
    return ValidationError(text % {"code": record.code, "term": term}, code="no_change")

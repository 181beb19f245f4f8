"""One verb on many records: first shown, then done, as one act that can be undone.

What is shown is the deed itself, rolled back, so that the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import describing, reviewing
from .models import Record, Status
from .models.history import told
from .reviewing import STEPS, message_of

MOST = 1000  # records at once


@dataclass(frozen=True)
class Action:
    """What can be done to many records: the verb, and what it needs beside the record.

    ``needs`` is empty or one of reason, person, theme, tag. ``shown`` says how a record stands in
    the respect that changes.
    """

    name: str
    label: Any
    verb: Callable[[Record, Any, Any], Any]  # record, what it needs, who acts
    permission: str
    shown: Callable[[Record], str]
    needs: str = ""
    optional: bool = False


def _status(record: Record) -> str:
    return str(Status(record.status).label)


def _person(record: Record) -> str:
    return str(record.assigned_to or _("nobody"))


def _themes(record: Record) -> str:
    return ", ".join(theme.label for theme in record.themes.all())


def _tags(record: Record) -> str:
    return ", ".join(tag.name for tag in record.tags.all())


def _step(name: str) -> Action:
    step = STEPS[name]
    return Action(
        name=name,
        label=step.label,
        verb=lambda record, reason, by: step.take(record, by=by, reason=reason or ""),
        permission=step.permission,
        shown=_status,
        needs="reason" if step.needs_reason else "",
    )


def _describing(name: str, label: Any, shown: Callable[[Record], str], needs: str) -> Action:
    def verb(record: Record, term: Any, by: Any) -> Any:
        return getattr(describing, name)(record, term, by=by)

    return Action(name, label, verb, "change", shown, needs)


ACTIONS = {
    action.name: action
    for action in (
        *(_step(name) for name in STEPS),
        Action(
            "assign", gettext_lazy("Assign"),
            lambda record, person, by: reviewing.assign(record, person, by=by),
            "change", _person, "person", optional=True,
        ),
        _describing("add_theme", gettext_lazy("Add a theme"), _themes, "theme"),
        _describing("remove_theme", gettext_lazy("Remove a theme"), _themes, "theme"),
        _describing("add_tag", gettext_lazy("Add a tag"), _tags, "tag"),
        _describing("remove_tag", gettext_lazy("Remove a tag"), _tags, "tag"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What happens to one record: how it stood, how it will stand, or why it is left out."""

    code: str
    title: str = ""
    version: int = 0
    before: str = ""
    after: str = ""
    refusal: str = ""


@dataclass(frozen=True)
class Outcome:
    """What an action does, or would do, to the records it was given."""

    act: str
    lines: list[Line] = field(default_factory=list)

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if not line.refusal]

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.refusal]

    @property
    def shown(self) -> str:
        """The records that change, each with the version it was shown in, for the confirmation."""
        return " ".join(f"{line.code}:{line.version}" for line in self.changed)


def preview(action: Action, codes: Iterable[str], argument: Any, *, by: Any) -> Outcome:
    """Return what `perform` would do to the records with these codes; nothing is kept of it."""
    with transaction.atomic():
        outcome = _run(action, dict.fromkeys(codes), argument, by)
        transaction.set_rollback(True)
    return outcome


@transaction.atomic
def perform(action: Action, versions: Mapping[str, int], argument: Any, *, by: Any) -> Outcome:
    """Do to the records what was shown of these ``versions`` of them, by code, as one act.

    Who has changed since is left out, as is what the verb refuses by now; the outcome names both.
    Raises ValidationError for more than MOST records.
    """
    return _run(action, versions, argument, by)


def _run(action: Action, versions: Mapping[str, int | None], argument: Any, by: Any) -> Outcome:
    if len(versions) > MOST:
        raise ValidationError(
            _("At most %(most)d records at once: narrow the list first.") % {"most": MOST},
            code="too_many",
        )
    records = {record.code: record for record in _held(versions)}
    with told(action.name, by=by) as act:
        lines = [
            _line(action, records[code], version, argument, by)
            if code in records
            else Line(code, refusal=_("It is no longer there."))
            for code, version in versions.items()
        ]
    return Outcome(act, lines)


def _held(codes: Iterable[str]) -> Iterable[Record]:
    """Return the records, held until the end; always in one order, so that no two bulk acts wait
    for each other."""
    ids = [int(code.partition("-")[2]) for code in codes]
    found = Record.objects.filter(pk__in=ids, merged_into=None).order_by("pk")
    return found.select_for_update(of=("self",)).select_related("assigned_to")


def _line(action: Action, record: Record, version: int | None, argument: Any, by: Any) -> Line:
    read = record.version
    if version is not None and version != read:
        refusal = _("It was changed by someone else in the meantime.")
        return Line(record.code, record.title, read, refusal=refusal)
    before = action.shown(record)
    try:
        action.verb(record, argument, by)
    except (ValidationError, PermissionDenied) as error:
        return Line(record.code, record.title, read, before, refusal=message_of(error))
    return Line(record.code, record.title, read, before, action.shown(record))

"""The verbs of working together: the steps of review, who is asked to work on what, comments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User

from . import curation
from .models import Comment, Record, Status
from .models.history import told
from .permissions import at_the_desk, may_edit, require


def _no_objection(record: Record, *, by: Any) -> None:
    """Where the role alone decides."""


@dataclass(frozen=True)
class Step:
    """One step in the life of a record: its verb, and from which states it starts."""

    name: str
    label: Any
    verb: Callable[..., Record]
    states: frozenset[str]
    permission: str
    check: Callable[..., None] = _no_objection
    needs_reason: bool = False

    def take(self, record: Record, *, by: Any, reason: str = "") -> Record:
        """Take it; raises what the verb refuses."""
        more = {"reason": reason} if self.needs_reason else {}
        return self.verb(record, by=by, **more)

    def obstacle(self, record: Record, *, by: Any) -> str:
        """Return why ``by`` cannot take it now; empty if nothing is in the way."""
        try:
            self.check(record, by=by)
        except (ValidationError, PermissionDenied) as error:
            return message_of(error)
        return ""


STEPS = {
    step.name: step
    for step in (
        Step(
            "submit", gettext_lazy("Send to review"), curation.submit,
            frozenset({Status.DRAFT, Status.WITHDRAWN}), "change", curation.check_submit,
        ),
        Step(
            "publish", gettext_lazy("Publish"), curation.publish,
            frozenset({Status.IN_REVIEW}), "review", curation.check_publish,
        ),
        Step(
            "send_back", gettext_lazy("Send back"), curation.send_back,
            frozenset({Status.IN_REVIEW}), "review", needs_reason=True,
        ),
        Step(
            "withdraw", gettext_lazy("Withdraw"), curation.withdraw,
            frozenset({Status.PUBLISHED}), "review", needs_reason=True,
        ),
    )
}  # fmt: skip


def steps_open_to(record: Record, user: Any) -> list[Step]:
    """Return the steps that start from the record's state and that the role of ``user`` takes."""
    return [
        step
        for step in STEPS.values()
        if record.status in step.states
        and user.has_perm(f"lessons.{step.permission}_record")
        and may_edit(user, record)
    ]


def message_of(error: Exception) -> str:
    """Return what a refusal says, as one text."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


@dataclass(frozen=True)
class SentBack:
    """Why a draft came back from review, who sent it and when."""

    reason: str
    who: str
    at: datetime


def sent_back(records: Iterable[Record]) -> dict[int, SentBack]:
    """Return by record why it was sent back the last time; two queries."""
    events = Record.pgh_event_model.objects.annotate(  # type: ignore[attr-defined]
        verb=KeyTextTransform("verb", "pgh_context__metadata")
    )
    ids = [record.pk for record in records if record.status == Status.DRAFT and record.reviewed_at]
    found = events.filter(pgh_obj__in=ids, verb="send back").select_related("pgh_context")
    last = {event.pgh_obj_id: event for event in found.order_by("pgh_id")}
    people = User.objects.in_bulk({event.reviewed_by_id for event in last.values()})
    return {
        pk: SentBack(
            event.pgh_context.metadata.get("reason", ""),
            str(people.get(event.reviewed_by_id, "")),
            event.pgh_created_at,
        )
        for pk, event in last.items()
    }


@transaction.atomic
def assign(record: Record, person: User | None, *, by: Any) -> Record:
    """Ask ``person`` to work on the record; None asks nobody any more.

    What the record says stays as it is, so its version does too. Raises ValidationError for
    somebody who does not work at the desk, and if nothing would change.
    """
    require(by, "change_record")
    current = Record.objects.select_for_update().get(pk=record.pk)
    if person is not None and not at_the_desk().filter(pk=person.pk).exists():
        raise ValidationError(
            _("%(person)s does not work at the desk.") % {"person": person}, code="not_at_the_desk"
        )
    if current.assigned_to_id == (person.pk if person else None):
        raise ValidationError(
            _("%(code)s is assigned like that already.") % {"code": current.code}, code="no_change"
        )
    record.assigned_to = person
    with told("assign", by=by, to=person.pk if person else None):
        record.save(update_fields=["assigned_to"])
    return record


@transaction.atomic
def comment(record: Record, text: str, *, by: Any) -> Comment:
    """Add a comment, for the desk alone to read; raises ValidationError for an empty one."""
    require(by, "add_comment")
    made = Comment(record=record, author=by, text=text.strip().replace("\r\n", "\n"))
    made.full_clean(exclude=["author", "resolved_by"])
    with told("comment", by=by):
        made.save()
    return made


@transaction.atomic
def resolve_comment(one: Comment, *, by: Any) -> Comment:
    """Say that a comment is dealt with; raises ValidationError if somebody has said so already."""
    require(by, "change_comment")
    current = Comment.objects.select_for_update().get(pk=one.pk)
    if current.resolved_at:
        raise ValidationError(_("This comment is resolved already."), code="resolved")
    one.resolved_by, one.resolved_at = by, timezone.now()
    with told("resolve comment", by=by):
        one.save(update_fields=["resolved_by", "resolved_at"])
    return one

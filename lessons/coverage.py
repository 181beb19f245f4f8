"""Coverage: which passages of a report are cited, read, deliberately empty or not yet read.

The verbs mark passages for the person who acts; the figures tell what the desk as a whole has done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Count, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Citation, Passage, PassageReading, ReadingState, Report
from .models.history import told
from .models.records import RecordQuerySet
from .permissions import require


@dataclass(frozen=True)
class Coverage:
    """How many passages of a report stand in which state; each counts once."""

    cited: int = 0
    read: int = 0
    empty: int = 0
    left: int = 0

    @property
    def total(self) -> int:
        return self.cited + self.read + self.empty + self.left

    @property
    def done(self) -> int:
        return self.total - self.left

    @property
    def percent(self) -> int:
        """The share that is done, rounded down: 100 means that nothing is left."""
        return self.done * 100 // self.total if self.total else 0


@transaction.atomic
def mark_read(passages: Iterable[Passage], state: str, *, by: Any) -> None:
    """Say that ``by`` has read ``passages``, or (``empty``) that they hold nothing to record.

    An earlier mark of the same person gives way. Raises ValidationError for an unknown state or
    if nobody acts, PermissionDenied if ``by`` does not work at the desk.
    """
    require(by, "add_passagereading")
    if by is None:
        raise ValidationError(_("Only a person reads: say who."), code="no_reader")
    if state not in ReadingState.values:
        raise ValidationError(_("A passage is read, or there is nothing in it."), code="no_state")
    now = timezone.now()
    with told("read", by=by):
        PassageReading.objects.bulk_create(
            (PassageReading(passage=one, reader=by, state=state, at=now) for one in passages),
            update_conflicts=True,
            unique_fields=["passage", "reader"],
            update_fields=["state", "at"],
        )


@transaction.atomic
def unmark(passages: Iterable[Passage], *, by: Any) -> None:
    """Take back what ``by`` said of ``passages``; what others said stays."""
    require(by, "delete_passagereading")
    with told("unread", by=by):
        PassageReading.objects.filter(passage__in=list(passages), reader=by).delete()


def coverage(
    report: Report | None = None, *, by: RecordQuerySet | None = None
) -> dict[int, Coverage]:
    """Return the coverage of ``report``, or of all reports, by the report's id; one query.

    With ``by``, a passage is cited if one of these records cites it.
    Sets of ids instead of correlated subqueries: those are slow where statistics lag behind.
    """
    of = {} if report is None else {"passage__report": report}
    cited = (
        Citation.objects.holding().filter(**of).values("passage")
    )  # what is merged cites nothing
    if by is not None:
        cited = cited.filter(record__in=by)
    readings = PassageReading.objects.filter(**of).order_by().values("passage")
    state = Case(
        When(pk__in=cited.order_by(), then=Value("cited")),
        When(pk__in=readings.filter(state=ReadingState.READ), then=Value("read")),
        When(pk__in=readings.filter(state=ReadingState.EMPTY), then=Value("empty")),
        default=Value("left"),
    )
    passages = Passage.objects.current() if report is None else report.passages.current()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for pk, name, number in (
        passages.order_by()
        .annotate(state=state)
        .values_list("report", "state")
        .annotate(Count("pk"))
    ):
        found[pk][name] = number
    return {pk: Coverage(**numbers) for pk, numbers in found.items()}

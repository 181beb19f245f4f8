"""What the desk asks of records: what they lack, and for whom they wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .vocabulary import AnchorState, AssertedBy, Origin, Status

TOO_LONG = 14  # days a record may wait for its review


class DeskQuerySet(models.QuerySet[Any]):
    """The desk's questions by name, for its pages and for the filters of the admin alike."""

    def without_theme(self) -> DeskQuerySet:
        return self.filter(themes=None)

    def unlinked(self) -> DeskQuerySet:
        return self.exclude(self._at_either_end())

    def only_inferred(self) -> DeskQuerySet:
        """Keep what no source says: lessons the analyst drew, and records with links of which
        each one is the analyst's reading."""
        stated = self._at_either_end(asserted_by=AssertedBy.SOURCE)
        return self.filter(Q(origin=Origin.INFERRED) | (self._at_either_end() & ~stated))

    def _at_either_end(self, **links: Any) -> Q:
        """Return the condition that a record is an end of such ``links``.

        Sets of ids: joins to both ends at once multiply, and take seconds on 100,000 records.
        """
        link = self.model._meta.get_field("links_out").related_model._base_manager
        found = link.filter(**links)
        return Q(pk__in=found.values("source")) | Q(pk__in=found.values("target"))

    def with_lost_citation(self) -> DeskQuerySet:
        lost = self.model._base_manager.filter(citations__state=AnchorState.LOST)
        return self.filter(pk__in=lost.values("pk"))

    def without_second_reader(self) -> DeskQuerySet:
        """Keep what is published without anybody but its author known to have read it."""
        alone = Q(published_by=None) | Q(published_by=models.F("created_by"))
        return self.filter(alone, status=Status.PUBLISHED)

    def waiting_longer_than(self, days: int) -> DeskQuerySet:
        """Keep records in review for more than ``days`` days."""
        return self.by_waiting().filter(waiting_since__lt=timezone.now() - timedelta(days=days))

    def by_waiting(self) -> DeskQuerySet:
        """Keep records in review, those that wait the longest first, with ``waiting_since``."""
        # What was loaded in bulk was never submitted.
        since = Coalesce("submitted_at", "updated_at")
        in_review = self.filter(status=Status.IN_REVIEW).annotate(waiting_since=since)
        return in_review.order_by("waiting_since", "pk")

    def to_review_by(self, user: Any) -> DeskQuerySet:
        """Keep what waits for a review by somebody who did not write it, the oldest first."""
        return self.by_waiting().exclude(created_by=user)

    def submitted_by(self, user: Any) -> DeskQuerySet:
        """Keep what waits for others and was written or sent to review by ``user``."""
        return self.by_waiting().filter(Q(created_by=user) | Q(submitted_by=user))

    def sent_back_to(self, user: Any) -> DeskQuerySet:
        """Keep the drafts of ``user`` that a reviewer has sent back."""
        sent_back = self.filter(status=Status.DRAFT, reviewed_at__isnull=False)
        return sent_back.filter(created_by=user).order_by("reviewed_at", "pk")

    def assigned_to(self, user: Any) -> DeskQuerySet:
        """Keep what ``user`` is asked to work on; None: what nobody is asked to."""
        return self.filter(assigned_to=user)

    def lacking(self, quality: str) -> DeskQuerySet:
        """Keep what shows the weakness ``quality``, one of QUALITIES."""
        if quality == "waiting":
            return self.waiting_longer_than(TOO_LONG)
        return getattr(self, METHODS[quality])()


METHODS = {
    "no_theme": "without_theme",
    "no_link": "unlinked",
    "inferred": "only_inferred",
    "lost": "with_lost_citation",
    "one_reader": "without_second_reader",
}
QUALITIES = {
    "no_theme": _("without a theme"),
    "no_link": _("without a link"),
    "inferred": _("only inferred"),
    "lost": _("with a lost citation"),
    "one_reader": _("published without a second reader"),
    "waiting": _("waiting for more than 14 days"),
}

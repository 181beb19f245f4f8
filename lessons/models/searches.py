"""Saved searches, and how far their owners have been told of what is new in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A run that comes a little earlier in the day than the last one must not skip the day.
LEEWAY = timedelta(hours=2)


class Frequency(models.TextChoices):
    """How often the owner of a saved search is told of what is new."""

    NEVER = "never", _("never")
    DAILY = "daily", _("daily")
    WEEKLY = "weekly", _("weekly")


EVERY = {Frequency.DAILY: timedelta(days=1), Frequency.WEEKLY: timedelta(days=7)}


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def due(self, now: Any) -> SavedSearchQuerySet:
        """Keep the searches whose owners can be written to and were last told long enough ago."""
        ripe = Q()
        for frequency, every in EVERY.items():
            ripe |= Q(frequency=frequency, told_until__lte=now - every + LEEWAY)
        return self.filter(ripe, owner__is_active=True).exclude(owner__email="")


class SavedSearch(models.Model):
    """A query that somebody keeps; everything before ``told_until`` they have been told.

    ``held`` lets be told apart what was in it then from what has come into it since.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="saved_searches",
    )
    title = models.CharField(_("title"), max_length=200)
    query = models.TextField(_("query"), blank=True)
    frequency = models.CharField(
        _("e-mail"), max_length=10, choices=Frequency.choices, default=Frequency.WEEKLY
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    told_until = models.DateTimeField(_("told until"), default=timezone.now, editable=False)
    # Ids of what it found at that moment; not kept where they are too many.
    held = ArrayField(
        models.BigIntegerField(), verbose_name=_("found"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "query"],
                name="search_is_saved_once",
                violation_error_message=_("You have saved this search already."),
            ),
            models.CheckConstraint(
                name="search_frequency_is_known", condition=Q(frequency__in=Frequency.values)
            ),
            models.CheckConstraint(name="search_has_a_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title

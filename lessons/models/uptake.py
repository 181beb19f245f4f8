"""Uptake: dated, sourced claims of what became of a lesson or recommendation."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .evidence import Citation
from .fields import WebAddressField, person
from .guards import living_only, refusal
from .history import tracked_in_time
from .records import Record
from .sight import may_read_if_named
from .vocabulary import Claim, DatePrecision, Kind

CLAIMED_OF = (Kind.LESSON, Kind.RECOMMENDATION)
FIXED = ("claim", "date", "date_precision", "claimed_by", "url", "note")


class UptakeQuerySet(models.QuerySet["Uptake"]):
    def readable_by(self, user: Any) -> "UptakeQuerySet":
        """Keep claims that rest on nothing ``user`` may not read; of whatever records."""
        return self.filter(may_read_if_named(user))


@tracked_in_time
class Uptake(models.Model):
    """One claim. Claims may contradict one another, so none is overwritten or deleted."""

    record = models.ForeignKey(
        Record,
        verbose_name=_("record"),
        on_delete=models.PROTECT,
        related_name="uptake",
        limit_choices_to={"kind__in": CLAIMED_OF, "merged_into": None},
    )
    claim = models.CharField(_("claim"), max_length=20, choices=Claim.choices)
    date = models.DateField(_("date"))
    date_precision = models.CharField(
        _("date is known to the"),
        max_length=5,
        choices=DatePrecision.choices,
        default=DatePrecision.DAY,
    )
    claimed_by = models.CharField(_("claimed by"), max_length=200)
    citation = models.ForeignKey(
        Citation,
        verbose_name=_("citation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="uptake",
    )
    url = WebAddressField(_("address of the source"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)
    created_by = person(_("entered by"))
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)

    objects = UptakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("uptake claim")
        verbose_name_plural = _("uptake claims")
        ordering = ["date", "id"]
        constraints = [
            models.CheckConstraint(
                name="uptake_is_sourced",
                condition=Q(citation__isnull=False) | ~Q(url=""),
                violation_error_message=_("Give the source: a citation or an address."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="uptake_is_of_lesson_or_recommendation",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("record_id"),
                func=refusal(
                    "uptake_is_of_lesson_or_recommendation",
                    "(SELECT kind FROM lessons_record WHERE id = NEW.record_id)"
                    " NOT IN ('lesson', 'recommendation')",
                    "only lessons and recommendations are taken up",
                )
                + "RETURN NEW;",
            ),
            pgtrigger.Protect(
                name="uptake_is_never_overwritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*FIXED),
            ),
            pgtrigger.Protect(name="uptake_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="uptake_keeps_its_words",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("citation"),
                # Merging two records leaves one of two citations of the same words.
                func=refusal(
                    "uptake_keeps_its_words",
                    """NOT EXISTS (
                        SELECT 1 FROM lessons_citation was
                        JOIN lessons_citation now USING (passage_id, start, "end")
                        WHERE was.id = OLD.citation_id AND now.id = NEW.citation_id
                    )""",
                    "a claim keeps the words it rests on",
                    "Add a new claim; it may contradict the old one.",
                )
                + "RETURN NEW;",
            ),
            living_only("lessons_uptake", "record_id"),
        ]

    def __str__(self) -> str:
        return f"{self.record.code}: {self.get_claim_display()} ({self.date})"

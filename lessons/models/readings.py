"""Readings: which passages somebody has read, so that nothing of a report is missed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .history import tracked
from .reports import Passage


class ReadingState(models.TextChoices):
    """What a reader found in a passage."""

    READ = "read", _("read")
    EMPTY = "empty", _("nothing here")


@tracked
class PassageReading(models.Model):
    """One person has read a passage, or says that it holds nothing to record."""

    passage = models.ForeignKey(
        Passage, verbose_name=_("passage"), on_delete=models.CASCADE, related_name="readings"
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("read by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=10, choices=ReadingState.choices)
    at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("reading of a passage")
        verbose_name_plural = _("readings of passages")
        ordering = ["passage", "at"]
        constraints = [
            models.UniqueConstraint(fields=["passage", "reader"], name="reading_once_per_person"),
            models.CheckConstraint(
                name="reading_state_is_known",
                condition=models.Q(state__in=ReadingState.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.passage}: {self.get_state_display()}"

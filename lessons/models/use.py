"""Use: how often records are looked at and taken along, by the day, without who did (ADR 19)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .records import Record


class Use(models.TextChoices):
    """What somebody did with a record."""

    VIEW = "view", _("looked at")
    EXPORT = "export", _("taken along as a file")
    CITATION = "citation", _("taken along as a reference")


class RecordUse(models.Model):
    """How often one thing was done with a record on one day; after a year, in one month, under
    its first day. It holds nothing of who did it."""

    record = models.ForeignKey(
        Record,
        verbose_name=_("record"),
        on_delete=models.CASCADE,
        db_index=False,  # the constraint has one
        related_name="+",
    )
    day = models.DateField(_("day"))
    what = models.CharField(_("use"), max_length=10, choices=Use.choices)
    count = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("use of a record")
        verbose_name_plural = _("uses of records")
        constraints = [
            models.UniqueConstraint(fields=["record", "day", "what"], name="use_once_a_day"),
            models.CheckConstraint(
                name="use_is_known", condition=models.Q(what__in=Use.values, count__gt=0)
            ),
        ]
        indexes = [models.Index(fields=["day"], name="use_by_day")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.day} {self.what}: {self.count}"

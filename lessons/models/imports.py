"""Imports: a table of a person's, how its columns are read, and what it would change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .fields import person
from .jobs import Job

# So long the file of a table is kept, and what nobody has confirmed.
KEPT = timedelta(weeks=6)


class ImportState(models.TextChoices):
    """How far an import is."""

    MAPPING = "mapping", _("columns to be named")
    CHECKED = "checked", _("to be looked at")
    APPLIED = "applied", _("imported")


class Outcome(models.TextChoices):
    """What becomes of a row."""

    CREATE = "create", _("new")
    CHANGE = "change", _("changed")
    SAME = "same", _("same")
    PROBLEM = "problem", _("with a problem")


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: Any) -> ImportQuerySet:
        """Keep a person's own: what others have uploaded is nobody's business yet."""
        return self.filter(created_by=user)


class Import(models.Model):
    """One table.

    ``sheets`` are those of its file (name, rows, notes); ``mapping`` holds by column the field it
    fills, empty if it is left out; ``settings`` what holds for all rows (see
    `importers.tables.fields`); ``counts`` the rows by outcome; ``act`` the act of the history that
    it became.
    """

    name = models.CharField(_("file name"), max_length=200)
    file = models.FileField(_("file"), upload_to="imports/")
    sheets = models.JSONField(default=list)
    sheet = models.CharField(_("sheet"), max_length=200, blank=True)
    header_row = models.PositiveIntegerField(_("row with the names of the columns"), null=True)
    columns = ArrayField(models.CharField(max_length=1000), default=list)
    layout = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState.choices, default=ImportState.MAPPING
    )
    counts = models.JSONField(default=dict)
    act = models.CharField(max_length=32, blank=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    created_by = person(_("imported by"))
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    applied_at = models.DateTimeField(_("imported"), null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        indexes = [models.Index(fields=["layout", "-id"], name="import_by_layout")]
        constraints = [
            models.CheckConstraint(
                name="import_applied_is_dated",
                condition=~Q(state=ImportState.APPLIED) | Q(applied_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("import", args=[self.pk])


class ImportRow(models.Model):
    """What one row would do. It is written by COPY and forgotten once it is done.

    ``record`` and ``version`` are the record that it would change, as it was looked at; ``values``
    what is to be written, by field; ``changes`` are lists of field, old and new text; ``findings``
    lists of column, sentence and whether it stands against importing the row.
    """

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    key = models.CharField(max_length=220)
    title = models.TextField()
    record = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(null=True)
    values = models.JSONField()
    changes = models.JSONField()
    findings = models.JSONField()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["number"]
        indexes = [models.Index(fields=["of", "outcome", "number"], name="import_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"

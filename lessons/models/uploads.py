"""Uploads: files on their way to becoming a report, until a person confirms what they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .fields import person
from .jobs import Job
from .reports import Report

KEPT = timedelta(weeks=6)


class UploadQuerySet(models.QuerySet["Upload"]):
    def without_text(self) -> UploadQuerySet:
        """Leave the text that was read in the database: it may be long."""
        return self.defer("passages").select_related("job", "report", "created_by")


class Upload(models.Model):
    """A file that was handed in, what a job read in it, and for which report if not a new one.

    ``document`` is what the file says of itself (`lessons.ingest.document.Metadata`, page count,
    warnings); ``passages`` are the fields of `lessons.evidence.PassageText`, in reading order.
    """

    file = models.FileField(_("file"))
    name = models.CharField(_("name"), max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    report = models.ForeignKey(
        Report,
        verbose_name=_("report whose text it replaces"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    document: Any = models.JSONField(_("document"), null=True, blank=True)
    passages: Any = models.JSONField(_("passages"), default=list, blank=True)
    job = models.ForeignKey(
        Job, verbose_name=_("job"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_by = person(_("uploaded by"))
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "report"], name="upload_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("upload", args=[self.pk])

    @property
    def is_read(self) -> bool:
        return self.document is not None

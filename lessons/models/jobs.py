"""Jobs: work too long for a page, done in the background by a worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import person

# The worker says so every second while it works; whoever has been silent for so long is dead.
SILENCE = timedelta(seconds=30)
# A worker looks for work every second; what has waited so long beside nobody waits for nobody.
PATIENCE = timedelta(seconds=10)


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


ACTIVE = (JobState.WAITING, JobState.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    def active(self) -> JobQuerySet:
        return self.filter(state__in=ACTIVE)

    def visible_to(self, user: Any) -> JobQuerySet:
        """Leave the jobs of others to those who may look after all of them."""
        return self if user.has_perm("lessons.view_job") else self.filter(created_by=user)

    def silent(self) -> JobQuerySet:
        """Keep active jobs of which nothing was heard for longer than a living worker is silent."""
        return self.active().filter(heartbeat_at__lt=timezone.now() - SILENCE)


class Job(models.Model):
    """One piece of work: done as a whole, or not at all.

    What is done and how is in `lessons.jobs`. ``result["address"]``, where there is one, leads to
    what came of it, and ``result["said"]`` says it in a sentence.
    """

    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=300)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState.choices, default=JobState.WAITING
    )
    done = models.PositiveBigIntegerField(_("steps done"), default=0)
    total = models.PositiveBigIntegerField(_("steps in all"), null=True, blank=True)
    message = models.CharField(_("message"), max_length=300, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    task = models.UUIDField(_("task"), null=True, editable=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    created_by = person(_("started by"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    heartbeat_at = models.DateTimeField(_("last heard of"), default=timezone.now, editable=False)
    cancel_asked_at = models.DateTimeField(_("cancelling asked"), null=True, editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["heartbeat_at"], name="job_active", condition=Q(state__in=ACTIVE)),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_has_ended_or_not",
                condition=Q(state__in=ACTIVE, ended_at=None)
                | (~Q(state__in=ACTIVE) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="job_failed_says_why", condition=~Q(state=JobState.FAILED, error="")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def percent(self) -> int | None:
        """How much is done, from 0 to 100; None where nobody can say."""
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def forsaken(self) -> bool:
        """Whether it waits although no worker is at work: then none is running."""
        if self.state != JobState.WAITING or timezone.now() - self.created_at < PATIENCE:
            return False
        heard = timezone.now() - SILENCE
        return not Job.objects.filter(state=JobState.RUNNING, heartbeat_at__gte=heard).exists()

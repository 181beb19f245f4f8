"""Records: one table for lessons, failures, actors and recommendations."""

from __future__ import annotations

import re
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from .countries import Country
from .desk import DeskQuerySet
from .fields import person
from .guards import living_only, merged_stays_merged, one_step, publish_gate, refusal
from .history import tracked_but, tracked_membership
from .indexes import INDEXES
from .outbox import announced
from .publicity import noted_in_public
from .restriction import never_begun_with, never_told
from .sight import Sight, may_read, sight_of
from .tags import RecordTag
from .themes import Theme
from .vocabulary import (
    ActorType,
    FailureType,
    Kind,
    Level,
    Origin,
    Phase,
    Polarity,
    Status,
)

CODE = re.compile(r"([LFAR])-([1-9][0-9]{0,17})", re.IGNORECASE)
KINDS_BY_LETTER = {kind.letter: kind for kind in Kind}
# The fields that only one kind has; everything else is common to all.
KIND_FIELDS = {
    Kind.LESSON: ("polarity", "level", "origin", "applies_when"),
    Kind.FAILURE: ("failure_type", "consequence"),
    Kind.ACTOR: ("actor_type", "aliases", "external_ids"),
    Kind.RECOMMENDATION: ("number",),
}
# What a record says, in the order of its page; its themes, tags, countries, citations and links
# besides. Everything else is its state and the keeping of books.
CONTENT = (
    "title", "statement", "discussion", "number", "applies_when", "consequence",
    "polarity", "level", "origin", "failure_type", "actor_type", "aliases", "external_ids",
    "phase", "year_from", "year_to", "language", "identifier",
)  # fmt: skip
REQUIRED_KIND_FIELDS = {
    Kind.LESSON: ("origin",),
    Kind.FAILURE: ("failure_type",),
    Kind.ACTOR: ("actor_type",),
    Kind.RECOMMENDATION: (),
}


class RecordQuerySet(DeskQuerySet):
    def published(self) -> RecordQuerySet:
        return self.filter(status=Status.PUBLISHED)

    def visible_to(self, user: Any) -> RecordQuerySet:
        """Keep what ``user`` may read: the desk all states, everyone else what is published and,
        unless they see inside, rests on a public report."""
        unmerged, sight = self.filter(merged_into=None), sight_of(user)
        if sight is Sight.DESK:
            return unmerged
        published = unmerged.published()
        return published if sight.reads_restricted else published.filter(restricted=False)

    def with_code(self, code: str) -> RecordQuerySet:
        """Keep the record with this code; none if it is no code or its letter does not fit."""
        match = CODE.fullmatch(code.strip())
        if not match:
            return self.none()
        return self.filter(pk=int(match[2]), kind=KINDS_BY_LETTER[match[1].upper()])

    def with_quotations(self, user: Any) -> RecordQuerySet:
        """Fetch along as ``citations`` those that ``user`` may read, with their reports."""
        citations = self.model._meta.get_field("citations").related_model.objects
        readable = citations.readable_by(user).select_related("passage__report")
        return self.prefetch_related(models.Prefetch("citations", readable))

    def with_rows(self, user: Any) -> RecordQuerySet:
        """Fetch along what ``user`` sees in a row of a list or an export, in four queries."""
        return self.prefetch_related("themes", "tags").with_quotations(user)

    def with_recurrence(self, user: Any) -> RecordQuerySet:
        """Add ``recurrence``: in how many reports that ``user`` may read its citations stand."""
        readable = may_read(user, "citations__passage__report__")
        reports = models.Count("citations__passage__report", distinct=True, filter=readable)
        return self.annotate(recurrence=reports)


class KindManager(models.Manager["Record"]):
    """Sees the records of one kind, and makes no others."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.kind = kind

    def get_queryset(self) -> RecordQuerySet:
        return RecordQuerySet(self.model, using=self._db).filter(kind=self.kind)


def _kind_constraints() -> list[models.CheckConstraint]:
    only = [
        models.CheckConstraint(
            name=f"record_{kind}_fields",
            condition=Q(kind=kind) | Q(**{f"{field}__isnull": True for field in fields}),
            violation_error_message=_("This field does not belong to this kind of record."),
        )
        for kind, fields in KIND_FIELDS.items()
    ]
    needed = [
        models.CheckConstraint(
            name=f"record_{kind}_needs",
            condition=~Q(kind=kind) | Q(**{f"{field}__isnull": False for field in fields}),
        )
        for kind, fields in REQUIRED_KIND_FIELDS.items()
        if fields
    ]
    return only + needed


@tracked_but("restricted")
class Record(models.Model):
    """Something a report says about who failed, what went wrong, what was learned or asked for."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, editable=False)
    title = models.CharField(_("title"), max_length=300)
    statement = models.TextField(
        _("statement"), help_text=_("In our own words, one to three sentences.")
    )
    discussion = models.TextField(
        _("discussion"),
        blank=True,
        help_text=_("Why; how to read it; what the passage does not say."),
    )
    identifier = models.CharField(
        _("identifier at its origin"),
        max_length=200,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Importing the same identifier again finds this record."),
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    phase = models.CharField(_("phase"), max_length=20, choices=Phase.choices, blank=True)
    year_from = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)
    countries = models.ManyToManyField(
        Country, verbose_name=_("countries"), blank=True, related_name="records"
    )
    themes = models.ManyToManyField(
        Theme, verbose_name=_("themes"), blank=True, related_name="records"
    )
    tags = TaggableManager(_("tags"), through=RecordTag, blank=True, related_name="records")

    polarity = models.CharField(
        _("polarity"), max_length=20, choices=Polarity.choices, null=True, blank=True
    )
    level = models.CharField(
        _("level"), max_length=20, choices=Level.choices, null=True, blank=True
    )
    origin = models.CharField(
        _("origin"), max_length=20, choices=Origin.choices, null=True, blank=True
    )
    applies_when = models.TextField(_("applies when"), null=True, blank=True)
    failure_type = models.CharField(
        _("kind of failure"), max_length=20, choices=FailureType.choices, null=True, blank=True
    )
    consequence = models.TextField(_("consequence"), null=True, blank=True)
    actor_type = models.CharField(
        _("kind of actor"), max_length=20, choices=ActorType.choices, null=True, blank=True
    )
    aliases = ArrayField(
        models.CharField(max_length=200), verbose_name=_("also called"), null=True, blank=True
    )
    external_ids = models.JSONField(_("identifiers elsewhere"), null=True, blank=True)
    number = models.CharField(_("number as printed"), max_length=30, null=True, blank=True)

    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    # Its evidence says it, by triggers; not part of what people write or take back.
    restricted = models.BooleanField(
        _("rests on restricted reports alone"), default=False, db_default=False, editable=False
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_from",
    )
    created_by = person(_("author"))
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    assigned_to = person(_("assigned to"))
    submitted_by = person(_("sent to review by"))
    submitted_at = models.DateTimeField(_("sent to review"), null=True, editable=False)
    reviewed_by = person(_("reviewed by"))
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    published_by = person(_("published by"))
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        ordering = ["title", "id"]
        permissions = [("review_record", "Can publish, send back and withdraw records")]
        indexes = INDEXES
        constraints = [
            *_kind_constraints(),
            models.CheckConstraint(name="record_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="record_status_is_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="record_years_in_order",
                condition=Q(year_from=None) | Q(year_to=None) | Q(year_from__lte=F("year_to")),
                violation_error_message=_("The first year is after the last."),
            ),
            models.CheckConstraint(
                name="record_has_words", condition=~Q(title="") & ~Q(statement="")
            ),
            models.CheckConstraint(
                name="record_published_is_dated",
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
            ),
        ]
        triggers = [
            *announced("SELECT id FROM {rows}"),
            *noted_in_public(CONTENT),
            never_told(),
            never_begun_with(),
            publish_gate(
                "published_needs_evidence",
                pgtrigger.Insert | pgtrigger.UpdateOf("status", "merged_into_id"),
                "NEW.id",
            ),
            one_step("lessons_record", "merged_into_id"),
            *merged_stays_merged(),
            pgtrigger.Trigger(
                name="kind_is_for_ever",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("kind"),
                func=refusal(
                    "record_kind_is_for_ever",
                    "NEW.kind <> OLD.kind",
                    "the kind of a record cannot change, since its code and links rest on it",
                    "Write a new record and withdraw this one.",
                )
                + "RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="published_is_never_deleted",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func=refusal(
                    "published_record_is_never_deleted",
                    "OLD.published_at IS NOT NULL",
                    "a record that was published is never deleted",
                    "Withdraw it instead.",
                )
                + "RETURN OLD;",
            ),
            pgtrigger.Trigger(
                name="publication_is_not_forgotten",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("published_at"),
                func=refusal(
                    "published_record_is_never_deleted",
                    "OLD.published_at IS NOT NULL AND NEW.published_at IS NULL",
                    "a record that was published stays dated, so that it is never deleted",
                )
                + "RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}" if self.pk else self.title

    def get_absolute_url(self) -> str:
        return reverse("record", args=[self.code])

    @property
    def code(self) -> str:
        """The name that never changes: the kind's letter and the id, as in ``L-12``."""
        return f"{Kind(self.kind).letter}-{self.pk}"

    @property
    def years(self) -> str:
        """The years it speaks of, as read: ``1994`` or ``1990–1994``."""
        ends = [str(year) for year in (self.year_from, self.year_to) if year]
        return "–".join(dict.fromkeys(ends))


class Lesson(Record):
    """What was learned."""

    objects = KindManager(Kind.LESSON)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")


class Failure(Record):
    """What went wrong."""

    objects = KindManager(Kind.FAILURE)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = _("failure")
        verbose_name_plural = _("failures")


class Actor(Record):
    """Who acted, failed, warned or suffered."""

    objects = KindManager(Kind.ACTOR)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = _("actor")
        verbose_name_plural = _("actors")


class Recommendation(Record):
    """What was asked for."""

    objects = KindManager(Kind.RECOMMENDATION)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")


@tracked_membership
class RecordTheme(Record.themes.through):  # type: ignore[name-defined]
    """A record's theme, for its history and the search index."""

    class Meta:
        proxy = True
        verbose_name = _("theme of a record")
        verbose_name_plural = _("themes of records")
        triggers = [
            *announced("SELECT record_id FROM {rows}"),
            living_only("lessons_record_themes", "record_id"),
        ]


@tracked_membership
class RecordCountry(Record.countries.through):  # type: ignore[name-defined]
    """A record's country, for its history and the search index."""

    class Meta:
        proxy = True
        verbose_name = _("country of a record")
        verbose_name_plural = _("countries of records")
        triggers = [
            *announced("SELECT record_id FROM {rows}"),
            living_only("lessons_record_countries", "record_id"),
        ]

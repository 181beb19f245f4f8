"""Suggestions: what rules propose for a record, what people decided, and the words rules go by."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .fields import person
from .history import tracked
from .records import Record
from .reports import Passage, Report
from .vocabulary import Kind

MOST_OF_A_CUE = 120
MOST_AROUND = 240  # characters shown before and after the words


class CueUse(models.TextChoices):
    """What a phrase is for."""

    CUE = "cue", _("speaks for its kind")
    HEADING = "heading", _("heading: what stands under it is of its kind")
    NAME = "name", _("part of an organisation’s name")
    STOP = "stop", _("words in which cues do not count")
    SILENCE = "silence", _("sentences that mean nothing of the kind")


class CueLanguage(models.TextChoices):
    """The language of the reports that a phrase is looked for in."""

    ANY = "", _("any language")
    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")


@tracked
class Cue(models.Model):
    """A phrase that rules go by; how it is written says `lessons.suggesting.phrases`."""

    phrase = models.CharField(
        _("phrase"),
        max_length=MOST_OF_A_CUE,
        help_text=_(
            "Words; “fail*” stands for any ending, “did … not” for up to five words between, "
            "“^ensure” for the beginning of a sentence."
        ),
    )
    use = models.CharField(_("use"), max_length=10, choices=CueUse.choices, default=CueUse.CUE)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=CueLanguage.choices, blank=True, default="en"
    )
    prior = models.FloatField(
        _("strength at first"),
        default=0.5,
        help_text=_("How often it is right, from 0 to 1, as long as nobody has decided."),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("cue")
        verbose_name_plural = _("cues")
        ordering = ["kind", "use", "language", "phrase"]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "use", "kind", "phrase"],
                name="cue_stands_once",
                violation_error_message=_("This cue is there already."),
            ),
            models.CheckConstraint(name="cue_use_is_known", condition=Q(use__in=CueUse.values)),
            models.CheckConstraint(
                name="cue_has_a_kind",
                condition=Q(kind__in=Kind.values)
                | Q(kind="", use__in=[CueUse.STOP, CueUse.SILENCE]),
                violation_error_message=_("Say which kind it speaks for."),
            ),
            models.CheckConstraint(
                name="cue_of_a_name_is_of_an_actor",
                condition=~Q(use=CueUse.NAME) | Q(kind=Kind.ACTOR),
                violation_error_message=_("Names are those of actors."),
            ),
            models.CheckConstraint(
                name="cue_prior_is_a_share",
                condition=Q(prior__gte=0, prior__lte=1),
                violation_error_message=_("The strength stands between 0 and 1."),
            ),
        ]

    def __str__(self) -> str:
        return self.phrase

    def get_absolute_url(self) -> str:
        return reverse("cue", args=[self.pk])


class SuggestionState(models.TextChoices):
    """Where a suggestion stands."""

    WAITING = "waiting", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    REPLACED = "replaced", _("replaced")  # by another text, or rules that no longer propose it


DECIDED = (SuggestionState.ACCEPTED, SuggestionState.REJECTED)


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def of(self, report: Report) -> SuggestionQuerySet:
        return self.filter(passage__report=report)

    def waiting(self) -> SuggestionQuerySet:
        """Keep what nobody has decided and still stands in the text that is read."""
        return self.filter(
            state=SuggestionState.WAITING, passage__text_version=F("passage__report__text_version")
        )

    def decided(self) -> SuggestionQuerySet:
        return self.filter(state__in=DECIDED)

    def by_cue(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Return by kind and cue how many were right (accepted as that kind) and how many not."""
        right = Q(state=SuggestionState.ACCEPTED, decided_kind=F("kind"))
        rows = self.decided().order_by().values_list("kind", "cue")
        counted = rows.annotate(right=Count("pk", filter=right), all=Count("pk"))
        return {(kind, cue): (right, every - right) for kind, cue, right, every in counted}

    def strongest_first(self) -> SuggestionQuerySet:
        return self.order_by("-score", "passage__ordinal", "start", "pk")

    def as_read(self) -> SuggestionQuerySet:
        """Order by place; an actor after the sentence that names it."""
        last = Case(When(kind=Kind.ACTOR, then=Value(1)), default=Value(0))
        return self.order_by("passage__ordinal", last, "start", "pk")


@tracked
class Suggestion(models.Model):
    """Words of a passage that may be worth a record.

    ``kind`` is what was proposed, ``decided_kind`` what they were accepted as; the cue that fired
    stands from ``cue_start`` to ``cue_end`` of the passage.
    """

    passage = models.ForeignKey(
        Passage, verbose_name=_("passage"), on_delete=models.CASCADE, related_name="suggestions"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    exact = models.TextField(_("words"))
    start = models.PositiveIntegerField(_("start"))
    end = models.PositiveIntegerField(_("end"))
    cue = models.CharField(_("cue"), max_length=MOST_OF_A_CUE)
    cue_start = models.PositiveIntegerField(null=True)
    cue_end = models.PositiveIntegerField(null=True)
    score = models.FloatField(_("score"))
    number = models.CharField(_("printed number"), max_length=50, blank=True)
    addressee = models.CharField(_("addressee"), max_length=300, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=SuggestionState.choices,
        default=SuggestionState.WAITING,
    )
    decided_kind = models.CharField(max_length=20, choices=Kind.choices, blank=True)
    decided_by = person(_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    record = models.ForeignKey(
        Record,
        verbose_name=_("record"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="suggestions",
    )

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["passage", "start", "pk"]
        indexes = [models.Index(fields=["kind", "cue"], name="suggestion_of_cue")]
        constraints = [
            models.UniqueConstraint(
                fields=["passage", "kind", "start", "end"], name="suggestion_stands_once"
            ),
            models.CheckConstraint(
                name="suggestion_kind_is_known", condition=Q(kind__in=Kind.values)
            ),
            models.CheckConstraint(
                name="suggestion_is_not_empty", condition=Q(start__lt=F("end")) & ~Q(exact="")
            ),
            models.CheckConstraint(
                name="suggestion_score_is_a_share", condition=Q(score__gte=0, score__lte=1)
            ),
            models.CheckConstraint(
                name="suggestion_is_decided_or_not",
                condition=Q(state__in=DECIDED, decided_at__isnull=False)
                | Q(
                    state__in=[SuggestionState.WAITING, SuggestionState.REPLACED],
                    decided_at=None,
                    record=None,
                ),
            ),
        ]

    def __str__(self) -> str:
        return _("“%(words)s”") % {"words": self.exact}

    @property
    def marked(self) -> list[tuple[bool, str]]:
        """The words in up to three parts, and of each whether it is the cue."""
        first, last = self.cue_start, self.cue_end
        if first is None or last is None or not self.start <= first < last <= self.end:
            return [(False, self.exact)]
        at = [0, first - self.start, last - self.start, len(self.exact)]
        parts = [self.exact[a:b] for a, b in pairwise(at)]
        return [(index == 1, part) for index, part in enumerate(parts) if part]

    @property
    def around(self) -> tuple[str, str]:
        """What stands before and after the words in their passage, cut where it is long."""
        text: Any = self.passage.text
        before, after = text[: self.start], text[self.end :]
        if len(before) > MOST_AROUND:
            before = "… " + before[-MOST_AROUND:].partition(" ")[2]
        if len(after) > MOST_AROUND:
            after = after[:MOST_AROUND].rpartition(" ")[0] + " …"
        return before, after

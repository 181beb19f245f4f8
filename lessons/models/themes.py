"""The theme scheme: SKOS concepts in a tree, labelled in both languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .fields import WebAddressField
from .guards import one_step, refusal
from .history import tracked, tracked_membership
from .languages import reading_french
from .outbox import announced


class ThemeQuerySet(models.QuerySet["Theme"]):
    def offered(self) -> ThemeQuerySet:
        """Keep what may be given to records."""
        return self.filter(deprecated=False)

    def with_narrower(self, themes: Iterable[Theme]) -> set[int]:
        """Return the ids of ``themes``, of all their narrower ones and of what those replace."""
        narrower: dict[int | None, list[int]] = defaultdict(list)
        columns = ("pk", "broader_id", "replaced_by_id")
        for pk, broader, successor in self.model._default_manager.values_list(*columns):
            narrower[successor or broader].append(pk)
        found: set[int] = set()
        waiting = [theme.pk for theme in themes]
        while waiting:
            pk = waiting.pop()
            if pk not in found:
                found.add(pk)
                waiting.extend(narrower[pk])
        return found


@tracked
class Theme(models.Model):
    """A SKOS concept (https://www.w3.org/TR/skos-reference/)."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    notation = models.CharField(_("notation"), max_length=20, unique=True)
    pref_label_en = models.CharField(_("English label"), max_length=120, unique=True)
    pref_label_fr = models.CharField(_("French label"), max_length=120, unique=True)
    alt_labels_en = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("other English labels"),
        default=list,
        blank=True,
    )
    alt_labels_fr = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("other French labels"),
        default=list,
        blank=True,
    )
    scope_note_en = models.TextField(_("English scope note"), blank=True)
    scope_note_fr = models.TextField(_("French scope note"), blank=True)
    broader = models.ForeignKey(
        "self",
        verbose_name=_("broader theme"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="narrower",
    )
    related = models.ManyToManyField("self", verbose_name=_("related themes"), blank=True)
    exact_match = WebAddressField(
        _("exact match"), blank=True, help_text=_("The same concept in another scheme, as a URI.")
    )
    deprecated = models.BooleanField(_("deprecated"), default=False)
    replaced_by = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
    )

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["notation"]
        constraints = [
            models.CheckConstraint(
                name="theme_not_its_own_broader",
                condition=~models.Q(broader=models.F("id")),
                violation_error_message=_("A theme cannot be its own broader theme."),
            ),
            models.CheckConstraint(
                name="theme_replaced_only_if_deprecated",
                condition=models.Q(replaced_by=None) | models.Q(deprecated=True),
                violation_error_message=_("Only a deprecated theme is replaced by another."),
            ),
        ]
        triggers = [
            *announced(
                # A theme is searched under its broader ones too, and under what replaces it.
                """WITH RECURSIVE moved (id) AS (
                       SELECT id FROM {rows}
                       UNION
                       SELECT t.id FROM lessons_theme t JOIN moved
                       ON moved.id IN (t.broader_id, t.replaced_by_id)
                   )
                   SELECT record_id FROM lessons_record_themes JOIN moved ON moved.id = theme_id""",
                on="update",
            ),
            one_step("lessons_theme", "replaced_by_id"),
            pgtrigger.Trigger(
                name="theme_tree_has_no_cycle",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("broader_id"),
                # One at a time: two moves that close a circle together do not see each other.
                func="PERFORM pg_advisory_xact_lock(hashtext('lessons_theme'));"
                + refusal(
                    "theme_tree_has_no_cycle",
                    """NEW.id IN (
                        WITH RECURSIVE above (id) AS (
                            SELECT NEW.broader_id
                            UNION
                            SELECT t.broader_id FROM lessons_theme t JOIN above USING (id)
                        ) SELECT id FROM above)""",
                    "a theme cannot stand below itself",
                    "Choose a broader theme that is not one of its narrower ones.",
                )
                + "RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("theme", args=[self.slug])

    def clean(self) -> None:
        """Refuse a broader theme that stands below this one or is used no more."""
        if self.broader and self.broader.deprecated and not self.deprecated:
            raise ValidationError({"broader": _("This theme is deprecated; choose another.")})
        if self.pk and self.broader_id in Theme.objects.with_narrower([self]):
            raise ValidationError(
                {"broader": _("A theme cannot stand below itself or one of its narrower themes.")}
            )

    @property
    def label(self) -> str:
        """The preferred label in the reader's language."""
        return self.pref_label_fr if reading_french() else self.pref_label_en

    @property
    def scope_note(self) -> str:
        """The scope note in the reader's language, or in the other where it is missing."""
        english, french = self.scope_note_en, self.scope_note_fr
        return (french or english) if reading_french() else (english or french)


@tracked_membership
class RelatedTheme(Theme.related.through):  # type: ignore[name-defined]
    """That two themes are related, for their history."""

    class Meta:
        proxy = True

"""Links: how one record bears on another, and who says so."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .evidence import Citation
from .guards import ROW_BY_ROW, living_only, refusal
from .history import tracked
from .outbox import announced
from .records import Record
from .sight import may_read_if_named
from .vocabulary import JOINS, AssertedBy, Predicate


def _allowed_triples() -> str:
    """Return the SQL row list of (predicate, source kind, target kind) that may be linked."""
    rows = sorted((p.value, s.value, t.value) for p, pairs in JOINS.items() for s, t in pairs)
    return ", ".join(f"('{p}', '{s}', '{t}')" for p, s, t in rows)


class LinkQuerySet(models.QuerySet["Link"]):
    def visible_to(self, user: Any) -> "LinkQuerySet":
        """Keep links whose two ends ``user`` may read, and what they rest on."""
        records = Record.objects.visible_to(user)
        return self.readable_by(user).filter(source__in=records, target__in=records)

    def readable_by(self, user: Any) -> "LinkQuerySet":
        """Keep links that rest on nothing ``user`` may not read; between whatever records."""
        return self.filter(may_read_if_named(user))


@tracked
class Link(models.Model):
    """A statement ``source predicate target``; the source's own words need their citation."""

    source = models.ForeignKey(
        Record, verbose_name=_("source"), on_delete=models.CASCADE, related_name="links_out"
    )
    predicate = models.CharField(_("predicate"), max_length=20, choices=Predicate.choices)
    target = models.ForeignKey(
        Record, verbose_name=_("target"), on_delete=models.CASCADE, related_name="links_in"
    )
    asserted_by = models.CharField(
        _("asserted by"), max_length=10, choices=AssertedBy.choices, default=AssertedBy.ANALYST
    )
    citation = models.ForeignKey(
        Citation,
        verbose_name=_("citation"),
        on_delete=models.RESTRICT,  # goes with its record and the link, never alone
        null=True,
        blank=True,
        related_name="links",
    )
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("linked"), auto_now_add=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["source", "predicate", "target"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "predicate", "target"],
                name="link_once",
                violation_error_message=_("These two records are linked in this way already."),
            ),
            models.CheckConstraint(
                name="link_asserter_is_known", condition=Q(asserted_by__in=AssertedBy.values)
            ),
            models.CheckConstraint(
                name="link_joins_two_records",
                condition=~Q(source=F("target")),
                violation_error_message=_("A record cannot be linked to itself."),
            ),
            models.CheckConstraint(
                name="link_of_source_is_cited",
                condition=Q(asserted_by=AssertedBy.ANALYST) | Q(citation__isnull=False),
                violation_error_message=_(
                    "A link that the source asserts needs the citation it rests on."
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["predicate", "source", "target"],
                include=["asserted_by"],
                name="link_for_figures",
            ),
        ]
        triggers = [
            *announced("SELECT source_id FROM {rows} UNION SELECT target_id FROM {rows}"),
            pgtrigger.Trigger(
                name="link_fits_its_kinds",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=ROW_BY_ROW,
                declare=[("source_kind", "text"), ("target_kind", "text")],
                func="SELECT kind INTO source_kind FROM lessons_record WHERE id = NEW.source_id;"
                "SELECT kind INTO target_kind FROM lessons_record WHERE id = NEW.target_id;"
                + refusal(
                    "link_fits_its_kinds",
                    "(NEW.predicate, source_kind, target_kind) NOT IN"
                    f" (VALUES {_allowed_triples()})",
                    "this predicate does not join records of these kinds",
                )
                + "RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="link_keeps_its_citation",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__citation_id__isnull=False),
                # At commit, so that a link and its citation may move one after the other.
                timing=pgtrigger.Deferred,
                func=refusal(
                    "link_citation_is_of_its_ends",
                    "EXISTS (SELECT 1 FROM lessons_link l JOIN lessons_citation c"
                    " ON c.id = l.citation_id WHERE l.id = NEW.id"
                    " AND c.record_id NOT IN (l.source_id, l.target_id))",
                    "the citation of a link must be one of its two records' citations",
                )
                + "RETURN NULL;",
            ),
            living_only("lessons_link", "source_id", "target_id"),
        ]

    def __str__(self) -> str:
        return f"{self.source.code} {self.get_predicate_display()} {self.target.code}"

"""Citations: the exact words of a passage that a record rests on."""

from typing import Any

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from .guards import ROW_BY_ROW, living_only, publish_gate, refusal, text_gate
from .history import tracked_in_time
from .outbox import announced
from .records import Record
from .reports import Passage
from .restriction import settled_by_citations
from .sight import may_read
from .vocabulary import AnchorState


class CitationQuerySet(models.QuerySet["Citation"]):
    def readable_by(self, user: Any) -> "CitationQuerySet":
        """Keep those in reports that ``user`` may read; of whatever records."""
        return self.filter(may_read(user, "passage__report__"))

    def holding(self) -> "CitationQuerySet":
        """Keep those whose quotation stands in the text that is read today."""
        return self.exclude(state=AnchorState.LOST)


@tracked_in_time
class Citation(models.Model):
    """A W3C Web Annotation target: TextQuoteSelector and TextPositionSelector on a passage.

    ``start`` and ``end`` count Unicode code points in the passage's text, ``end`` exclusive
    (https://www.w3.org/TR/annotation-model/#selectors).
    """

    record = models.ForeignKey(
        Record, verbose_name=_("record"), on_delete=models.CASCADE, related_name="citations"
    )
    passage = models.ForeignKey(
        Passage, verbose_name=_("passage"), on_delete=models.PROTECT, related_name="citations"
    )
    exact = models.TextField(_("quotation"))
    prefix = models.CharField(_("words before"), max_length=64, blank=True)
    suffix = models.CharField(_("words after"), max_length=64, blank=True)
    start = models.PositiveIntegerField(_("start"))
    end = models.PositiveIntegerField(_("end"))
    text_sha256 = models.CharField(_("SHA-256 of the passage"), max_length=64)
    state = models.CharField(
        _("state"), max_length=10, choices=AnchorState.choices, default=AnchorState.VERIFIED
    )
    created_at = models.DateTimeField(_("cited"), auto_now_add=True)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["passage__report", "passage__ordinal", "start", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "passage", "start", "end"],
                name="citation_once_per_record",
                violation_error_message=_("This record cites these words already."),
            ),
            models.CheckConstraint(
                name="citation_state_is_known",
                condition=models.Q(state__in=AnchorState.values),
            ),
            models.CheckConstraint(
                name="citation_is_not_empty", condition=models.Q(start__lt=models.F("end"))
            ),
        ]
        indexes = [
            models.Index(fields=["record", "passage", "state"], name="citation_for_figures"),
        ]
        triggers = [
            *announced("SELECT record_id FROM {rows}"),
            *settled_by_citations(),
            pgtrigger.Trigger(
                name="citation_stands_in_its_passage",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=ROW_BY_ROW,
                declare=[("passage_text", "text")],
                # FOR SHARE: a passage being corrected at this moment is waited for.
                func="SELECT text INTO passage_text FROM lessons_passage"
                " WHERE id = NEW.passage_id FOR SHARE;"
                + refusal(
                    "citation_stands_in_its_passage",
                    'substr(passage_text, NEW.start + 1, NEW."end" - NEW.start) IS DISTINCT FROM'
                    ' NEW.exact OR NEW."end" > char_length(passage_text)',
                    "the quotation does not stand between start and end of its passage",
                    "Quote the words exactly as the passage has them.",
                )
                + refusal(
                    "citation_knows_its_text",
                    "encode(sha256(convert_to(passage_text, 'UTF8')), 'hex') <> NEW.text_sha256",
                    "the hash of a citation is not that of its passage",
                )
                + "RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="citation_stays_with_its_links",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("record_id"),
                timing=pgtrigger.Deferred,
                func=refusal(
                    "link_citation_is_of_its_ends",
                    "EXISTS (SELECT 1 FROM lessons_link l JOIN lessons_citation c"
                    " ON c.id = l.citation_id WHERE c.id = NEW.id"
                    " AND c.record_id NOT IN (l.source_id, l.target_id))",
                    "the citation of a link must be one of its two records' citations",
                )
                + "RETURN NULL;",
            ),
            living_only("lessons_citation", "record_id"),
            text_gate(
                pgtrigger.Insert | pgtrigger.UpdateOf("passage_id", "state"),
                "c.id = NEW.id",
                "(SELECT report_id FROM lessons_passage WHERE id = NEW.passage_id)",
            ),
            publish_gate(
                "cited_record_keeps_evidence", pgtrigger.Update | pgtrigger.Delete, "OLD.record_id"
            ),
        ]

    def __str__(self) -> str:
        return _("“%(words)s”") % {"words": self.exact}

    def get_absolute_url(self) -> str:
        report = self.passage.report.get_absolute_url()
        return f"{report}?cite={self.pk}#p-{self.passage.ordinal}"

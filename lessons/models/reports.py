"""Reports and the passages that records cite."""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .countries import Country
from .fields import WebAddressField
from .guards import refusal, text_gate
from .history import tracked
from .outbox import announced
from .restriction import settled_by_reports
from .sight import Access, may_read
from .vocabulary import DatePrecision

READ_AT_ONCE = 200  # passages on a page of the reading view


class ReportType(models.TextChoices):
    """What sort of document a report is."""

    POLICY_REPORT = "policy_report", _("policy report")
    EVALUATION = "evaluation", _("evaluation")
    INQUIRY = "inquiry", _("inquiry")
    AUDIT = "audit", _("audit")
    AFTER_ACTION_REVIEW = "after_action_review", _("after-action review")
    STUDY = "study", _("study")
    DATASET = "dataset", _("dataset")


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: Any) -> "ReportQuerySet":
        """Keep what ``user`` may read."""
        return self.filter(may_read(user, ""))


@tracked
class Report(models.Model):
    """A source document, described with Dublin Core's terms."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    subtitle = models.CharField(_("subtitle"), max_length=300, blank=True)
    authors = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("authors"),
        default=list,
        blank=True,
        help_text=_("“Family name, Given name”, or a body's name without a comma."),
    )
    commissioned_by = models.CharField(_("commissioned by"), max_length=400, blank=True)
    publisher = models.CharField(_("publisher"), max_length=300, blank=True)
    issued = models.DateField(_("date issued"), null=True, blank=True)
    issued_precision = models.CharField(
        _("date is known to the"),
        max_length=5,
        choices=DatePrecision.choices,
        default=DatePrecision.DAY,
    )
    type = models.CharField(
        _("type"), max_length=30, choices=ReportType.choices, default=ReportType.POLICY_REPORT
    )
    symbol = models.CharField(_("document symbol"), max_length=100, blank=True)
    isbn = models.CharField(_("ISBN"), max_length=20, blank=True)
    doi = models.CharField(_("DOI"), max_length=200, blank=True)
    url = WebAddressField(_("address"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    rights = models.TextField(_("rights"), blank=True)
    access = models.CharField(
        _("access"),
        max_length=10,
        choices=Access.choices,
        default=Access.PUBLIC,
        db_default=Access.PUBLIC,
        help_text=_(
            "A restricted report, its text and its quotations are shown at the desk alone; so is "
            "every record that rests on restricted reports only."
        ),
    )
    note = models.TextField(
        _("note"),
        blank=True,
        help_text=_("What a reader must know, e.g. that only a part is held."),
    )
    countries = models.ManyToManyField(Country, verbose_name=_("countries"), blank=True)
    file = models.FileField(_("file"), upload_to="reports/", blank=True)
    file_sha256 = models.CharField(
        _("SHA-256 of the file"), max_length=64, unique=True, null=True, blank=True, editable=False
    )
    page_count = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    text_version = models.PositiveIntegerField(
        _("text version"),
        default=1,
        editable=False,
        help_text=_("The extraction that is read; older passages stay for the citations in them."),
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-issued", "title"]
        constraints = [
            models.CheckConstraint(
                name="report_access_is_known", condition=models.Q(access__in=Access.values)
            ),
        ]
        triggers = [
            settled_by_reports(),
            *announced(
                "SELECT c.record_id FROM lessons_citation c JOIN lessons_passage p"
                " ON p.id = c.passage_id WHERE p.report_id IN (SELECT id FROM {rows})"
                # A link that rests on it is told of at both its ends.
                " UNION SELECT unnest(ARRAY[l.source_id, l.target_id]) FROM lessons_link l"
                " JOIN lessons_citation c ON c.id = l.citation_id JOIN lessons_passage p"
                " ON p.id = c.passage_id WHERE p.report_id IN (SELECT id FROM {rows})",
                on="update",
            ),
            *announced(
                "SELECT id FROM lessons_passage WHERE report_id IN (SELECT id FROM {rows})",
                column="passage",
                on="update",
            ),
            text_gate(pgtrigger.UpdateOf("text_version"), "p.report_id = NEW.id", "NEW.id"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.slug])

    @property
    def is_restricted(self) -> bool:
        return self.access == Access.RESTRICTED

    @property
    def is_pictured(self) -> bool:
        """Whether its pages can be shown: the file that is read is here, and a PDF."""
        return bool(self.file_sha256 and (self.file.name or "").endswith(".pdf"))

    @property
    def full_title(self) -> str:
        """Title and subtitle as a bibliography prints them."""
        return f"{self.title}: {self.subtitle}" if self.subtitle else self.title


class PassageQuerySet(models.QuerySet["Passage"]):
    def visible_to(self, user: Any) -> "PassageQuerySet":
        """Keep those of reports that ``user`` may read."""
        return self.filter(may_read(user, "report__"))

    def current(self) -> "PassageQuerySet":
        """Leave out passages of text versions that a newer extraction has replaced."""
        return self.filter(text_version=models.F("report__text_version"))


class Passage(models.Model):
    """A paragraph, list item, table row or footnote of a report, in reading order."""

    report = models.ForeignKey(
        Report, verbose_name=_("report"), on_delete=models.CASCADE, related_name="passages"
    )
    text_version = models.PositiveIntegerField(_("text version"), default=1)
    ordinal = models.PositiveIntegerField(_("number"))
    section_path = ArrayField(
        models.CharField(max_length=300), verbose_name=_("section"), default=list, blank=True
    )
    page = models.PositiveIntegerField(_("page in the file"), null=True, blank=True)
    page_label = models.CharField(_("printed page"), max_length=20, blank=True)
    text = models.TextField(_("text"))

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["report", "text_version", "ordinal"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "text_version", "ordinal"], name="passage_unique_in_version"
            ),
            models.CheckConstraint(
                name="passage_has_text",
                condition=~models.Q(text=""),
                violation_error_message=_("A passage needs a text."),
            ),
        ]
        triggers = [
            *announced("SELECT id FROM {rows}", column="passage"),
            pgtrigger.Trigger(
                name="cited_passage_is_immutable",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("text", "report_id", "text_version", "ordinal"),
                condition=pgtrigger.AnyChange("text", "report", "text_version", "ordinal"),
                func=refusal(
                    "cited_passage_is_immutable",
                    "EXISTS (SELECT 1 FROM lessons_citation WHERE passage_id = OLD.id)",
                    "a passage that is cited cannot be changed",
                    "Add a new text version of the report instead.",
                )
                + "RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report.title} ¶ {self.ordinal}: {self.text[:80]}"

    def get_absolute_url(self) -> str:
        """Return its permalink, which leads to the page of the text that it stands on."""
        query = f"?passage={self.ordinal}" if self.ordinal > READ_AT_ONCE else ""
        return f"{self.report.get_absolute_url()}{query}#p-{self.ordinal}"

    @property
    def picture_url(self) -> str:
        """Where its page is shown as a picture; empty where that cannot be."""
        of_this_file = self.report.is_pictured and self.text_version == self.report.text_version
        if not (of_this_file and self.page):
            return ""
        return reverse("report_page", args=[self.report.slug, self.page])

    @property
    def locator(self) -> str:
        """Where it stands, as a citation says it: ``p. 12`` or ``para. 3``."""
        page = self.page_label or self.page
        if page:
            return _("p. %(page)s") % {"page": page}
        return _("para. %(number)d") % {"number": self.ordinal}

"""Countries of ISO 3166, former ones included, since reports outlive states."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .languages import reading_french
from .outbox import announced


class Country(models.Model):
    """A country under the code a report may still use, such as ``ZAR`` for Zaire."""

    code = models.CharField(_("code"), max_length=4, primary_key=True)
    label_en = models.CharField(_("English name"), max_length=100)
    label_fr = models.CharField(_("French name"), max_length=100)
    region = models.CharField(_("region"), max_length=100, blank=True)
    former = models.BooleanField(_("no longer exists"), default=False)

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["label_en"]
        triggers = announced(
            "SELECT record_id FROM lessons_record_countries"
            " WHERE country_id IN (SELECT code FROM {rows})",
            on="update",
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.label_fr if reading_french() else self.label_en

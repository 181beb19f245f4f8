"""Meaning as numbers, and which records are near to one another by it: made from records, never by
people, and only where the extra ``semantic`` is installed (docs/adr/0011)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .records import Record


class Part(models.TextChoices):
    """The texts of a record that are read for their meaning, each by itself."""

    STATEMENT = "statement", _("statement")  # after the title
    DISCUSSION = "discussion", _("discussion")


class RealField(models.FloatField):
    """Four bytes: as precise as such numbers are, and what pgvector casts from."""

    def db_type(self, connection: object) -> str:
        """Return PostgreSQL's name of the type."""
        return "real"


class RecordEmbedding(models.Model):
    """What ``model`` makes of one text of a record: a vector of length one."""

    record = models.ForeignKey(
        Record, verbose_name=_("record"), on_delete=models.CASCADE, related_name="embeddings"
    )
    part = models.CharField(_("text"), max_length=20, choices=Part.choices)
    model = models.CharField(_("model"), max_length=100)
    digest = models.CharField(
        _("digest"), max_length=32, help_text=_("Of the text, to see when it has changed.")
    )
    vector = ArrayField(RealField(), verbose_name=_("vector"))
    placed = models.BooleanField(
        _("placed"), default=False, help_text=_("Whether its neighbours have been looked for.")
    )

    class Meta:
        verbose_name = _("meaning")
        verbose_name_plural = _("meanings")
        constraints = [
            models.UniqueConstraint(fields=["record", "part"], name="embedding_once"),
        ]
        indexes = [
            models.Index(fields=["record"], condition=Q(placed=False), name="embedding_unplaced"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.part}"


class RecordNeighbour(models.Model):
    """Two records near in meaning, found from the first; ``similarity`` is their cosine."""

    record = models.ForeignKey(
        Record, verbose_name=_("record"), on_delete=models.CASCADE, related_name="neighbours_out"
    )
    other = models.ForeignKey(
        Record, verbose_name=_("other"), on_delete=models.CASCADE, related_name="neighbours_in"
    )
    similarity = RealField(_("similarity"))

    class Meta:
        verbose_name = _("neighbour in meaning")
        verbose_name_plural = _("neighbours in meaning")
        constraints = [
            models.UniqueConstraint(fields=["record", "other"], name="neighbour_once"),
            models.CheckConstraint(condition=~Q(record=F("other")), name="neighbour_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} ~ {self.other_id}"

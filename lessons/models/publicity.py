"""What the public has seen happen to records: published, changed, withdrawn, merged.

The history knows it too, but only by comparing each event with the one before. These rows are
written by statement triggers beside it, so that the newest of a million are found at once.
"""

from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from .sight import sight_of
from .statements import after_statement
from .vocabulary import Kind, Status


class PublicEvent(models.TextChoices):
    """What happened to a record before everyone's eyes."""

    PUBLISHED = "published", _("published")
    CHANGED = "changed", _("changed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    MERGED = "merged", _("merged")


class PublicChangeQuerySet(models.QuerySet["PublicChange"]):
    def seen_by(self, user: Any) -> "PublicChangeQuerySet":
        """Keep changes of records that ``user`` may know of."""
        return self if sight_of(user).reads_restricted else self.filter(record__restricted=False)


class PublicChange(models.Model):
    """One of these events; it says that something changed, never what."""

    record = models.ForeignKey(
        "lessons.Record",
        verbose_name=_("record"),
        on_delete=models.CASCADE,
        db_index=False,  # nobody asks by record, and a published one is never deleted
        related_name="+",
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    event = models.CharField(_("event"), max_length=20, choices=PublicEvent.choices)
    at = models.DateTimeField(_("when"))

    objects = PublicChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("public change")
        verbose_name_plural = _("public changes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "-id"], name="public_change_by_kind"),
            models.Index(fields=["event", "-id"], name="public_change_by_event"),
            BrinIndex(fields=["at"], name="public_change_in_time"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.event}"

    @property
    def is_open(self) -> bool:
        """Whether the record is public today, so that its title may be told."""
        return self.record.status == Status.PUBLISHED and self.record.merged_into_id is None


NOTE = "INSERT INTO lessons_publicchange (record_id, kind, event, at)"
SEEN = "({row}.status = 'published' AND {row}.merged_into_id IS NULL)"


def noted_in_public(content: Iterable[str]) -> list[pgtrigger.Trigger]:
    """Return the triggers that note what the public sees; ``content`` is what a record says."""
    before, after = SEEN.format(row="o"), SEEN.format(row="n")
    old, new = (", ".join(f"{row}.{name}" for name in ("version", *content)) for row in "on")
    return [
        after_statement(
            "note_in_public_insert",
            "insert",
            f"{NOTE} SELECT n.id, n.kind, 'published', clock_timestamp() FROM new_rows n"
            f" WHERE {after};",
        ),
        after_statement(
            "note_in_public_update",
            "update",
            f"""{NOTE} SELECT n.id, n.kind, CASE
                WHEN {after} AND {before} THEN 'changed'
                WHEN {after} THEN 'published'
                WHEN n.merged_into_id IS NOT NULL THEN 'merged'
                ELSE 'withdrawn' END, clock_timestamp()
            FROM new_rows n JOIN old_rows o ON o.id = n.id
            WHERE ({before} OR {after})
                AND ({before} <> {after} OR ({old}) IS DISTINCT FROM ({new}));""",
        ),
    ]

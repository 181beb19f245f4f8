"""Free tags, through taggit, with real foreign keys."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Count, F
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from .guards import living_only, one_step
from .history import tracked, tracked_membership
from .outbox import announced


class TagQuerySet(models.QuerySet["Tag"]):
    def unmerged(self) -> TagQuerySet:
        return self.filter(merged_into=None)

    def offered(self) -> TagQuerySet:
        """Keep what may be given to records: neither merged into another nor retired."""
        return self.unmerged().filter(retired=False)

    def with_use(self) -> TagQuerySet:
        """Add ``times_used``: on how many records the tag stands."""
        return self.annotate(times_used=Count("record_tags"))


@tracked
class Tag(TagBase):
    """A free word or phrase; ``Mandate`` and ``mandate`` are one tag.

    One that was merged stays as a name and an address of its survivor.
    """

    retired = models.BooleanField(
        _("retired"), default=False, help_text=_("Kept where it is, offered no more.")
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_from",
    )

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        indexes = [GinIndex(OpClass(F("name"), "gin_trgm_ops"), name="tag_name_trigrams")]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="tag_unique_whatever_the_case",
                violation_error_message=_("This tag exists already."),
            ),
        ]
        triggers = [
            *announced(
                "SELECT content_object_id FROM lessons_recordtag"
                " WHERE tag_id IN (SELECT id FROM {rows})",
                on="update",
            ),
            one_step("lessons_tag", "merged_into_id"),
        ]

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Return the tag in Latin letters, in its own script where it has none."""
        slug = slugify(tag) or slugify(tag, allow_unicode=True) or "tag"
        return f"{slug}_{i}" if i is not None else slug

    def get_absolute_url(self) -> str:
        return f"{reverse('records', args=[''])}?tag={self.slug}"


@tracked_membership
class RecordTag(ItemBase):
    """That a record bears a tag."""

    content_object = models.ForeignKey(
        "lessons.Record", on_delete=models.CASCADE, related_name="record_tags"
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="record_tags")

    class Meta:
        verbose_name = _("tag of a record")
        verbose_name_plural = _("tags of records")
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="record_tag_once"),
        ]
        triggers = [
            *announced("SELECT content_object_id FROM {rows}"),
            living_only("lessons_recordtag", "content_object_id"),
            living_only("lessons_recordtag", "tag_id", target="lessons_tag"),
        ]

"""Comments: what people at the desk say to one another about a record."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from .fields import person
from .guards import living_only
from .history import tracked
from .records import Record

LONGEST = 4000  # characters


class CommentQuerySet(models.QuerySet["Comment"]):
    def open(self) -> CommentQuerySet:
        return self.filter(resolved_at=None)

    def awaiting(self, user: Any) -> CommentQuerySet:
        """Keep open comments of others that ``user`` has not answered, on records that ``user``
        wrote, is assigned to or has commented on."""
        own = Comment.objects.filter(record=OuterRef("record"), author=user)
        concerned = Q(record__created_by=user) | Q(record__assigned_to=user) | Exists(own)
        answered = Exists(own.filter(pk__gt=OuterRef("pk")))
        return self.open().filter(concerned).exclude(author=user).exclude(answered)


@tracked
class Comment(models.Model):
    """One remark. It is never rewritten, only resolved; the public never sees it."""

    record = models.ForeignKey(
        Record, verbose_name=_("record"), on_delete=models.CASCADE, related_name="comments"
    )
    author = person(_("author"))
    text = models.TextField(_("comment"), validators=[MaxLengthValidator(LONGEST)])
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    resolved_by = person(_("resolved by"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(name="comment_has_words", condition=~Q(text="")),
        ]
        triggers = [
            pgtrigger.Protect(
                name="comment_is_never_rewritten",
                operation=pgtrigger.UpdateOf("text", "author_id", "created_at"),
            ),
            living_only("lessons_comment", "record_id"),
        ]

    def __str__(self) -> str:
        return f"{self.record.code}: {self.text[:60]}"

"""Reading lists: records somebody collected, or a query that is kept."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .guards import living_only
from .history import tracked
from .records import Record


class Visibility(models.TextChoices):
    """Who may open a reading list."""

    PRIVATE = "private", _("private")
    LINK = "link", _("anyone with the link")
    PUBLIC = "public", _("public")


class ReadingList(models.Model):
    """A titled, ordered selection of records; with ``query`` it follows that query instead."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="reading_lists",
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    visibility = models.CharField(
        _("visibility"), max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    token = models.UUIDField(_("link"), default=uuid.uuid4, unique=True, editable=False)
    query = models.CharField(
        _("query"),
        max_length=1000,
        blank=True,
        help_text=_("The part of a list's address after “?”, e.g. theme=early-warning."),
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("reading list")
        verbose_name_plural = _("reading lists")
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title


@tracked
class ReadingListItem(models.Model):
    """A record's place in a reading list, with a note."""

    reading_list = models.ForeignKey(
        ReadingList, verbose_name=_("reading list"), on_delete=models.CASCADE, related_name="items"
    )
    record = models.ForeignKey(
        Record,
        verbose_name=_("record"),
        on_delete=models.CASCADE,
        related_name="+",
        limit_choices_to={"merged_into": None},
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("list item")
        verbose_name_plural = _("list items")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reading_list", "record"], name="list_holds_record_once"
            ),
        ]
        triggers = [living_only("lessons_readinglistitem", "record_id")]

    def __str__(self) -> str:
        return self.record.title

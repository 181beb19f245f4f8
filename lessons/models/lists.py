"""Reading lists: records somebody collected, or a query that is kept."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .guards import living_only
from .history import tracked
from .records import Record

STEP = 1024  # between two places, so that a move between them writes one row
LONGEST_NOTE = 4000  # characters


class Visibility(models.TextChoices):
    """Who may open a reading list."""

    PRIVATE = "private", _("private")
    LINK = "link", _("anyone with the link")
    PUBLIC = "public", _("public")


class ReadingListQuerySet(models.QuerySet["ReadingList"]):
    def of(self, user: Any) -> ReadingListQuerySet:
        """Keep the lists that ``user`` owns or owns with others."""
        return self.filter(Q(owner=user.pk) | Q(pk__in=self._owned_with_others(user)))

    def visible_to(self, user: Any) -> ReadingListQuerySet:
        """Keep what ``user`` may open by its address: own lists, and everyone's public ones."""
        public = Q(visibility=Visibility.PUBLIC)
        if not user.is_authenticated:
            return self.filter(public)
        return self.filter(public | Q(owner=user.pk) | Q(pk__in=self._owned_with_others(user)))

    def with_token(self, token: uuid.UUID) -> ReadingListQuerySet:
        """Keep the list that this link opens: none once it is private again."""
        return self.filter(token=token).exclude(visibility=Visibility.PRIVATE)

    @staticmethod
    def _owned_with_others(user: Any) -> models.QuerySet[Any]:
        through = ReadingList.co_owners.through.objects.filter(user=user.pk)
        return through.values("readinglist")


class ReadingList(models.Model):
    """A titled, ordered selection of records; with ``query`` it follows that query instead."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="reading_lists",
    )
    co_owners = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owned with"),
        blank=True,
        related_name="co_owned_lists",
    )
    title = models.CharField(_("title"), max_length=200)
    # Lists from before they had addresses get one that nobody guesses.
    slug = models.SlugField(
        _("name in its address"),
        max_length=80,
        unique=True,
        editable=False,
        db_default=Cast(RandomUUID(), models.CharField(max_length=36)),
    )
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
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ReadingListQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading list")
        verbose_name_plural = _("reading lists")
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                name="list_visibility_is_known", condition=Q(visibility__in=Visibility.values)
            ),
            models.CheckConstraint(name="list_has_a_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("list", args=[self.slug])

    def get_shared_url(self) -> str:
        """Return the address that opens it to whoever knows it."""
        return reverse("list_shared", args=[self.token])

    @property
    def is_living(self) -> bool:
        """Whether it follows a query."""
        return bool(self.query)


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

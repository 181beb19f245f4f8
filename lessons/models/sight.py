"""What a person may see: the one place that says so. Everything that is asked of records, reports
and quotations for somebody asks it, caches keep their answers by it, the index by its values."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Access(models.TextChoices):
    """Who may read a report (Dublin Core's accessRights)."""

    PUBLIC = "public", _("public")
    RESTRICTED = "restricted", _("restricted")


class Sight(StrEnum):
    """How far somebody sees: what is public, restricted reports too, or what is in work as well."""

    PUBLIC = "public"
    INSIDE = "inside"
    DESK = "desk"

    @property
    def reads_restricted(self) -> bool:
        """Whether what restricted reports say is open to it."""
        return self is not Sight.PUBLIC


def sight_of(user: Any) -> Sight:
    """Return how far ``user`` sees."""
    if user.has_perm("lessons.view_record"):
        return Sight.DESK
    if settings.READERS_SEE_RESTRICTED and user.is_authenticated:
        return Sight.INSIDE
    return Sight.PUBLIC


def may_read(user: Any, report: str) -> Q:
    """Return the condition that the report at the end of the path ``report`` is open to ``user``.

    The path is that of a query: empty for reports, ``passage__report__`` for quotations.
    """
    if sight_of(user).reads_restricted:
        return Q()
    return Q(**{f"{report}access": Access.PUBLIC})


def may_read_if_named(user: Any, citation: str = "citation") -> Q:
    """Return the condition that what rests on a citation, if on any, rests on an open one."""
    if sight_of(user).reads_restricted:
        return Q()
    return Q(**{f"{citation}__isnull": True}) | may_read(user, f"{citation}__passage__report__")

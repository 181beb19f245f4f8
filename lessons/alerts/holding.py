"""What a saved search found when its owner was last told, so that what joins it later shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from lessons.models import PublicChange
from lessons.search import Building, Filters, Found, SearchUnavailable

MOST = 20_000  # ids that are kept of a search, 8 bytes each


def found_by(query: str) -> list[int]:
    """Return the ids of what everyone finds, in the order of the list."""
    return Found(Filters.from_string(query), AnonymousUser()).ids()


def held_at(moment: datetime, found: Iterable[int], before: Iterable[int] = ()) -> list[int] | None:
    """Return what of ``found``, which is as of now, was there at ``moment``; None if too many.

    What was touched since is left for the next time, unless it was there ``before``.
    """
    since = PublicChange.objects.filter(at__gt=moment).values_list("record_id", flat=True)
    later = set(since) - set(before)
    held = sorted(set(found) - later)
    return held if len(held) <= MOST else None


def held_now(query: str, moment: datetime) -> list[int] | None:
    """Return the same for a search that begins; None too while it cannot be answered."""
    try:
        return held_at(moment, found_by(query))
    except (SearchUnavailable, Building):
        return None

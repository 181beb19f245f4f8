"""What templates need beyond Django's own tags."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.text import Truncator

from lessons import citing, suggestions, wording
from lessons.insights import figures
from lessons.insights.recurrence import Recurrence
from lessons.models import Passage, Report
from lessons.search.highlights import Marker

register = template.Library()


@register.filter
def in_text(passage: Passage) -> str:
    """Return the passage's citation for running text: ``(LaRose-Edwards, 1994, para. 3)``."""
    return citing.in_text(passage)


@register.filter
def excerpt(text: str, marker: Marker) -> str:
    """Return the surroundings of the first word found in ``text``, or its beginning."""
    return marker.excerpt(text) or Truncator(text).chars(300)


@register.simple_tag
def sparkline(said: Recurrence) -> str:
    """Return the years in which a record is said as dots on a line."""
    return figures.sparkline(said.years, *said.ends)


@register.simple_tag
def suggested_in(report: Report, user: Any) -> dict[str, Any]:
    """Return how many suggestions wait for ``user`` in a report and, if none, whether a job is
    looking for some."""
    left = suggestions.open_to(user, report).count()
    return {"left": left, "looking": not left and suggestions.looking_in(report)}


@register.filter
def issued(report: Report) -> str:
    """Return the report's date, no more precisely than it is known."""
    return citing.issued(report)


@register.filter
def near_changes(pieces: list[wording.Piece], whole: str = "") -> list[wording.Piece]:
    """Return the pieces of a text with what stayed cut short, unless it is to be read ``whole``."""
    return pieces if whole else wording.abridged(pieces)


@register.filter
def item(found: Mapping[Any, Any], key: Any) -> Any:
    """Return what ``found`` holds under ``key``; None if it holds nothing."""
    return found.get(key) if found else None

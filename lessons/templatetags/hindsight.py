"""What templates need beyond Django's own tags."""

from django import template

from lessons import citing
from lessons.models import Passage, Report

register = template.Library()


@register.filter
def in_text(passage: Passage) -> str:
    """Return the passage's citation for running text: ``(LaRose-Edwards, 1994, para. 3)``."""
    return citing.in_text(passage)


@register.filter
def short_name(report: Report) -> str:
    """Return the report's short name: ``LaRose-Edwards 1994``."""
    return citing.short(report)


@register.filter
def issued(report: Report) -> str:
    """Return the report's date, no more precisely than it is known."""
    return citing.issued(report)

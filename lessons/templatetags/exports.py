"""The links by which a page is taken along as a file."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from lessons.exporters import FORMATS
from lessons.exporters.selection import SEPARATOR

register = template.Library()

FIRST = ("docx", "pdf", "xlsx", "csv")  # the rest is for programs and unfolds


@register.inclusion_tag("exports/menu.html")
def take_along(
    path: str, query: str = "", choose: str = "", *, bare: bool = False
) -> dict[str, Any]:
    """Show a link for each format of the page at ``path``; ``choose`` is where columns are."""
    end = f"?{query}" if query else ""
    files = [(one.label, f"{path.rstrip('/')}.{one.suffix}{end}") for one in _ordered()]
    return {
        "label": "" if bare else _("Take along:"),
        "first": files[: len(FIRST)],
        "rest": files[len(FIRST) :],
        "choose": choose and f"{choose}{end}",
    }


def _ordered() -> list[Any]:
    rest = [suffix for suffix in FORMATS if suffix not in FIRST]
    return [FORMATS[suffix] for suffix in (*FIRST, *rest)]


@register.filter
def in_cell(value: Any) -> str:
    """Return a value as a table shows it: several values in one cell."""
    return "" if value is None else SEPARATOR.join(value) if isinstance(value, list) else str(value)

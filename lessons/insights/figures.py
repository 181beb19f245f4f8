"""The small pictures of the insights; each has its words beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lessons.drawing import element, picture

from .recurrence import Recurrence

WIDTH, HEIGHT, MARGIN = 160, 20, 6


def sparkline(years: Sequence[int], first: int, last: int) -> SafeString:
    """Return a dot for each of ``years`` on a line from ``first`` to ``last``, both included."""
    middle, span = HEIGHT / 2, max(1, last - first)
    places = [MARGIN + (year - first) * (WIDTH - 2 * MARGIN) / span for year in years]
    dots = [element("circle", cx=place, cy=middle, r=4, class_="dot") for place in places]
    axis = element("line", x1=MARGIN, x2=WIDTH - MARGIN, y1=middle, y2=middle, class_="axis")
    between = (
        [element("line", x1=places[0], x2=places[-1], y1=middle, y2=middle, class_="span")]
        if places
        else []
    )
    title = _("Said in %(years)s") % {"years": ", ".join(map(str, years)) or "—"}
    return picture(axis, *between, *dots, width=WIDTH, height=HEIGHT, title=title, css="sparkline")


def with_sparklines(rows: Sequence[Recurrence]) -> Iterable[tuple[Recurrence, SafeString]]:
    """Return each row with its sparkline, all on one scale."""
    years = [year for row in rows for year in row.years]
    if not years:
        return [(row, sparkline((), 0, 0)) for row in rows]
    return [(row, sparkline(row.years, min(years), max(years))) for row in rows]

"""Years as bars: above the line what is spoken of, by kind, below it the reports issued then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.drawing import element, picture
from lessons.models import Kind

from .timeline import Span

WIDE, UPWARD, DOWNWARD, AXIS = 900, 200, 70, 22
WIDEST = 46  # a bar, however few there are
LABEL = 46  # width that a label of years needs


@dataclass(frozen=True)
class Scale:
    """How wide a bar is, how high one record and one report are, and where the lists are."""

    width: float
    record: float
    report: float
    address: str


def bars(spans: Sequence[Span], address: str) -> SafeString:
    """Return the bars as SVG, each leading to the list at ``address`` of what it counts."""
    width = min(WIDEST, WIDE / max(1, len(spans)))
    most = max((span.total for span in spans), default=0) or 1
    most_reports = max((span.reports for span in spans), default=0) or 1
    scale = Scale(width, UPWARD / most, DOWNWARD / most_reports, address)
    columns = [_column(span, n * width, scale) for n, span in enumerate(spans)]
    every = -(-LABEL // int(width))
    wide = width * len(spans)
    labels = [
        element("text", str(span.first), x=n * width + 2, y=UPWARD + 16, class_="label")
        for n, span in enumerate(spans)
        if n % every == 0 and (n + 1) * width + LABEL / 2 <= max(wide, LABEL)
    ]
    line = element("line", x1=0, x2=wide, y1=UPWARD + 0.5, y2=UPWARD + 0.5, class_="axis")
    return picture(
        *columns, line, *labels, width=wide, height=UPWARD + AXIS + DOWNWARD,
        title=_("Years as bars"), css="years-bars",
    )  # fmt: skip


def _column(span: Span, x: float, scale: Scale) -> SafeString:
    title = element("title", says(span))
    room = {"x": x + scale.width * 0.1, "width": scale.width * 0.8}
    reach = element("rect", x=x, y=0, width=scale.width, height=UPWARD, class_="reach")
    top, stacked = float(UPWARD), []
    for kind in Kind:
        high = span.kinds[kind.value] * scale.record
        top -= high
        if high:
            stacked.append(element("rect", y=top, height=high, class_=f"bar {kind.value}", **room))
    below = element(
        "rect", y=UPWARD + AXIS, height=span.reports * scale.report, class_="bar report", **room
    )
    shapes = (title, reach, *stacked, *([below] if span.reports else []))
    if not span.total:
        return element("g", *shapes)
    return element("a", *shapes, href=f"{scale.address}?{span.query}")


def says(span: Span) -> str:
    """Return what a bar says in words."""
    parts = [f"{kind.plural_label}: {count}" for kind, count in span.cells if count]
    if span.reports:
        parts.append(
            ngettext("%(n)d report issued", "%(n)d reports issued", span.reports)
            % {"n": span.reports}
        )
    return f"{span.label} — {', '.join(parts) or _('nothing')}"

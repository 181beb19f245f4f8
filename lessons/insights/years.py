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

WIDE, HEAD, UPWARD, AXIS, DOWNWARD = 900, 16, 200, 22, 70
HIGH = HEAD + UPWARD + AXIS + DOWNWARD + HEAD
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
    return picture(
        *_frame(most, most_reports), *columns, *_labels(spans, width),
        width=WIDE, height=HIGH, title=_("Years as bars"), css="years-bars", role="group",
    )  # fmt: skip


def _frame(most: int, most_reports: int) -> list[SafeString]:
    """Return the line that the bars stand on, and how much the highest of each sort is."""
    return [
        element("line", x1=0, x2=WIDE, y1=y, y2=y, class_=css)
        for y, css in ((HEAD, "most"), (HEAD + UPWARD, "axis"), (HIGH - HEAD, "most"))
    ] + [
        element("text", str(most), x=WIDE, y=HEAD - 4, class_="label end"),
        element("text", str(most_reports), x=WIDE, y=HIGH - 4, class_="label end"),
    ]


def _labels(spans: Sequence[Span], width: float) -> list[SafeString]:
    """Return the first years of as many bars as there is room to name."""
    every = -(-LABEL // int(width))
    return [
        element("text", str(span.first), x=n * width + 2, y=HEAD + UPWARD + 16, class_="label")
        for n, span in enumerate(spans)
        if n % every == 0 and n * width + LABEL <= WIDE
    ]


def _column(span: Span, x: float, scale: Scale) -> SafeString:
    title = element("title", says(span))
    room = {"x": x + scale.width * 0.1, "width": scale.width * 0.8}
    reach = element("rect", x=x, y=HEAD, width=scale.width, height=UPWARD, class_="reach")
    top, stacked = float(HEAD + UPWARD), []
    for kind in Kind:
        high = span.kinds[kind.value] * scale.record
        top -= high
        if high:
            stacked.append(element("rect", y=top, height=high, class_=f"bar {kind.value}", **room))
    below = element(
        "rect",
        y=HEAD + UPWARD + AXIS,
        height=span.reports * scale.report,
        class_="bar report",
        **room,
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

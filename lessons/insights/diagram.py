"""The chain drawn: a column a stage, lines that open the quotation they rest on."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lessons import citing
from lessons.chain import STAGES
from lessons.drawing import clipped, element, picture
from lessons.models import Predicate

from .layout import places
from .network import Edge, Network
from .uptake import OUTCOMES

BOX, GAP, HIGH, APART, HEAD = 188, 40, 62, 10, 26  # a box, between columns and rows, the heads
LINE = 26  # characters a line of a box

Point = tuple[float, float]


def diagram(network: Network) -> SafeString:
    """Return the network as SVG; the page beside it says the same as a list."""
    stages = [kind for kind in STAGES if network.by_stage[kind]]
    at, rows = places(
        [network.by_stage[kind] for kind in stages],
        [(edge.before, edge.after) for edge in network.edges],
    )
    corners: dict[int, Point] = {
        pk: (_left(column), HEAD + row * (HIGH + APART)) for pk, (column, row) in at.items()
    }
    heads = [
        element("text", str(kind.plural_label).capitalize(), x=x, y=14, class_="head")
        for kind, x in zip(stages, (_left(number) for number in range(len(stages))), strict=True)
    ]
    lines = [_line(edge, corners) for edge in network.edges]
    boxes = [_box(network, pk, corner) for pk, corner in corners.items()]
    return picture(
        *heads, *lines, *boxes,
        width=_left(len(stages)) - GAP, height=HEAD + rows * (HIGH + APART),
        title=_("The chain as a diagram"), role="group",
        css="chain-diagram",
    )  # fmt: skip


def _left(column: int) -> int:
    return column * (BOX + GAP)


def _box(network: Network, pk: int, corner: Point) -> SafeString:
    record, (x, y) = network.records[pk], corner
    became = OUTCOMES[network.became[pk]] if pk in network.became else ""
    label = " · ".join(filter(None, (record.code, str(became))))
    title = element("title", f"{label}: {record.title}")
    frame = element("rect", x=x + 1, y=y + 1, width=BOX - 2, height=HIGH - 2, rx=5)
    words = [
        element("text", text, x=x + 10, y=y + 18 + 16 * row, class_="" if row else "code")
        for row, text in enumerate((label, *_wrapped(record.title)))
    ]
    css = f"box {record.kind}{' focused' if pk == network.focus else ''}"
    return element("a", title, frame, *words, href=f"?focus={record.code}", class_=css)


def _wrapped(text: str) -> list[str]:
    """Return a title on at most two lines, whole words each."""
    if len(text) <= LINE:
        return [text]
    first = clipped(text, LINE + 1).removesuffix("…")
    return [first, clipped(text[len(first) :].strip(" ,;:."), LINE)]


def _line(edge: Edge, corners: dict[int, Point]) -> SafeString:
    (x1, y1), (x2, y2) = corners[edge.before], corners[edge.after]
    start, end = x1 + BOX, x2
    bend = (end - start) / 2
    y1, y2 = y1 + HIGH / 2, y2 + HIGH / 2
    path = f"M{start} {y1:.1f}C{start + bend} {y1:.1f} {end - bend} {y2:.1f} {end} {y2:.1f}"
    css = "line stated" if edge.stated else "line inferred"
    title = element("title", says(edge))
    shapes = (element("path", d=path, class_="reach"), element("path", d=path, class_=css))
    if not edge.link.citation:
        return element("g", title, *shapes)
    return element("a", title, *shapes, href=edge.link.citation.get_absolute_url())


def says(edge: Edge) -> str:
    """Return what an edge says in words, and on which passage that rests."""
    told = str(Predicate(edge.link.predicate).label)
    who = _("as the source says") if edge.stated else _("as the analyst reads it")
    if not edge.link.citation:
        return f"{told} — {who}"
    citation = edge.link.citation
    return f"{told} — {who}: “{clipped(citation.exact, 200)}” {citing.in_text(citation.passage)}"

"""Figures along time as upright bars; a table beside the picture says the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from lessons.drawing import element, picture

WIDTH, HEIGHT, FOOT, GAP = 640, 140, 20, 0.15  # GAP: the part of a place left free beside its bar


def bars(values: Sequence[tuple[str, int]], title: str) -> SafeString:
    """Return a bar for each name and number, as high as its share of the largest.

    ``title`` is what the picture says; the names of the first and the last stand below.
    """
    most = max((number for _name, number in values), default=0) or 1
    width, room = WIDTH / max(1, len(values)), HEIGHT - FOOT
    drawn = [
        element(
            "rect",
            element("title", f"{name}: {number}"),
            x=place * width + width * GAP,
            y=room - number * room / most,
            width=width * (1 - 2 * GAP),
            height=number * room / most,
            class_="bar",
        )
        for place, (name, number) in enumerate(values)
        if number
    ]
    axis = element("line", x1=0, x2=WIDTH, y1=room, y2=room, class_="axis")
    return picture(
        axis, *drawn, *_ends(values), width=WIDTH, height=HEIGHT, title=title, css="bars"
    )


def _ends(values: Sequence[tuple[str, int]]) -> list[SafeString]:
    places = [(values[0][0], 0, "start"), (values[-1][0], WIDTH, "end")] if values else []
    return [
        element("text", name, x=x, y=HEIGHT - 4, text_anchor=anchor)
        for name, x, anchor in places[: len(values)]
    ]

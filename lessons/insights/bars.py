"""Figures along time as upright bars; a table beside the picture says the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from lessons.drawing import element, picture

WIDTH, HEIGHT = 640, 120
WIDEST, GAP = 40, 0.15  # GAP: the part of a place left free on each side of its bar


def bars(values: Sequence[tuple[str, int]], title: str) -> SafeString:
    """Return a bar for each name and number, as high as its share of the largest.

    ``title`` is what the picture says.
    """
    most = max((number for _name, number in values), default=0) or 1
    width = min(WIDEST, WIDTH / max(1, len(values)))
    drawn = [
        element(
            "rect",
            element("title", f"{name}: {number}"),
            x=place * width + width * GAP,
            y=HEIGHT - number * HEIGHT / most,
            width=width * (1 - 2 * GAP),
            height=number * HEIGHT / most,
            class_="bar",
        )
        for place, (name, number) in enumerate(values)
        if number
    ]
    axis = element("line", x1=0, x2=WIDTH, y1=HEIGHT, y2=HEIGHT, class_="axis")
    return picture(axis, *drawn, width=WIDTH, height=HEIGHT, title=title, css="bars")

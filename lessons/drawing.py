"""Pictures as SVG text: elements with what they say escaped, coloured by style sheets alone."""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString, mark_safe

Number = int | float


def element(name: str, *children: str, **attributes: str | Number | None) -> SafeString:
    """Return an SVG element; children are markup or text, and text is escaped.

    ``class_`` is the attribute class, ``_`` in names of attributes is ``-``; None leaves one out.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(child if isinstance(child, SafeString) else escape(child) for child in children)
    return mark_safe(f"<{name}{given}>{inner}</{name}>" if inner else f"<{name}{given}/>")  # noqa: S308


def picture(
    *children: str, width: Number, height: Number, title: str, css: str, role: str = "img"
) -> SafeString:
    """Return an SVG image of this size in its own units, which scales with its place.

    ``title`` is what it says to those who do not see it; one that holds links is a ``group``.
    """
    return element(
        "svg", element("title", title), *children,
        class_=css, role=role, viewBox=f"0 0 {_value(width)} {_value(height)}",
        width=width, height=height,
    )  # fmt: skip


def clipped(text: str, length: int) -> str:
    """Return ``text``, ended by an ellipsis at a word if it has more than ``length`` characters."""
    if len(text) <= length:
        return text
    whole = text[: length - 1].rsplit(" ", 1)[0] or text[: length - 1]
    return f"{whole.rstrip(' ,;:.')}…"


def _value(value: str | Number) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return escape(str(value))

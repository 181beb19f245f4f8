"""What a spreadsheet would calculate, and the apostrophe that keeps it from doing so."""

from __future__ import annotations

from typing import Any

# What makes a spreadsheet take a text for a formula (OWASP, «CSV Injection»).
STARTS = "=+-@\t\r\n＝＋－＠"


def doubtful(value: Any) -> bool:
    """Whether a text begins like a formula, maybe after the apostrophe that protects one.

    One more apostrophe before either lets the importer give back exactly what was there.
    """
    return isinstance(value, str) and bool(value) and value.lstrip("'")[:1] in tuple(STARTS)


def guarded(value: Any) -> Any:
    """Return ``value`` so that it stays a text."""
    return f"'{value}" if doubtful(value) else value

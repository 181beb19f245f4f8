"""How values become the text of a cell, the same from every format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any

from .table import SEPARATOR

# What the exports protect with an apostrophe, and what begins with one already.
PROTECTED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
EXACT = 10**15  # whole numbers beyond are not kept exactly by a spreadsheet
LONG = 40  # digits; longer numbers keep their exponent


def unprotected(cells: list[str]) -> list[str]:
    """Return the cells without the apostrophe that keeps a spreadsheet from calculating."""
    return [c[1:] if c[:1] == "'" and PROTECTED.match(c) else c for c in cells]


def text_of(value: Any) -> str:
    """Return any value as text: ISO 8601 for dates, ``; `` between values, JSON for objects."""
    for kinds, write in WRITERS:
        if isinstance(value, kinds):
            return write(value)
    return str(value)


def _number(value: float | Decimal) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    if not value.is_finite() or abs(value.adjusted()) > LONG:
        return str(value)
    return str(int(value)) if value == value.to_integral_value() else f"{value:f}"


def _json_number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


def _duration(value: timedelta) -> str:
    """Return hours, minutes and seconds, as a spreadsheet shows more than a day."""
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def _list(value: list[Any]) -> str:
    if any(isinstance(part, list | Mapping) for part in value):
        return json.dumps(value, ensure_ascii=False, default=_json_number)
    return SEPARATOR.join(text_of(part) for part in value)


WRITERS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (str, str),
    (NoneType, lambda _value: ""),
    (bool, lambda value: "true" if value else "false"),  # before the numbers, of which it is one
    (float | Decimal, _number),
    (date | time, lambda value: value.isoformat()),
    (timedelta, _duration),
    (list, _list),
    (Mapping, lambda value: json.dumps(value, ensure_ascii=False, default=_json_number)),
)

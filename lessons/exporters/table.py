"""What every writer is handed: columns and rows, without a word of Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SEPARATOR = "; "
# What makes a spreadsheet take a text for a formula (OWASP, «CSV Injection»).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """``about`` says what was asked for; a row maps each column to a scalar or a list."""

    title: str
    about: Mapping[str, Any]
    columns: tuple[str, ...]
    rows: Iterable[Mapping[str, Any]]


def cell(value: Any) -> Any:
    """Return ``value`` for one cell: several values joined by ``; ``, nothing as an empty text."""
    if isinstance(value, list):
        return SEPARATOR.join(str(part) for part in value)
    return "" if value is None else value


def doubtful(value: Any) -> bool:
    """Tell whether a text begins like a formula, maybe after the apostrophe that protects one.

    One more apostrophe before either lets the importer give back exactly what was there.
    """
    return isinstance(value, str) and value.lstrip("'").startswith(FORMULA_STARTS)

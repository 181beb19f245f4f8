"""The table behind an insight as a file: columns, rows, and nothing that a picture adds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lessons.exporters.formulas import guarded
from lessons.exporters.to_csv import BYTE_ORDER_MARK, line


@dataclass(frozen=True)
class Table:
    """``rows`` hold a text, a number or None for each of ``columns``."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[Any, ...]]


@dataclass(frozen=True)
class Format:
    """``write`` yields the file in pieces; ``about`` says what was asked for."""

    media_type: str
    write: Callable[[Table, Mapping[str, str]], Iterator[str]]


def _csv(table: Table, about: Mapping[str, str]) -> Iterator[str]:
    """Yield CSV as exports have it; it has no place for ``about``."""
    yield BYTE_ORDER_MARK + line(map(guarded, table.columns))
    for row in table.rows:
        yield line(map(guarded, row))


def _json(table: Table, about: Mapping[str, str]) -> Iterator[str]:
    """Yield one object with ``about`` and the list ``rows``, each an object by column."""
    yield f'{{"about": {json.dumps(dict(about), ensure_ascii=False)},\n"rows": ['
    separator = "\n"
    for row in table.rows:
        told = dict(zip(table.columns, row, strict=True))
        yield separator + json.dumps(told, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


FORMATS = {
    "csv": Format("text/csv; charset=utf-8", _csv),
    "json": Format("application/json", _json),
}

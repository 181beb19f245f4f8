"""The one registry of export formats: suffix → how what is selected is written.

``export`` is for whoever has records to hand out: lists, single records, reading lists, commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import to_csv, to_json, to_xlsx
from .records import Records
from .selection import About, Selection


@dataclass(frozen=True)
class Format:
    """``write`` yields the file in pieces, so that an export of any length takes little memory."""

    suffix: str
    label: str
    media_type: str
    write: Callable[[Selection], Iterator[bytes]]


FORMATS = {
    one.suffix: one
    for one in (
        Format(
            "csv",
            "CSV",
            "text/csv; charset=utf-8",
            lambda it: to_csv.write(it.columns, it.copied("csv")),
        ),
        Format(
            "xlsx",
            "Excel",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            lambda it: to_xlsx.write(it.about.facts(), it.heads(), it.sheets()),
        ),
        Format(
            "json",
            "JSON",
            "application/json",
            lambda it: to_json.write(it.about.facts(), it.copied("json")),
        ),
        Format("jsonl", "JSON Lines", "application/jsonl", lambda it: it.copied("json")),
    )
}


def export(
    suffix: str,
    ids: Iterable[int],
    user: Any,
    *,
    about: About,
    notes: Mapping[int, str] | None = None,
    columns: tuple[str, ...] = (),
    group: str = "",
) -> Iterator[bytes]:
    """Yield the records with ``ids`` that ``user`` may see, in that order, as a file.

    ``about`` (from ``exporters.about``) says what they are; ``notes`` adds a note to some, by id.
    Raises BadQuery for an unknown column or group, and for more records than the format takes.
    """
    return FORMATS[suffix].write(Records(ids, user, about, notes or {}, columns, group))

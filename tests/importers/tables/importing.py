"""Importing a table in one line, as a person would step by step."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

from django.core.files.base import ContentFile

from lessons import exporters
from lessons.exporters.about import about
from lessons.importers import tables
from lessons.models import Import, ImportRow, Record

COLUMNS = ("Title", "Statement", "Kind", "Origin")


def csv_of(rows: list[dict[str, Any]]) -> bytes:
    """Write rows, all of the same columns, as CSV."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def lesson(**cells: Any) -> dict[str, Any]:
    """Return a row that makes a lesson."""
    usual = {"title": "Listen first", "statement": "Listen before you send troops.",
             "kind": "lesson", "origin": "stated"}  # fmt: skip
    return {**usual, **cells}


def looked_at(
    content: bytes | list[dict[str, Any]],
    *,
    by: Any,
    name: str = "table.csv",
    mapping: dict[str, str] | None = None,
    **settings: Any,
) -> Import:
    """Upload a table, take what is suggested of its columns but for ``mapping``, and check it."""
    if isinstance(content, list):
        content = csv_of(content)
    one = tables.start(ContentFile(content), name, by=by)
    guessed, holds = tables.suggested(one)
    tables.name_columns(one, {**guessed, **(mapping or {})}, replace(holds, **settings), by=by)
    return tables.check(one, by=by)


def imported(content: bytes | list[dict[str, Any]], *, by: Any, **more: Any) -> Import:
    """Upload a table and import it."""
    return tables.apply(looked_at(content, by=by, **more), by=by)


def findings(one: Import) -> list[tuple[int, str, str]]:
    """Return what was found in the rows of an import: row, column, sentence."""
    rows = ImportRow.objects.filter(of=one).order_by("number")
    return [(row.number, column, text) for row in rows for column, text, _ in row.findings]


def exported(user: Any, suffix: str = "csv", columns: tuple[str, ...] = ()) -> bytes:
    """Return all records that ``user`` may read as a file."""
    ids = list(Record.objects.visible_to(user).order_by("pk").values_list("pk", flat=True))
    told = about("All", len(ids), "/records/")
    return b"".join(exporters.export(suffix, ids, user, about=told, columns=columns))

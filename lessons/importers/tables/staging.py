"""From a file to rows that say what they would do, sent to the database by COPY."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _

from lessons import files
from lessons.importers import sheets
from lessons.models import Import, ImportRow

from .checking import Checker
from .fields import Mapping, Settings
from .planned import Planned

PIECE = 2_000  # rows sent at once
COLUMNS = "of_id, number, outcome, key, title, record, version, values, changes, findings"
COPY = f"COPY lessons_importrow ({COLUMNS}) FROM STDIN"
# What PostgreSQL's text format writes with a backslash
# (https://www.postgresql.org/docs/current/sql-copy.html).
ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
# Of rows that name one record each but the first would undo the one before.
DUPLICATES = """
    UPDATE lessons_importrow AS row SET outcome = 'problem',
        findings = row.findings || jsonb_build_array(jsonb_build_array('',
            replace(%(said)s, '{row}', twice.first::text), true))
    FROM (
        SELECT id, min(number) OVER (PARTITION BY key) AS first,
            row_number() OVER (PARTITION BY key ORDER BY number, id) AS place
        FROM lessons_importrow WHERE of_id = %(of)s
    ) AS twice
    WHERE twice.id = row.id AND twice.place > 1
"""
Progress = Callable[..., None]


def read(one: Import) -> Iterator[sheets.Row]:
    """Yield the rows of an import's table; raises Refused."""
    with files.local(one.file) as path:
        yield from sheets.rows(path, one.name, one.sheet or None, header_row=one.header_row)


def stage(one: Import, *, by: Any, progress: Progress) -> None:
    """Write what each row of ``one`` would do for ``by``, in place of what was written before."""
    one.rows.all().delete()
    mapping = Mapping.of(one.columns, one.mapping)
    planned = Checker(mapping, Settings.of(one.settings), by).check(read(one))
    done = 0
    while piece := list(islice(planned, PIECE)):
        _send(one, piece)
        done += len(piece)
        progress(done, None, _("Looking at the rows"))
    with connection.cursor() as cursor:
        # What is known of the table is of before these rows; a plan for none takes minutes.
        cursor.execute("ANALYZE lessons_importrow (id, of_id, outcome, number, key)")
        said = _("Row {row} is of the same record: leave one of them out.")
        cursor.execute(DUPLICATES, {"of": one.pk, "said": said})
    one.counts = outcomes(one)


def outcomes(one: Import) -> dict[str, int]:
    """Return how many rows of ``one`` have which outcome."""
    counted = one.rows.order_by().values_list("outcome").annotate(Count("pk"))
    return dict(counted)


def _send(one: Import, piece: Iterable[Planned]) -> None:
    lines = "".join(_line(one.pk, planned) for planned in piece)
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY, io.StringIO(lines))


def _line(pk: int, row: Planned) -> str:
    record, version = (row.record.pk, row.record.version) if row.record else (r"\N", r"\N")
    key, title = _escaped(row.key[:KEY]), _escaped(row.title)
    jsons = (_escaped(_json(one)) if one else _EMPTY for one in (row.changes, row.findings))
    values = _escaped(_json(row.values))
    fields = (pk, row.number, row.outcome.value, key, title, record, version, values, *jsons)
    return "\t".join(map(str, fields)) + "\n"


def _escaped(text: str) -> str:
    for sign, written in ESCAPED.items():
        if sign in text:
            text = text.replace(sign, written)
    return text


_EMPTY = "[]"
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
KEY = ImportRow._meta.get_field("key").max_length or 0

"""Records as rows, put together by the database, a batch at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse

from lessons.citing import permalink
from lessons.models import Link, Record, Uptake

from . import formulas
from .ahead import in_turn
from .cited import Cited
from .columns import COLUMNS, FRAGMENTS, PARTS, Column
from .selection import SEPARATOR, Form

FIRST, BATCH = 500, 5_000  # records read together: few, so that it begins at once, then many
IN_MEMORY, PIECE = 8 << 20, 1 << 18  # bytes of a batch kept in memory; bytes handed on at a time
Fetched = list[list[tuple[Any, ...]]]
COPY = {
    "csv": "FORMAT csv",
    # No JSON holds these two, it escapes them; so the lines are left as they are.
    "json": r"FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02'",
}
# What a batch needs is looked up by its ids, not found by reading whole tables; it is sorted in
# memory, and too small to pay for a second process or for compiling.
TUNED = (
    "SET LOCAL random_page_cost = 1.1; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off;"
    "SET LOCAL max_parallel_workers_per_gather = 0"
)


def batches(ids: Iterable[int], size: int = BATCH) -> Iterator[list[int]]:
    """Yield ids in lists, a short one first."""
    each = iter(ids)
    batch = list(islice(each, min(FIRST, size)))
    while batch:
        yield batch
        batch = list(islice(each, size))


class Rows:
    """The chosen columns of the records that ``user`` may see, in the order of ids given."""

    def __init__(
        self, user: Any, columns: Iterable[str] = (), notes: Mapping[int, str] | None = None
    ) -> None:
        self.columns = {name: COLUMNS[name] for name in columns}
        self.notes = notes or {}
        self.cited = Cited(user)
        self.readable = {
            "{visible}": _literal(Record.objects.visible_to(user)),
            "{links}": _literal(Link.objects.readable_by(user)),
            "{claims}": _literal(Uptake.objects.readable_by(user)),
        }

    def copied(self, ids: Iterable[int], form: Form) -> Iterator[bytes]:
        """Yield whole lines: CSV without its head, or one JSON object a line."""
        values = {"csv": _for_csv, "json": _as_it_is}[form]
        query = self._query(values)
        if form == "json":
            query = f"SELECT row_to_json(row) FROM ({query}) AS row"  # noqa: S608
        copying = f"COPY ({query}) TO STDOUT ({COPY[form]})"
        filled = (self._filled([copying], batch) for batch in batches(ids))
        for file in in_turn(_copied, filled):
            with file:
                while piece := file.read(PIECE):
                    yield piece

    def read(self, ids: list[int]) -> list[dict[str, Any]]:
        """Return rows that map each column to a scalar or, if it holds many, a list."""
        (rows,) = self.fetch([self._query(_as_it_is)], ids)
        return [dict(zip(self.columns, row, strict=True)) for row in rows]

    @property
    def cells(self) -> str:
        """The query for rows in which several values share a cell."""
        return self._query(_joined)

    def fetch(self, queries: Iterable[str], ids: list[int]) -> Fetched:
        """Return what each query says of the records asked for; see FRAGMENTS in columns.py."""
        return _fetched(self._filled(queries, ids))

    def fetched(self, queries: list[str], ids: Iterable[int], size: int) -> Iterator[Fetched]:
        """Yield the same for ``size`` records after another."""
        return in_turn(_fetched, (self._filled(queries, batch) for batch in batches(ids, size)))

    def _query(self, values: Any) -> str:
        parts = dict.fromkeys(column.part for column in self.columns.values() if column.part)
        selected = ", ".join(
            f'{values(column)} AS "{name}"' for name, column in self.columns.items()
        )
        joins = " ".join(
            f"LEFT JOIN ({PARTS[part]}) AS {part} ON {part}.record_id = r.id" for part in parts
        )
        return f"SELECT {selected} FROM {{asked}} {joins} ORDER BY i.place"  # noqa: S608

    def _filled(self, queries: Iterable[str], ids: list[int]) -> list[str]:
        """Return ``queries`` with all their values in them."""
        queries = list(queries)
        values = self._values(ids)
        if any("{sources}" in query for query in queries):
            values |= self.cited.values(ids)
        filled = []
        for query in queries:
            for name, sql in [*FRAGMENTS.items(), *self.readable.items()]:
                query = query.replace(name, sql)  # noqa: PLW2901
            filled.append(_mogrified(query, values))
        return filled

    def _values(self, ids: list[int]) -> dict[str, Any]:
        record = permalink(reverse("record", args=["L-1"])).partition("L-1")
        report = permalink(reverse("report", args=["slug"])).rpartition("slug")
        return {
            "ids": f"{{{','.join(map(str, ids))}}}",
            "before_code": record[0],
            "after_code": record[2],
            "before_slug": report[0],
            "after_slug": report[2],
            "notes": json.dumps({pk: self.notes[pk] for pk in ids if pk in self.notes}),
        }


def _as_it_is(column: Column) -> str:
    return f"coalesce({column.sql}, '{{}}'::text[])" if column.many else column.sql


def _joined(column: Column) -> str:
    return f"array_to_string({column.sql}, '{SEPARATOR}')" if column.many else column.sql


def _for_csv(column: Column) -> str:
    value = _joined(column)
    if not column.free:
        return value
    starts = ", ".join(str(ord(one)) for one in formulas.STARTS)
    first = f"ascii(ltrim({value}, ''''))"
    return f"CASE WHEN {first} IN ({starts}) THEN '''' || {value} ELSE {value} END"


def _copied(filled: list[str]) -> IO[bytes]:
    """Return what one COPY gives, in memory as far as there is room."""
    with ExitStack() as unless_read:
        file = unless_read.enter_context(SpooledTemporaryFile(IN_MEMORY))
        with _tuned() as cursor:
            cursor.copy_expert(*filled, file)
        file.seek(0)
        unless_read.pop_all()  # who reads it closes it
    return file


def _fetched(filled: list[str]) -> Fetched:
    found = []
    with _tuned() as cursor:
        for query in filled:
            cursor.execute(query)
            found.append(list(cursor.fetchall()))
    return found


@contextmanager
def _tuned() -> Iterator[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TUNED)
        yield cursor


def _literal(rows: QuerySet[Any]) -> str:
    """Return the rows as a table in a query that is filled with values."""
    query = _mogrified(*rows.order_by().values().query.sql_with_params()).replace("%", "%%")
    return f"({query})"


def _mogrified(query: str, values: Any) -> str:
    """Return ``query`` with its values in it, quoted by the driver: COPY takes no parameters."""
    with connection.cursor() as cursor:
        return str(cursor.mogrify(query, values).decode())

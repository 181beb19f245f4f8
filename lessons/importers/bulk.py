"""Loading many rows past triggers, keys and indexes that work row by row.

Whoever loads this way must check afterwards what the triggers would have refused.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection, transaction

Rows = dict[str, list[str]]  # by table, each a line of PostgreSQL's text format


class Aside(NamedTuple):
    """A foreign key or an index, and the statements that take it away and bring it back."""

    drop: str
    create: str


@contextmanager
def unguarded(tables: Iterable[str]) -> Iterator[None]:
    """Let rows into ``tables`` without their triggers, foreign keys and further indexes.

    Keys are checked and indexes built all at once after, and everything is in force again. It is
    one transaction: others wait for it, and a failure leaves what was. Needs the tables' owner.
    """
    tables = list(tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits would keep tables from us
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        aside = [Aside(*row) for what in (KEYS, INDEXES) for row in _rows(cursor, what, tables)]
        for one in aside:
            cursor.execute(one.drop)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for one in reversed(aside):
            cursor.execute(one.create)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


KEYS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
                  conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[]) ORDER BY conname
"""
INDEXES = """
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE NOT indisunique AND indrelid = ANY(%s::regclass[]) ORDER BY indexrelid
"""


def _rows(cursor: Any, query: str, tables: list[str]) -> list[tuple[str, str]]:
    cursor.execute(query, [tables])
    return cursor.fetchall()


def copy(batches: Iterable[Rows], columns: dict[str, str]) -> Iterator[int]:
    """Send ``batches``, the next one made while one is sent; yield the rows sent so far.

    ``columns`` holds the columns of each table in the order of the rows' fields.
    """
    sent = 0
    with connection.cursor() as cursor, ThreadPoolExecutor(1) as pool:
        coming = iter(batches)
        waiting = pool.submit(next, coming, None)
        while batch := waiting.result():
            waiting = pool.submit(next, coming, None)
            for table, rows in batch.items():
                names = ", ".join(f'"{name}"' for name in columns[table].split())
                cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.StringIO("".join(rows)))
                sent += len(rows)
            yield sent


def reserve(table: str, number: int) -> int:
    """Return the first of ``number`` ids of a table that nobody else will be given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(sequence, nextval(sequence) + %s) - %s"
            " FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence) s",
            [number, number, table],
        )
        (first,) = cursor.fetchone()
    return int(first)

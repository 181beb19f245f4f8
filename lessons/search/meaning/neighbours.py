"""Which records are near in meaning: found once for each, kept, and only read by pages.

By pgvector where the database has that extension; otherwise by comparing with all, exactly, which
needs memory for all vectors (1.5 kB each), but only in the process that looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from lessons.models import Record, RecordEmbedding, RecordNeighbour

from .model import DIMENSIONS

KEPT = 12  # neighbours of one record
NEAR = 0.5  # cosine from which two records are near
TOGETHER = 50  # records compared with all others at once
READ = 5000  # vectors fetched together
Neighbours = dict[int, list[tuple[int, float]]]  # by record: others and their similarity
Progress = Callable[[int], object]

HAS_PGVECTOR = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector')"
# An expression, so that the table is the same with and without the extension.
INDEX = f"""
    CREATE INDEX IF NOT EXISTS lessons_recordembedding_near ON lessons_recordembedding
    USING hnsw ((vector::vector({DIMENSIONS})) vector_cosine_ops) WHERE model = %s
"""
NEAREST = f"""
    SELECT near.record_id, max(1 - near.distance)
    FROM lessons_recordembedding own
    CROSS JOIN LATERAL (
        SELECT record_id, vector::vector({DIMENSIONS}) <=> own.vector::vector({DIMENSIONS})
        FROM lessons_recordembedding WHERE model = %(model)s
        ORDER BY vector::vector({DIMENSIONS}) <=> own.vector::vector({DIMENSIONS}) LIMIT 40
    ) AS near (record_id, distance)
    WHERE own.record_id = %(record)s AND own.model = %(model)s
    AND near.record_id <> own.record_id AND near.distance <= 1 - %(near)s
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(kept)s
"""  # noqa: S608  (a number of ours)
VECTORS = """
    SELECT id, record_id, array_send(vector) FROM lessons_recordembedding
    WHERE model = %s AND id > %s ORDER BY id LIMIT %s
"""
HEADER = 20  # bytes before the numbers of an array as PostgreSQL sends it


def near(record: Record) -> list[int]:
    """Return the ids of the records near to ``record``, nearest first; one query."""
    pairs = RecordNeighbour.objects.filter(Q(record=record) | Q(other=record))
    found = pairs.order_by("-similarity", "pk").values_list("record_id", "other_id")
    return list(dict.fromkeys(pk for pair in found for pk in pair if pk != record.pk))


def place(model: str, progress: Progress = id) -> int:
    """Find the neighbours of every record that has new vectors of ``model``; return how many.

    May be broken off and begun again. ``progress`` is told how many are done.
    """
    waiting = RecordEmbedding.objects.filter(placed=False, model=model)
    ids = sorted(set(waiting.values_list("record_id", flat=True)))
    nearest = _finder(model) if ids else None
    for start in range(0, len(ids), TOGETHER):
        part = ids[start : start + TOGETHER]
        if nearest is not None:
            _keep(nearest(part), part)
        progress(min(start + TOGETHER, len(ids)))
    return len(ids)


@transaction.atomic
def _keep(found: Neighbours, ids: list[int]) -> None:
    """Replace what was found from the records ``ids`` before."""
    others = {other for pairs in found.values() for other, _similarity in pairs}
    alive = set(Record.objects.filter(pk__in={*ids, *others}).values_list("pk", flat=True))
    RecordNeighbour.objects.filter(record__in=ids).delete()
    RecordNeighbour.objects.bulk_create(
        RecordNeighbour(record_id=pk, other_id=other, similarity=similarity)
        for pk, pairs in found.items()
        for other, similarity in pairs
        if pk in alive and other in alive
    )
    RecordEmbedding.objects.filter(record__in=ids).update(placed=True)


def _finder(model: str) -> Callable[[list[int]], Neighbours]:
    with connection.cursor() as cursor:
        cursor.execute(HAS_PGVECTOR)
        if not cursor.fetchone()[0]:
            return Exact(model).nearest
        cursor.execute(INDEX, [model])
    return lambda ids: {pk: _by_pgvector(pk, model) for pk in ids}


def _by_pgvector(record: int, model: str) -> list[tuple[int, float]]:
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"record": record, "model": model, "near": NEAR, "kept": KEPT}
        cursor.execute(NEAREST, asked)
        return cursor.fetchall()


class Exact:
    """All vectors of ``model`` in memory, each record compared with all others."""

    def __init__(self, model: str) -> None:
        self._numpy: Any = import_module("numpy")
        rows = sorted(self._rows(model), key=itemgetter(0))
        numbers = b"".join(bytes(vector)[HEADER:] for _record, vector in rows)
        layout = self._numpy.dtype([("bytes", ">i4"), ("value", ">f4")])
        values = self._numpy.frombuffer(numbers, layout)["value"].astype("f4")
        self._vectors = values.reshape(len(rows), DIMENSIONS)
        self._owners = self._numpy.array([record for record, _vector in rows], dtype="i8")
        # Where the vectors of each record begin.
        self._records, self._starts = self._numpy.unique(self._owners, return_index=True)

    def nearest(self, ids: Iterable[int]) -> Neighbours:
        """Return the neighbours of the records ``ids``, the nearest first."""
        return {pk: self._nearest(pk) for pk in ids}

    def _rows(self, model: str) -> Iterable[tuple[int, bytes]]:
        last = 0
        while True:
            with connection.cursor() as cursor:
                cursor.execute(VECTORS, [model, last, READ])
                rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield from ((record, vector) for _pk, record, vector in rows)

    def _nearest(self, record: int) -> list[tuple[int, float]]:
        numpy = self._numpy
        own = self._vectors[self._owners == record]
        alike = (self._vectors @ own.T).max(axis=1)
        # A record is as near as the nearest of its texts.
        by_record = numpy.maximum.reduceat(alike, self._starts)
        by_record[self._records == record] = -1
        best = numpy.argsort(-by_record, kind="stable")[:KEPT]
        return [
            (int(self._records[at]), float(by_record[at])) for at in best if by_record[at] >= NEAR
        ]

"""Which texts have a vector, and making those that are missing or out of date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from lessons.models import Part, Record, RecordEmbedding, RecordNeighbour

from ..reading import chunks
from .model import Embedder

BATCH = 100  # texts read by the model and kept together: what an interruption loses
Progress = Callable[[int], object]


class Text(NamedTuple):
    """A text of a record that has a meaning of its own."""

    record: int
    part: str
    text: str

    @property
    def digest(self) -> str:
        return blake2b(self.text.encode(), digest_size=16).hexdigest()


def fill(embedder: Embedder, ids: Iterable[int] | None = None, progress: Progress = id) -> int:
    """Give every text of the records ``ids`` (None: all) a vector of today; return how many.

    What has one is left alone, so that this may be broken off and begun again at any time.
    ``progress`` is told how many are done.
    """
    _forget_merged()
    done = 0
    for texts in _texts(ids):
        stale = _stale(texts, embedder.name)
        for start in range(0, len(stale), BATCH):
            batch = stale[start : start + BATCH]
            _keep(batch, embedder.embed([one.text for one in batch]), embedder.name)
            done += len(batch)
            progress(done)
    return done


def _texts(ids: Iterable[int] | None) -> Iterator[list[Text]]:
    """Yield the texts of some records at a time, at least one of each."""
    found = Record.objects.filter(merged_into=None)
    columns = ("pk", "title", "statement", "discussion")
    for rows in chunks(found.values_list(*columns), ids):
        yield [
            text
            for pk, title, statement, discussion in rows
            for text in (
                Text(pk, Part.STATEMENT, f"{title}. {statement}"),
                Text(pk, Part.DISCUSSION, discussion),
            )
            if text.text
        ]


def _stale(texts: Sequence[Text], model: str) -> list[Text]:
    """Return the texts without a vector of today, and forget the vectors of texts that are gone."""
    held = {
        (record, part): (pk, digest, by)
        for pk, record, part, digest, by in RecordEmbedding.objects.filter(
            record__in={text.record for text in texts}
        ).values_list("pk", "record_id", "part", "digest", "model")
    }
    gone = held.keys() - {(text.record, text.part) for text in texts}
    _forget(RecordEmbedding.objects.filter(pk__in=[held[key][0] for key in gone]))
    return [
        text
        for text in texts
        if held.get((text.record, text.part), ("",))[1:] != (text.digest, model)
    ]


@transaction.atomic
def _keep(texts: Sequence[Text], vectors: Sequence[Sequence[float]], model: str) -> None:
    """Keep vectors, of records that are still there; their neighbours are looked for anew."""
    ids = {text.record for text in texts}
    alive = Record.objects.filter(pk__in=ids, merged_into=None).select_for_update(no_key=True)
    there = set(alive.order_by("pk").values_list("pk", flat=True))
    RecordEmbedding.objects.bulk_create(
        [
            RecordEmbedding(
                record_id=text.record, part=text.part, model=model, digest=text.digest,
                vector=vector,
            )
            for text, vector in zip(texts, vectors, strict=True)
            if text.record in there
        ],
        update_conflicts=True,
        unique_fields=["record", "part"],
        update_fields=["model", "digest", "vector", "placed"],
    )  # fmt: skip
    RecordNeighbour.objects.filter(Q(record__in=ids) | Q(other__in=ids)).delete()


@transaction.atomic
def _forget(gone: QuerySet[RecordEmbedding]) -> None:
    """Forget vectors, and what was near to their records by them."""
    ids = set(gone.values_list("record_id", flat=True))
    if ids:
        gone.delete()
        RecordEmbedding.objects.filter(record__in=ids).update(placed=False)
        RecordNeighbour.objects.filter(Q(record__in=ids) | Q(other__in=ids)).delete()


def _forget_merged() -> None:
    _forget(RecordEmbedding.objects.exclude(record__merged_into=None))

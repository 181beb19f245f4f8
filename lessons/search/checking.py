"""Comparing the index with the database, and its files with their checksums."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

import tantivy
from tantivy import FieldType, Query

from . import schema
from .documents import digests
from .index import Index
from .matching import counted
from .reading import CHUNK

# A file of tantivy 0.2x ends with a footer: JSON, its length and a magic number (little-endian).
MAGIC = 1337
WORD = 4  # bytes of each of the two numbers
BLOCK = 1 << 20
TIMES = 3  # that a difference must be seen, since people go on writing meanwhile
SEGMENT_FILES = {".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term", ".del"}
LAST = (1 << 63) - 1
WHOLE = 1 << 64  # digests are numbers of 64 bits


def differences(index: Index) -> Iterator[tuple[str, int]]:
    """Yield name and id of each document that is not in the index as the database has it.

    That is missing, left over or of other content. Raises SearchUnavailable as a search does.
    """
    for name in schema.SCHEMAS:
        suspects = set(_differing(index, name))
        for _time in range(TIMES - 1):
            if suspects:
                suspects = _still_differing(index, name, suspects)
        yield from ((name, pk) for pk in sorted(suspects))


def damaged_files(index: Index) -> Iterator[Path]:
    """Yield the files of the serving generation whose content is not what was written."""
    folder = index.root / index.snapshot().generation
    for meta in sorted(folder.rglob("meta.json")):
        # A killed process leaves files half written that belong to no segment, and are not read.
        segments = json.loads(meta.read_bytes())["segments"]
        read = {one["segment_id"].replace("-", "") for one in segments}
        for path in sorted(meta.parent.iterdir()):
            named = path.name.partition(".")[0] in read
            if named and path.suffix in SEGMENT_FILES and not _is_whole(path):
                yield path


def _differing(index: Index, name: str) -> Iterator[int]:
    searcher = getattr(index.snapshot(), name)
    after = 0
    for expected in _parts(digests(name)):
        held = _held(searcher, name, after, max(expected))
        after = max(expected) + 1
        yield from _unequal(expected, held)
    yield from _held(searcher, name, after, LAST)


def _parts(rows: Iterator[tuple[int, int]]) -> Iterator[dict[int, int]]:
    whole = ((pk, _summed(digest for _pk, digest in of_one))
             for pk, of_one in groupby(rows, key=itemgetter(0)))  # fmt: skip
    while part := dict(islice(whole, CHUNK)):
        yield part


def _summed(digests: Iterable[int]) -> int:
    return sum(digests) % WHOLE


def _still_differing(index: Index, name: str, ids: set[int]) -> set[int]:
    searcher = getattr(index.snapshot(), name)
    expected = {pk: digest for part in _parts(digests(name, ids)) for pk, digest in part.items()}
    held = {pk: digest for pk in ids for digest in _held(searcher, name, pk, pk).values()}
    return set(_unequal(expected, held))


def _unequal(expected: dict[int, int], held: dict[int, int]) -> list[int]:
    return [pk for pk in expected.keys() | held.keys() if expected.get(pk) != held.get(pk)]


def _held(searcher: tantivy.Searcher, name: str, first: int, last: int) -> dict[int, int]:
    """Return the digests of the documents with ids from ``first`` to ``last``, by their ids.

    Those of one id, if it has several, are added up; so is one that is there twice.
    """
    within = Query.range_query(
        schema.SCHEMAS[name](), "id", FieldType.Unsigned, lower_bound=first, upper_bound=last
    )
    number = counted(searcher, within)
    hits = searcher.search(within, max(number, 1), count=False).hits
    addresses = [address for _score, address in hits]
    held: dict[int, int] = {}
    for pk, digest in zip(
        searcher.fast_field_values("id", addresses),
        searcher.fast_field_values("digest", addresses),
        strict=True,
    ):
        held[pk] = _summed((held.get(pk, 0), digest))  # type: ignore[index,arg-type]  # numbers
    return held


def _is_whole(path: Path) -> bool:
    """Whether the checksum in the footer is that of what comes before it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 2 * WORD))
        tail = file.read()
        length = int.from_bytes(tail[:WORD], "little")
        if int.from_bytes(tail[WORD:], "little") != MAGIC or length > size:
            return False
        body = size - 2 * WORD - length
        file.seek(body)
        try:
            written = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError):
            return False
        file.seek(0)
        return _crc(file, body) == written


def _crc(file: BinaryIO, length: int) -> int:
    crc = 0
    while length:
        block = file.read(min(BLOCK, length))
        crc, length = zlib.crc32(block, crc), length - len(block)
    return crc

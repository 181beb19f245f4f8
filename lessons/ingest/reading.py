"""Reading a document: its kind recognised, its reader run in the sandbox. Plain Python."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from lessons.sandbox import Heed, Limits, Message, Refused, stream, unheeded
from lessons.sandbox import marked as _

from .document import Block, BlockKind, Document, Metadata

SIZE = 200 << 20  # bytes
LIMITS = Limits(seconds=300, waiting=600)  # a PDF takes about 40 ms a page
TOO_LARGE = _("This file has %(size)s MB; a document may have %(most)s MB.")
NO_TEXT = _("This document holds no text.")


def read(path: Path, name: str = "", *, limits: Limits = LIMITS, heed: Heed = unheeded) -> Document:
    """Return the document in the file at ``path``, which is called ``name`` by whoever brought it.

    ``heed`` hears how many of how many pages are read, and may raise to give it up. Raises Refused
    for what is no document, holds no text, is damaged, encrypted or too large.
    """
    size = path.stat().st_size
    if size > SIZE:
        raise Refused(TOO_LARGE, size=-(-size >> 20), most=SIZE >> 20)
    reader = "lessons.ingest.reading:parts"
    parts = stream(reader, path, name or path.name, limits=limits, heed=heed)
    head = next(parts)
    return Document(
        metadata=Metadata(**head["metadata"]),
        page_count=head["page_count"],
        warnings=tuple(Message(sentence, **params) for sentence, params in head["warnings"]),
        blocks=[Block(text, BlockKind(kind), *rest) for text, kind, *rest in parts],
    )


def parts(path: Path, name: str) -> Iterator[Any]:
    """Yield what a document is beside its blocks, then each block. Runs in the sandbox."""
    document = read_here(path, name)
    yield {
        "metadata": asdict(document.metadata),
        "page_count": document.page_count,
        "warnings": [[one.sentence, one.params] for one in document.warnings],
    }
    for block in document.blocks:
        yield [block.text, block.kind, block.level, block.page, block.page_label]


def read_here(path: Path, name: str) -> Document:
    """Return the document in a file that is trusted, without the sandbox. Raises Refused."""
    from .guessing import completed  # noqa: PLC0415 - the sandboxed process alone needs these
    from .recognising import kind_of  # noqa: PLC0415
    from .tidying import tidied  # noqa: PLC0415

    reader = importlib.import_module(f"lessons.ingest.from_{kind_of(path, name)}")
    document: Document = reader.read(path)
    blocks = list(tidied(document.blocks))
    if not blocks:
        raise Refused(NO_TEXT)
    return replace(document, blocks=blocks, metadata=completed(document.metadata, blocks))

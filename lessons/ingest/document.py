"""What every reader of documents hands over, without a word of Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ..sandbox import Message


class BlockKind(StrEnum):
    """What a block of text is in its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    FOOTNOTE = "footnote"


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, list item, table row or footnote, in reading order.

    ``level`` is a heading's depth, from 1. ``page`` counts from 1 in the file; ``page_label`` is
    what is printed on it, where the two differ.
    """

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    page: int | None = None
    page_label: str = ""


@dataclass(frozen=True)
class Metadata:
    """What the file says of itself, by Dublin Core's terms; a person confirms it.

    ``issued`` is an ISO 8601 date, maybe only a year or a year and a month; ``language`` is a
    BCP 47 tag.
    """

    title: str = ""
    subtitle: str = ""
    authors: Sequence[str] = ()
    publisher: str = ""
    issued: str = ""
    language: str = ""
    symbol: str = ""
    isbn: str = ""
    doi: str = ""
    url: str = ""


@dataclass(frozen=True)
class Document:
    """``warnings`` are for the person who confirms it, e.g. of pages without text.

    Each is an English sentence; ``warning.said(gettext)`` says it in another language.
    """

    blocks: Sequence[Block]
    metadata: Metadata = field(default_factory=Metadata)
    page_count: int | None = None
    warnings: Sequence[Message] = ()

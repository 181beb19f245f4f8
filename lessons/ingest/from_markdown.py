"""Markdown by the CommonMark rules, with tables, front matter and footnotes.

Plain Python: bytes in, a Document out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .decoding import decoded
from .document import Block, BlockKind, Document, Metadata
from .from_html import blocks_in

FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
LINE = re.compile(r"^([A-Za-z]+)[ \t]*:[ \t]*(.+)$", re.MULTILINE)
FOOTNOTE = re.compile(r"\[\^[^\]]+\]:\s*")
REFERENCE = re.compile(r"\[\^[^\]]+\]")
KEYS = {"date": "issued", "lang": "language", "author": "authors"}
NESTING = 100  # lists and quotations in one another
TERMS = frozenset(Metadata.__dataclass_fields__)


def read(path: Path) -> Document:
    """Return the document of a Markdown file. Raises Refused if it is no text."""
    text = re.sub(r"\r\n?", "\n", decoded(path.read_bytes()))
    front = FRONT.match(text)
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": NESTING}).enable("table")
    tokens = parser.parse(FRONT.sub("", text))
    return Document(list(_blocks(tokens)), _metadata(front[1] if front else ""))


def _metadata(front: str) -> Metadata:
    """Return what simple lines "key: value" of the front matter say."""
    found: dict[str, Any] = {}
    for key, value in LINE.findall(front):
        name = KEYS.get(key.lower(), key.lower())
        if name in TERMS:
            found[name] = value.strip().strip("\"'[]")
    if authors := found.pop("authors", ""):
        found["authors"] = [authors]
    return Metadata(**found)


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    items, level = 0, 0
    cells: list[str] | None = None
    for token in tokens:
        items += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            yield Block(" | ".join(cells), BlockKind.ROW)
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(_text(token))
        elif token.type == "inline":
            yield from _inline(_text(token), level, items)
            level = 0
        elif token.type in {"fence", "code_block"}:
            yield Block(token.content)
        elif token.type == "html_block":
            yield from blocks_in(token.content)


def _inline(text: str, level: int, items: int) -> Iterator[Block]:
    if level:
        yield Block(REFERENCE.sub("", text), BlockKind.HEADING, level)
    elif FOOTNOTE.match(text):
        for note in re.split(r"\s*(?=\[\^[^\]]+\]:)", text):
            yield Block(FOOTNOTE.sub("", note), BlockKind.FOOTNOTE)
    else:
        kind = BlockKind.ITEM if items else BlockKind.PARAGRAPH
        yield Block(REFERENCE.sub("", text), kind)


def _text(token: Token) -> str:
    said = {"softbreak": " ", "hardbreak": " "}
    return "".join(
        one.content if one.type in {"text", "code_inline", "image"} else said.get(one.type, "")
        for one in token.children or ()
    )

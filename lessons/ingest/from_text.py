"""Plain text: paragraphs by blank lines, list items by their marks, headings by their looks.

Plain Python: bytes in, a Document out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .decoding import decoded
from .document import Block, BlockKind, Document
from .joining import joined, words_of

BULLET = re.compile(r"\A\s*(?:[•‣◦▪●○■–—*·]|-(?!-))\s+(?=\S)")
NUMBER = re.compile(r"\s*(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})\)|\d{1,3}\.(?!\d))\s+(?=\S)")
UNDERLINE = re.compile(r"\s*(=|-){3,}\s*$")
NUMBERED = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2})*)\.?\s+\S")
NAMED = re.compile(
    r"\s*(?:chapter|part|section|annex|appendix|chapitre|partie|annexe)\s+[\divxlc]+\b", re.I
)
HEADING = 90  # characters at most
BREAK = re.compile(r"\n[ \t\f]*(?:\n[ \t\f]*)+")


def read(path: Path) -> Document:
    """Return the document of a text file. Raises Refused if it is no text."""
    text = re.sub(r"\r\n?|\x85|\u2028", "\n", decoded(path.read_bytes()))
    pages = text.split("\f") if "\f" in text.strip("\f\n ") else [text]
    words = words_of(text.split("\n"))
    paged = len(pages) > 1
    blocks = [
        Block(block.text, block.kind, block.level, number if paged else None)
        for number, page in enumerate(pages, start=1)
        for block in blocks_of(page, words)
    ]
    return Document(blocks, page_count=len(pages) if paged else None)


def blocks_of(text: str, words: Counter[str]) -> Iterator[Block]:
    """Yield the blocks of a text whose lines end in line feeds."""
    for paragraph in re.split(BREAK, text):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if len(lines) > 1 and UNDERLINE.match(lines[1]):
            level = 1 if lines[1].strip()[0] == "=" else 2
            yield Block(lines[0], BlockKind.HEADING, level)
            lines = lines[2:]
        if len(lines) == 1 and (level := level_of(lines[0])):
            yield Block(lines[0], BlockKind.HEADING, level)
        else:
            yield from _items(lines, words)


def _items(lines: list[str], words: Counter[str]) -> Iterator[Block]:
    """Yield a paragraph, and the list items that begin within it."""
    held: list[str] = []
    kind = BlockKind.PARAGRAPH
    for line in lines:
        if BULLET.match(line) or NUMBER.match(line):
            if held:
                yield Block(joined(held, words), kind)
            held, kind = [BULLET.sub("", line, count=1)], BlockKind.ITEM
        else:
            held.append(line)
    if held:
        yield Block(joined(held, words), kind)


def level_of(line: str) -> int:
    """Return the depth of the heading that a line of its own looks like, 0 if it does not."""
    line = line.strip()
    letters = [one for one in line if one.isalpha()]
    if len(line) > HEADING or len(letters) < 2 or line[-1] in ".;:,?!":  # noqa: PLR2004
        return 0
    if NAMED.match(line):
        return 1
    if number := NUMBERED.match(line):
        return number[1].count(".") + 1
    return int(all(one.isupper() for one in letters) and len(letters) > 3)  # noqa: PLR2004

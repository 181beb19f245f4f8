"""What every reader's blocks go through: clean letters, one kind of space, limits. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..sandbox import Refused
from ..sandbox import marked as _
from .document import Block

BLOCKS = 60_000
LETTERS = 6_000  # a block; longer ones are parted at the end of a sentence
LIGATURES = str.maketrans({
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
})  # fmt: skip
# What does not show and is not needed to read: not the joiners, which shape Arabic and Indic words.
SILENT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff]")
SURROGATE = re.compile("[\ud800-\udfff]")
SPACE = re.compile(r"\s+")
SENTENCE = re.compile(r"(?<=[.!?…])\s+")

TOO_MANY = _("This document has too many paragraphs to be taken in. Split it into smaller files.")


def tidy(text: str) -> str:
    """Return ``text`` as one line of letters that show, ligatures written out."""
    text = SPACE.sub(" ", SILENT.sub("", SURROGATE.sub("\ufffd", text)))
    return text.translate(LIGATURES).strip()


def tidied(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks with text, none of them too long. Raises Refused if they are too many."""
    count = 0
    for block in blocks:
        for text in parted(tidy(block.text)):
            count += 1
            if count > BLOCKS:
                raise Refused(TOO_MANY)
            yield replace(block, text=text)


def parted(text: str) -> Iterator[str]:
    """Yield ``text`` in pieces that are not too long, whole sentences where there are some."""
    start = 0
    while len(text) - start > LETTERS:
        most = start + LETTERS
        ends = [found.end() for found in SENTENCE.finditer(text, start + LETTERS // 2, most)]
        end = ends[-1] if ends else text.rfind(" ", start, most) + 1 or most
        yield text[start:end].rstrip()
        start = end
    if start < len(text):
        yield text[start:]

"""How two wordings of a text differ, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Change = Literal["same", "added", "removed"]
# A word or a mark, with the spaces behind it: a space of its own would match every other one.
PIECES = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and what became of it."""

    text: str
    change: Change


def differences(old: str, new: str) -> list[Piece]:
    """Return the pieces of both texts in reading order.

    Without what was added they make up ``old``, without what was removed ``new``.
    """
    pieces: list[Piece] = []
    for change, text in _steps(PIECES.findall(old), PIECES.findall(new)):
        if text and pieces and pieces[-1].change == change:
            pieces[-1] = Piece(pieces[-1].text + text, change)
        elif text:
            pieces.append(Piece(text, change))
    return pieces


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Change, str]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for name, i1, i2, j1, j2 in matcher.get_opcodes():
        if name == "equal":
            yield "same", "".join(old[i1:i2])
        else:
            yield "removed", "".join(old[i1:i2])
            yield "added", "".join(new[j1:j2])

"""How one wording became another, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# A word, a run of spaces, or one sign: joined again they are the text.
TOKENS = re.compile(r"\w+(?:['’]\w+)*|\s+|[^\w\s]")
MOST_TOKENS = 8_000  # in what differs; beyond that the middle is told as one change


class Piece(NamedTuple):
    """A stretch of text that both wordings have, or only the new or the old one."""

    text: str
    change: Literal["same", "added", "removed"]


def differences(old: str, new: str) -> list[Piece]:
    """Return the pieces that lead from ``old`` to ``new``, removals before additions.

    Joining those not added gives ``old``, those not removed ``new``. Text that the two begin and
    end with costs nothing; very long texts that differ throughout are told as one replacement.
    """
    before, after = TOKENS.findall(old), TOKENS.findall(new)
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    middle = _compared(before[head : len(before) - tail], after[head : len(after) - tail])
    pieces = [
        Piece("".join(before[:head]), "same"),
        *_bridged(list(middle)),
        Piece("".join(before[len(before) - tail :]), "same"),
    ]
    return _joined(piece for piece in pieces if piece.text)


def abridged(pieces: list[Piece], around: int = 90) -> list[Piece]:
    """Return ``pieces`` with what stayed the same cut to ``around`` characters beside a change."""
    changed = any(piece.change != "same" for piece in pieces)
    last = len(pieces) - 1
    return [
        Piece(_cut(piece.text, around, first=number == 0, last=number == last), "same")
        if changed and piece.change == "same"
        else piece
        for number, piece in enumerate(pieces)
    ]


def _cut(text: str, around: int, *, first: bool, last: bool) -> str:
    """Return beginning and end of ``text`` by whole words; of the first piece only the end."""
    if len(text) <= 2 * around:
        return text
    start = "" if first else text[:around].rpartition(" ")[0]
    end = "" if last else text[-around:].partition(" ")[2]
    return f"{start} … {end}"


def _shared(one: list[str], other: list[str]) -> int:
    """Return how many tokens both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _compared(before: list[str], after: list[str]) -> Iterator[Piece]:
    if len(before) + len(after) > MOST_TOKENS:
        yield Piece("".join(before), "removed")
        yield Piece("".join(after), "added")
        return
    # The commonest words anchor nothing and cost the most time: difflib passes them over itself.
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            yield Piece("".join(before[i1:i2]), "same")
        else:
            yield Piece("".join(before[i1:i2]), "removed")
            yield Piece("".join(after[j1:j2]), "added")


def _bridged(pieces: list[Piece]) -> Iterator[Piece]:
    """Take a lone space between two changes into both: a person reads one change there."""
    for number, piece in enumerate(pieces):
        inside = 0 < number < len(pieces) - 1
        if piece.change == "same" and piece.text.isspace() and inside:
            yield Piece(piece.text, "removed")
            yield Piece(piece.text, "added")
        elif piece.text:
            yield piece


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Put what changed between two stretches of the same into one removal and one addition."""
    found: list[Piece] = []
    gone = come = ""
    for piece in [*pieces, Piece("", "same")]:
        if piece.change == "removed":
            gone += piece.text
        elif piece.change == "added":
            come += piece.text
        else:
            found += [Piece(gone, "removed"), Piece(come, "added")]
            gone = come = ""
            found += [piece]
    return _merged(piece for piece in found if piece.text)


def _merged(pieces: Iterator[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].change == piece.change:
            found[-1] = Piece(found[-1].text + piece.text, piece.change)
        else:
            found.append(piece)
    return found

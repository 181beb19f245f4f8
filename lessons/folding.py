"""Quotations and texts compared as a reader sees them. Plain Python: strings in, places out.

A text is folded to its *ink*: its characters in Unicode's compatibility decomposition (ﬁ → fi),
without spaces, dashes and what does not show (soft hyphens, zero-width and format characters).
Quotation marks and apostrophes of all shapes are one, œ is oe, æ is ae; case counts. Two inks that
are equal fit if the dashes between their letters agree, where a hyphen at the end of a line (also
where the line break has become a space) and a soft hyphen may be there or not. Every place is given
in code points of the text as it is, and begins and ends with a whole character, accents included.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

HYPHENS = "-‐‑"
DASHES = f"{HYPHENS}‒–—―−﹘﹣－⁃"
# The last two are what PDF readers give for a hyphen at the end of a line.
SOFT_HYPHENS = "\u00ad\x02\ufffe"
SAME = {
    **dict.fromkeys("'‘’‚‛′‹›´`ʼ", "'"),
    **dict.fromkeys('"“”„‟″«»〝〞', '"'),
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "⁄": "/",
}  # fmt: skip
# Plain ASCII is its own ink; its last letter is left to the loop if an accent may follow.
PLAIN = re.compile(r"[ \n]*([!-,./0-_a-~]+)(?![^\x00-\x7f])")


class Gap(NamedTuple):
    """What stands between two letters: a dash (None: it may be there or not), a space."""

    dash: bool | None
    space: bool


@dataclass(frozen=True)
class Occurrence:
    """Where a quotation stands: code points of the text, ``end`` exclusive."""

    start: int
    end: int
    spaced: bool  # spaces stand where the quotation has some, and nowhere else
    opens: bool  # begins with a word, not within one
    closes: bool  # ends with a word

    @property
    def strays(self) -> int:
        """How far it is from what was quoted: 0 is as it stands, to be preferred to others."""
        return 2 * (not (self.opens and self.closes)) + (not self.spaced)


class Folded:
    """A text with its ink; letter i of the ink is ``text[starts[i]:ends[i]]``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts, self.ends = array("I"), array("I")
        self.ink = "".join(self._letters())

    def _letters(self) -> Iterator[str]:
        text, at = self.text, 0
        while at < len(text):
            plain = PLAIN.match(text, at)
            end = plain.end() if plain else _character_end(text, at)
            if plain:
                start = plain.start(1)
                self.starts.extend(range(start, end))
                self.ends.extend(range(start + 1, end + 1))
                yield plain[1]
            elif letters := _ink(text[at:end]):
                self.starts.extend([at] * len(letters))
                self.ends.extend([end] * len(letters))
                yield letters
            at = end

    def gap(self, i: int) -> Gap:
        """Return what stands before letter ``i`` of the ink, which is not the first."""
        between = self.text[self.ends[i - 1] : self.starts[i]]
        if not between:
            return NOTHING
        return _gap(between, _is_letter(self.ink[i - 1]) and _is_letter(self.ink[i]))

    def whole(self, i: int) -> bool:
        """Whether a character of the text begins with letter ``i`` of the ink (or the ink ends)."""
        return i in {0, len(self.ink)} or self.starts[i] != self.starts[i - 1]

    def parts_words(self, i: int) -> bool:
        """Whether a word may end before letter ``i`` of the ink and another begin with it."""
        if i in {0, len(self.ink)} or not (_in_word(self.ink[i - 1]) and _in_word(self.ink[i])):
            return True
        gap = self.gap(i)
        return bool(gap.space or gap.dash)

    @cached_property
    def core(self) -> str:
        """The text from its first letter to its last."""
        return self.text[self.starts[0] : self.ends[-1]]

    @cached_property
    def lead(self) -> bool:
        """Whether a dash stands before the first letter."""
        return any(c in DASHES for c in self.text[: self.starts[0]])

    @cached_property
    def tail(self) -> bool:
        """Whether a dash stands after the last letter."""
        return any(c in DASHES for c in self.text[self.ends[-1] :])


class Place(NamedTuple):
    """A place in several texts joined: letter ``at`` of their ink, which is in text ``number``.

    ``found`` is None where the letters are there but the quotation does not stand: across the end
    of a text, with other dashes, or as a part of a character.
    """

    at: int
    number: int
    found: Occurrence | None


class Texts:
    """Several texts in reading order, searched as the one text they are."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.folded = [Folded(text) for text in texts]
        self.ink = "".join(one.ink for one in self.folded)
        self.begins = [0, *accumulate(len(one.ink) for one in self.folded)]

    def find(self, quotation: Folded) -> Iterator[Place]:
        """Yield each place with the letters of ``quotation``, overlapping ones too."""
        at = self.ink.find(quotation.ink) if quotation.ink else -1
        while at >= 0:
            number = bisect_right(self.begins, at) - 1
            within = at + len(quotation.ink) <= self.begins[number + 1]
            first = at - self.begins[number]
            found = _occurrence(self.folded[number], first, quotation) if within else None
            yield Place(at, number, found)
            at = self.ink.find(quotation.ink, at + 1)

    def once(self, ink: str) -> bool:
        """Whether ``ink`` stands here exactly once."""
        at = self.ink.find(ink)
        return at >= 0 and self.ink.find(ink, at + 1) < 0

    def around(self, at: int, size: int, length: int) -> tuple[str, str]:
        """Return the ``length`` letters before and after the ``size`` letters from ``at``."""
        end = at + size
        return self.ink[max(0, at - length) : at], self.ink[end : end + length]


def occurrences(text: str, quotation: str) -> list[Occurrence]:
    """Return all places of ``text`` where ``quotation`` stands, in reading order."""
    return [place.found for place in Texts([text]).find(Folded(quotation)) if place.found]


def _occurrence(text: Folded, first: int, quotation: Folded) -> Occurrence | None:
    last = first + len(quotation.ink)
    if not (text.whole(first) and text.whole(last)):
        return None
    start, end = _edges(text, first, last, quotation)
    spaced = _agree(text, first, quotation)
    if start is None or end is None or spaced is None:
        return None
    opens = quotation.lead or text.parts_words(first)
    closes = quotation.tail or text.parts_words(last)
    if not spaced and not (opens and closes):
        return None  # “is a” does not stand in “was Isabel”
    return Occurrence(start, end, spaced, opens, closes)


def _edges(text: Folded, first: int, last: int, quotation: Folded) -> tuple[int | None, int | None]:
    """Return start and end with the dash that the quotation begins or ends with; None without."""
    start: int | None = text.starts[first]
    end: int | None = text.ends[last - 1]
    if quotation.lead:
        begin = text.ends[first - 1] if first else 0
        places = range(begin, text.starts[first])
        start = next((i for i in places if text.text[i] in DASHES), None)
    if quotation.tail:
        until = text.starts[last] if last < len(text.ink) else len(text.text)
        places = range(text.ends[last - 1], until)
        end = next((i + 1 for i in reversed(places) if text.text[i] in DASHES), None)
    return start, end


def _agree(text: Folded, first: int, quotation: Folded) -> bool | None:
    """Whether the spaces agree as well as the dashes; None if not even those do."""
    last = first + len(quotation.ink) - 1
    if text.text[text.starts[first] : text.ends[last]] == quotation.core:
        return True
    spaced = True
    for i in range(1, len(quotation.ink)):
        one, other = text.gap(first + i), quotation.gap(i)
        if one == other:
            continue
        if None not in (one.dash, other.dash) and one.dash != other.dash:
            return None
        if one.space != other.space:
            spaced = False
    return spaced


NOTHING = Gap(dash=False, space=False)


@lru_cache(4096)
def _gap(between: str, in_word: bool) -> Gap:
    seen = "".join(c for c in between if c in SOFT_HYPHENS or not _invisible(c))
    hyphened = in_word and seen[:1] in (*HYPHENS, *SOFT_HYPHENS) and seen[1:].isspace()
    if hyphened or (in_word and seen and all(c in SOFT_HYPHENS for c in seen)):
        return Gap(dash=None, space=False)
    return Gap(dash=any(c in DASHES for c in seen), space=any(c.isspace() for c in seen))


def _character_end(text: str, at: int) -> int:
    """Return where the character at ``at`` ends, with the accents that belong to it."""
    end = at + 1
    while not _inkless(text[at]) and end < len(text) and _is_mark(text[end]):
        end += 1
    return end


@lru_cache(4096)
def _ink(character: str) -> str:
    typed = SAME.get(character[0], character[0]) + character[1:]
    letters = unicodedata.normalize("NFKD", typed)
    return "".join(SAME.get(c, c) for c in letters if not _inkless(c))


def _inkless(character: str) -> bool:
    in_gaps = character.isspace() or character in DASHES or character in SOFT_HYPHENS
    return in_gaps or _invisible(character)


def _is_mark(character: str) -> bool:
    return character > "\x7f" and unicodedata.category(character) in {"Mn", "Me"}


def _is_letter(letter: str) -> bool:
    return letter.isalpha() or _is_mark(letter)


def _in_word(letter: str) -> bool:
    return letter.isalnum() or _is_mark(letter)


@lru_cache(4096)
def _invisible(character: str) -> bool:
    """Whether a character does not show: controls, formats, selectors of variants."""
    if character.isspace():
        return False
    return (
        unicodedata.category(character) in {"Cc", "Cf"}
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or character == "\u034f"
    )

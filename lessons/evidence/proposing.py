"""Proposing where a lost citation may stand now: places for a person to choose from."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from heapq import nlargest
from itertools import islice
from math import log
from typing import NamedTuple

from lessons.folding import Folded, Texts
from lessons.models import Citation, Passage, Report

from .anchoring import CONTEXT, Anchor

MOST = 5  # proposals
LEAST = 0.4  # similarity; below it the words are others
PROMISING = 10  # passages compared word by word
MANY = 100  # places of the same words that are told apart by what stands around them


@dataclass(frozen=True)
class Candidate:
    """A place that a lost citation may stand at; ``similarity`` is 1 where the words are equal."""

    passage: Passage
    anchor: Anchor
    similarity: float


class Word(NamedTuple):
    """A word as it is compared, and where it stands."""

    key: str
    start: int
    end: int


class Proposer:
    """The current text of a report, read once for all of its lost citations."""

    def __init__(self, report: Report) -> None:
        self.passages = list(report.passages.current())

    @cached_property
    def texts(self) -> Texts:
        return Texts(passage.text for passage in self.passages)

    @cached_property
    def words(self) -> list[list[Word]]:
        return [_words(passage.text) for passage in self.passages]

    @cached_property
    def holders(self) -> dict[str, set[int]]:
        """In which passages each word stands."""
        found: dict[str, set[int]] = defaultdict(set)
        for number, words in enumerate(self.words):
            for word in words:
                found[word.key].add(number)
        return found

    def candidates(self, citation: Citation) -> list[Candidate]:
        """Return the places most like ``citation``, best first, `MOST` at most."""
        same = self._same(citation)
        alike = [one for one in self._alike(citation) if not _overlaps(one, same)]
        alike.sort(key=lambda one: -one.similarity)
        return [*same, *alike][:MOST]

    def _same(self, citation: Citation) -> list[Candidate]:
        """Return the places with the same words, those in like surroundings first."""
        quotation = Folded(citation.exact)
        size = len(quotation.ink)
        before, after = Folded(citation.prefix).ink, Folded(citation.suffix).ink
        found = []
        for place in islice(self.texts.find(quotation), MANY):
            if place.found:
                near = self.texts.around(place.at, size, CONTEXT)
                likeness = _ratio(before, near[0][-len(before) :])
                likeness += _ratio(after, near[1][: len(after)])
                found.append((likeness, place.number, place.found))
        found.sort(key=lambda one: -one[0])
        return [self._candidate(n, spot.start, spot.end, 1.0) for _l, n, spot in found]

    def _alike(self, citation: Citation) -> Iterator[Candidate]:
        words = _words(citation.exact)
        if not words:
            return
        quoted = [word.key for word in words]
        before, after = citation.exact[: words[0].start], citation.exact[words[-1].end :]
        for number in self._promising(quoted):
            found = _window(self.words[number], quoted)
            similarity = _likeness(quoted, [word.key for word in found])
            if similarity >= LEAST:
                text, start, end = self.passages[number].text, found[0].start, found[-1].end
                # The signs that the quotation begins and ends with, where they stand here too.
                start -= len(before) if text[:start].endswith(before) else 0
                end += len(after) if text.startswith(after, end) else 0
                yield self._candidate(number, start, end, similarity)

    def _promising(self, quoted: list[str]) -> Iterable[int]:
        """Return the passages with the most of the words in common, rare ones weighing more."""
        weights: dict[int, float] = defaultdict(float)
        for key in set(quoted):
            holders = self.holders.get(key, ())
            for number in holders:
                weights[number] += log(1 + len(self.passages) / len(holders))
        return nlargest(PROMISING, weights, key=lambda number: weights[number])

    def _candidate(self, number: int, start: int, end: int, similarity: float) -> Candidate:
        passage = self.passages[number]
        return Candidate(passage, Anchor.at(passage.text, start, end), similarity)


def candidates(citation: Citation) -> list[Candidate]:
    """Return up to five places of the current text where a lost citation may stand, best first."""
    return Proposer(citation.passage.report).candidates(citation)


def _words(text: str) -> list[Word]:
    """Return the words between spaces, without what stands around their letters."""
    found = []
    for one in re.finditer(r"\S+", text):
        inner = one[0].strip("'\"‘’“”«»‹›.,;:!?…()[]{}*–—-")
        if key := _key(inner):
            start = one.start() + one[0].index(inner)
            found.append(Word(key, start, start + len(inner)))
    return found


@lru_cache(16_384)
def _key(word: str) -> str:
    return Folded(word).ink.casefold()


def _window(words: list[Word], quoted: list[str]) -> list[Word]:
    """Return the stretch of ``words`` that is most like ``quoted``."""
    size = min(len(quoted), len(words))
    start = _densest([word.key for word in words], quoted, size)
    low = max(0, start - size)
    near = words[low : start + 2 * size]
    matcher = SequenceMatcher(None, [word.key for word in near], quoted, autojunk=False)
    blocks = [one for one in matcher.get_matching_blocks() if one.size]
    if not blocks:
        return words[start : start + size]
    # Where the first or last words differ, as many as were quoted are taken in.
    begin = max(0, blocks[0].a - blocks[0].b)
    end = blocks[-1].a + len(quoted) - blocks[-1].b
    return near[begin:end]


def _densest(keys: list[str], quoted: list[str], size: int) -> int:
    """Return where the ``size`` words begin that have the most in common with ``quoted``."""
    missing = Counter(quoted)
    shared = best = at = 0
    for number, key in enumerate(keys):
        missing[key] -= 1
        shared += missing[key] >= 0
        if number >= size:
            leaving = keys[number - size]
            shared -= missing[leaving] >= 0
            missing[leaving] += 1
        if shared > best:
            best, at = shared, max(0, number - size + 1)
    return at


def _overlaps(one: Candidate, others: list[Candidate]) -> bool:
    return any(
        one.passage.pk == other.passage.pk
        and one.anchor.start < other.anchor.end
        and other.anchor.start < one.anchor.end
        for other in others
    )


def _likeness(quoted: list[str], found: list[str]) -> float:
    """Return how like words and letters are: letters alone are like in any two sentences."""
    return (_ratio(quoted, found) + _ratio(" ".join(quoted), " ".join(found))) / 2


def _ratio(one: Sequence[str], other: Sequence[str]) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()

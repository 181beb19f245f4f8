"""Who is named: known actors by their names, longest first, and what looks like an organisation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .cues import Lexicon
from .phrases import Phrase, PhraseIndex, Word, fold, words_of

KNOWN = "known actor"  # told as the cue
KNOWN_STRENGTH = 0.8
# A capitalised word, the words that may join two of them, and a run of these.
CAPITAL = r"[A-ZÀ-ÞŒ][\w’'&.-]*\w|[A-ZÀ-Þ]"
JOINT = r"(?:of|for|and|on|to|in|at|against|the|de|du|des|la|le|les|et|pour|aux?|à|sur|contre)"
RUN = re.compile(
    rf"(?:{CAPITAL})(?:[ \u00a0\n](?:{JOINT}[ \u00a0\n]){{0,3}}(?:[dl][’'])?(?:{CAPITAL})){{0,11}}"
)
AND = re.compile(r"\s(?:and|et)\s(?P<article>(?:the|la|le|les)\s|l[’'])?")
# « Ministère de la défense »: French writes only the first word large.
SMALL_REST = re.compile(
    r"\s(?:de la|de l[’']|du|des|d[’']|de)\s?[a-zà-ÿ]+(?:\s[a-zà-ÿ]+(?:al|ale|ique|ère|aire)s?)?"
)
ARTICLE = re.compile(
    r"^(?:The|This|That|These|Its|Our|L[ae]s?|L[’']|Cet?te?|Ces|In|At|To|For|By)\s?(?=[A-ZÀ-Þ])"
)


class Name(NamedTuple):
    """A name and where it stands in its text; ``known`` is the actor's name as it was given."""

    text: str
    start: int
    end: int
    cue: str
    strength: float
    known: str = ""


class Names:
    """Finds the names in texts: the given ones, and those that ``lexicon`` makes out."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._known = PhraseIndex(_phrases(lexicon.names))

    def find(self, text: str, words: Sequence[Word] | None = None) -> list[Name]:
        """Return the names in ``text`` by place; of two that overlap the known, then the longer."""
        words = words_of(text) if words is None else words
        found = [*self._given(text, words), *self._parties(text, words), *self._organised(text)]
        found.sort(key=lambda one: (not one.known, one.start - one.end, one.start))
        kept: list[Name] = []
        for name in found:
            if all(name.end <= one.start or one.end <= name.start for one in kept):
                kept.append(name)
        return sorted(kept, key=lambda one: one.start)

    def _given(self, text: str, words: Sequence[Word]) -> Iterator[Name]:
        for name, first, stop in self._known.hits(words):
            start, end = words[first].start, words[stop - 1].end
            if stop - first > 1 or not name.isupper() or text[start:end].isupper():
                yield Name(text[start:end], start, end, KNOWN, KNOWN_STRENGTH, name)

    def _parties(self, text: str, words: Sequence[Word]) -> Iterator[Name]:
        for cue, first, stop in self.lexicon.parties.hits(words):
            start, end = words[first].start, words[stop - 1].end
            yield Name(text[start:end], start, end, cue.phrase, cue.strength)

    def _organised(self, text: str) -> Iterator[Name]:
        for run in RUN.finditer(text):
            for start, end in self._apart(text, run.start(), run.end()):
                yield from self._named(text, start, end)

    def _apart(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Cut a run at an "and" that begins another name, as its article or first word tells."""
        for joint in AND.finditer(text, start, end):
            first = text[joint.end() : end].split(maxsplit=1)[0]
            if joint["article"] or self._heads(first):
                return [(start, joint.start()), *self._apart(text, joint.end(), end)]
        return [(start, end)]

    def _heads(self, name: str) -> list[tuple[str, float]]:
        words = words_of(name)
        hits = self.lexicon.heads.hits(words)
        large = [hit for hit in hits if name[words[hit.first].start].isupper()]
        return [(hit.what.phrase, hit.what.strength) for hit in large]

    def _named(self, text: str, start: int, end: int) -> Iterator[Name]:
        heads = self._heads(text[start:end])
        if not heads:
            return
        if article := ARTICLE.match(text[start:end]):
            start += article.end()
        if not any(one in " \u00a0\n" for one in text[start:end]):
            rest = SMALL_REST.match(text, end)
            if rest is None:
                return
            end = rest.end()
        cue, strength = max(heads, key=lambda one: one[1])
        yield Name(text[start:end], start, end, cue, strength)


def _phrases(names: Iterable[str]) -> Iterator[tuple[Phrase, str]]:
    """Names are taken as they are written: no sign of a phrase means anything in them."""
    for name in names:
        words = tuple(word.folded for word in words_of(name))
        if words and len(fold(name)) > 1:
            yield Phrase(words, frozenset()), name

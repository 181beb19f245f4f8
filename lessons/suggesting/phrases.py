"""Cue phrases as analysts write them, and finding many of them in a sentence at once.

A phrase is words with three signs: ``fail*`` (any ending), ``did … not`` (up to five words between)
and ``^ensure`` (the sentence begins with it, or its main clause, as after "When in doubt,"). Case,
accents and the shape of apostrophes do not count. There is nothing in it that could take long: no
phrase is a regular expression.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Generic, NamedTuple, TypeVar

GAP = 5  # words that ``…`` stands for at most
MOST_WORDS, MOST_GAPS = 12, 3
WORD = re.compile(r"\w+")
PARTS = re.compile(r"(\^)?\s*(…|\.\.\.|\w+\*?|[^\w\s*…^])", re.UNICODE)
BETWEEN = frozenset("'-/")  # may stand in a phrase as in a text, and are no words
T = TypeVar("T")


class BadPhraseError(ValueError):
    """A phrase that cannot be read; the message says why, in English."""


class Word(NamedTuple):
    """A word as it is compared, and where it stands."""

    folded: str
    start: int
    end: int


class Hit(NamedTuple, Generic[T]):
    """What a phrase stands for, and the words (first, and one past the last) that it matched."""

    what: T
    first: int
    stop: int


@dataclass(frozen=True)
class Phrase:
    """``words`` with None for a gap; those in ``open`` (by number) go on with any ending."""

    words: tuple[str | None, ...]
    open: frozenset[int]
    at_start: bool = False

    def end(self, words: Sequence[Word], at: int, number: int = 0) -> int | None:
        """Return one past the last word it matches from ``at`` on, None if it does not."""
        for place in range(number, len(self.words)):
            wanted = self.words[place]
            if wanted is None:
                ends = (self.end(words, at + more, place + 1) for more in range(GAP + 1))
                return next((end for end in ends if end is not None), None)
            if at >= len(words) or not self._fits(words[at].folded, wanted, place):
                return None
            at += 1
        return at

    def _fits(self, word: str, wanted: str, place: int) -> bool:
        return word.startswith(wanted) if place in self.open else word == wanted


def fold(text: str) -> str:
    """Return ``text`` without case, accents and ligatures."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(one for one in plain if not unicodedata.combining(one)).lower()


def words_of(text: str) -> list[Word]:
    """Return the words of ``text`` in order."""
    return [Word(fold(one[0]), one.start(), one.end()) for one in WORD.finditer(text)]


def read_phrase(text: str) -> Phrase:
    """Read a phrase as it is written; raises BadPhraseError if it is none."""
    words: list[str | None] = []
    endings = set()
    at_start = False
    for start, part in PARTS.findall(text.strip().replace("’", "'")):
        at_start = at_start or bool(start and not words)
        if part in {"…", "..."}:
            words.append(None)
        elif part.rstrip("*")[:1].isalnum():
            if part.endswith("*"):
                endings.add(len(words))
            words.append(fold(part.rstrip("*")))
        elif part not in BETWEEN:
            raise BadPhraseError(f"“{part}” cannot stand in a phrase")
    _check(words, text)
    return Phrase(tuple(words), frozenset(endings), at_start)


def _check(words: list[str | None], text: str) -> None:
    if not any(words):
        raise BadPhraseError("a phrase needs a word")
    if words[0] is None or words[-1] is None:
        raise BadPhraseError("a gap stands between two words")
    if None in {a or b for a, b in pairwise(words)}:
        raise BadPhraseError("one gap is enough")
    if len(words) > MOST_WORDS or words.count(None) > MOST_GAPS:
        raise BadPhraseError("the phrase is too long")
    if text.count("^") > text.strip().startswith("^") or re.search(r"(?<!\w)\*", text):
        raise BadPhraseError("“^” stands at the beginning, “*” at the end of a word")


# Words that begin a clause after which the main one comes.
ADVERBS = frozenset(("please", "also", "then", "finally", "therefore", "thus", "donc", "enfin"))
OPENERS = ADVERBS | {
    "when", "whenever", "if", "where", "once", "after", "before", "prior", "during", "while",
    "for", "to", "in", "as", "at", "on", "upon", "with", "without", "until", "unless", "since",
    "additionally", "furthermore", "lorsque", "quand", "si", "apres", "avant", "pour", "afin",
    "dans", "en", "des",
}  # fmt: skip


def starts(text: str, words: Sequence[Word]) -> frozenset[int]:
    """Return the numbers of the words that begin a sentence, or its main clause."""
    found = {0}
    opened = bool(words) and words[0].folded in OPENERS
    if opened and words[0].folded in ADVERBS:
        found.add(1)
    for number, (one, following) in enumerate(pairwise(words), start=1):
        between = text[one.end : following.start]
        if ";" in between or (opened and "," in between):
            found.add(number)
    return frozenset(found)


class PhraseIndex(Generic[T]):
    """Many phrases with what each stands for, looked up by their first word."""

    def __init__(self, pairs: Iterable[tuple[Phrase, T]]) -> None:
        self._whole: dict[str, list[tuple[Phrase, T]]] = defaultdict(list)
        self._begun: dict[str, list[tuple[Phrase, T]]] = defaultdict(list)
        for phrase, what in pairs:
            by_word = self._begun if 0 in phrase.open else self._whole
            by_word[str(phrase.words[0])].append((phrase, what))
        self._lengths = sorted({len(word) for word in self._begun})
        self._met: dict[str, list[tuple[Phrase, T]]] = {}

    def hits(self, words: Sequence[Word], begun: frozenset[int] = frozenset({0})) -> list[Hit[T]]:
        """Return every match in one sentence, in the order of its words; ``begun`` are the words
        that a phrase with ``^`` may begin at."""
        return [
            Hit(what, at, end)
            for at, word in enumerate(words)
            for phrase, what in self._candidates(word.folded)
            if not phrase.at_start or at in begun
            if (end := phrase.end(words, at)) is not None
        ]

    def _candidates(self, word: str) -> list[tuple[Phrase, T]]:
        if word not in self._met:
            begun = (self._begun.get(word[:n], []) for n in self._lengths if n <= len(word))
            self._met[word] = [*self._whole.get(word, []), *chain.from_iterable(begun)]
        return self._met[word]

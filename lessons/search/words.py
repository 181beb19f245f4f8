"""The query language: words, "exact phrases", -exclusions and ``or``, as people know it.

Never an error: what cannot be read as a mark is read as a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import schema
from .stopwords import STOPWORDS

CHUNK = re.compile(r'(?:((?<!\S)-)?"([^"]*)("?))|([^\s"]+)')
# A word may hold some hyphens, apostrophes, points or at-signs; commas and colons between digits.
WORD = re.compile(r"\w+(?:(?:[-\u2010\u2011'.@]|(?<=\d)[,:](?=\d))\w+){0,7}\.?")
ACRONYM = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?\.?")  # U.N.
ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=\w)", re.IGNORECASE)
POSSESSIVE = re.compile(r"'s$", re.IGNORECASE)
SINGLE_QUOTES = re.compile(r"‘([^‘\"]+?)’(?!\w)")
MARKS = str.maketrans(dict.fromkeys("“”„‟«»‹›〝〞", '"') | dict.fromkeys("‘’ʼ′`´", "'"))
OR = {"or", "ou", "|"}
MAX_WORDS = 60  # of one search; a pasted page is searched by its first words
MAX_PHRASES = 12  # of one search, words with marks inside among them; what follows is plain words
SHORTEST_BEGINNING = 2  # letters from which a word may be the beginning of another
SHORT_NAME = 4  # letters; ``UN`` or ``NATO`` begins no other word


@dataclass(frozen=True)
class Piece:
    """A word or, in quotation marks, a phrase; ``typing`` if its end may be still to come."""

    text: str
    phrase: bool = False
    typing: bool = False


@dataclass(frozen=True)
class Words:
    """All of ``groups`` (any of the pieces in one), and none of ``excluded``."""

    groups: tuple[tuple[Piece, ...], ...] = ()
    excluded: tuple[Piece, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups or self.excluded)


def read(text: str) -> Words:
    """Read a search as typed.

    Words that every text holds ("what", "the", "dans") are asked for only if there are no others.
    """
    found = list(_bounded(_marked(_plain_marks(text))))
    telling = [(mark, piece) for mark, piece in found if mark or not _tells_nothing(piece, text)]
    asked = telling if any(not mark for mark, _piece in telling) else found
    return _grouped(asked)


def _grouped(found: list[tuple[str, Piece]]) -> Words:
    groups: list[tuple[Piece, ...]] = []
    excluded: list[Piece] = []
    joining = False
    for mark, piece in found:
        if mark == "or":
            joining = bool(groups)
            continue
        if mark == "-":
            excluded.append(piece)
        elif joining:
            groups[-1] = (*groups[-1], piece)
        else:
            groups.append((piece,))
        joining = False
    once = {tuple((piece.text.lower(), piece.phrase) for piece in group): group for group in groups}
    return Words(tuple(once.values())[:MAX_WORDS], tuple(excluded[:MAX_WORDS]))


def _bounded(found: Iterable[tuple[str, Piece]]) -> Iterator[tuple[str, Piece]]:
    """Yield what was found, with so few phrases that looking for all of them takes little time."""
    phrases = 0
    for mark, piece in found:
        parts = schema.stem(piece.text, "plain")
        is_phrase = len(parts) > 1
        phrases += is_phrase
        if not is_phrase or phrases <= MAX_PHRASES:
            yield mark, piece
        elif mark != "-":  # without its words it would exclude too much
            yield from ((mark, Piece(part)) for part in parts)


def _plain_marks(text: str) -> str:
    """Return ``text`` with quotation marks and apostrophes of every shape as typewriters have."""
    return SINGLE_QUOTES.sub(r'"\1"', schema.readable(text)).translate(MARKS).strip()


def _marked(text: str) -> Iterator[tuple[str, Piece]]:
    """Yield each piece with its mark: ``-``, ``or`` (whose piece does not count) or none."""
    for match in CHUNK.finditer(text):
        minus, phrase, closing, chunk = match.groups()
        at_end = match.end() == len(text)
        if phrase is not None:
            if re.search(r"\w", phrase):
                yield minus or "", Piece(phrase.strip(), phrase=True, typing=not closing)
        elif chunk.lower() in OR:
            yield "or", Piece(chunk)
        elif re.match(r"-\w", chunk):
            yield from (("-", Piece(word)) for word in _words(chunk[1:]))
        else:
            yield from (("", piece) for piece in _pieces(chunk, at_end=at_end))


def _pieces(chunk: str, *, at_end: bool) -> list[Piece]:
    words = _words(chunk)
    typing = at_end and bool(words) and chunk.endswith(words[-1]) and _may_grow(words[-1])
    return [Piece(word, typing=typing and at == len(words)) for at, word in enumerate(words, 1)]


def _words(chunk: str) -> list[str]:
    return [_bare(match[0]) for match in WORD.finditer(chunk)]


def _bare(word: str) -> str:
    """Return ``word`` without what grammar hung on it: ``l'ONU``, ``Rwanda's``, ``U.N.``."""
    if ACRONYM.fullmatch(word):
        return word.replace(".", "").upper()
    return POSSESSIVE.sub("", ELISION.sub("", word.rstrip(".")))


def _may_grow(word: str) -> bool:
    return len(word) >= SHORTEST_BEGINNING and not (word.isupper() and len(word) <= SHORT_NAME)


def _tells_nothing(piece: Piece, text: str) -> bool:
    """Whether every text holds this word; in capitals among small letters it is a name: WHO."""
    word = piece.text
    if piece.phrase or (word.isupper() and len(word) > 1 and not text.isupper()):
        return False
    if word.lower().endswith("n't"):
        return True
    return STOPWORDS.issuperset(schema.stem(word.partition("'")[0], "plain"))

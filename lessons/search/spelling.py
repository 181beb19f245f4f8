"""Did you mean: the nearest words of the corpus itself, for words that no text holds.

Looks words up in the index's dictionary: the work depends on the length of the word typed and on
fixed limits, not on the number of records.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, product

import tantivy
from tantivy import Query

from . import schema
from .matching import FUZZY_FROM, LONG, Matcher, ids_of
from .words import Piece, Words

SAMPLE = 5  # records looked at for how a word is written
CHOICES = 3  # words that may have been meant, tried for each one typed
TRIES = 8  # combinations of them
BEGINNINGS = 1000  # words of one beginning that are compared
ROOT = 3  # letters of a beginning
SLIPS = 2  # in one word, at most
LONGEST = 30  # letters; what is longer was not mistyped but pasted
Texts = Callable[[list[int]], Iterable[str]]


def suggestion(
    words: Words, typed: str, matcher: Matcher, texts: Texts, finds: Callable[[str], bool]
) -> str | None:
    """Return ``typed`` with its unknown words replaced by known ones; None if none is near.

    ``texts`` returns the texts of records by their ids. Only what ``finds`` says finds something is
    suggested.
    """
    unknown = list(dict.fromkeys(_unknown(words, matcher)))[:CHOICES]
    choices = [list(_choices(word, matcher.searcher)) for word in unknown]
    typed = schema.readable(typed)
    for chosen in islice(product(*choices), TRIES if unknown else 0):
        better = typed
        for word, tokens in zip(unknown, chosen, strict=True):
            written = " ".join(_written(token, matcher, texts) for token in tokens.split())
            written = written.lower() if word.islower() else written
            better = re.sub(rf"\b{re.escape(word)}\b", written, better)
        if better != typed and finds(better):
            return better
    return None


def _unknown(words: Words, matcher: Matcher) -> Iterator[str]:
    for piece in (piece for group in words.groups for piece in group):
        parts = re.findall(r"\w+", piece.text)
        for number, part in enumerate(parts, 1):
            if matcher.unknown(Piece(part, typing=piece.typing and number == len(parts))):
                yield part


def _choices(word: str, searcher: tantivy.Searcher) -> list[str]:
    """Return the known words nearest to ``word``, or the two it runs together; best first."""
    token = "".join(schema.stem(word, "plain"))
    if not FUZZY_FROM <= len(token) <= LONGEST:
        return []
    found = {near: searcher.doc_freq("plain", near) for near in _one_slip(token)}
    known = {near: count for near, count in found.items() if count}
    known = known or _split(token, searcher)
    if not known and len(token) >= LONG:
        known = dict(_two_slips(token, searcher))
    return sorted(known, key=lambda near: (near[0] != token[0], -known[near]))[:CHOICES]


def _one_slip(token: str) -> set[str]:
    """Return all that one slip of the hand makes of ``token``."""
    letters = string.ascii_lowercase
    halves = [(token[:at], token[at:]) for at in range(len(token) + 1)]
    left_out = {a + b[1:] for a, b in halves if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    replaced = {a + letter + b[1:] for a, b in halves if b for letter in letters}
    put_in = {a + letter + b for a, b in halves for letter in letters}
    return left_out | swapped | replaced | put_in


def _split(token: str, searcher: tantivy.Searcher) -> dict[str, int]:
    """Return the two words that ``token`` may run together, with the rarer's count."""
    pairs = [(token[:at], token[at:]) for at in range(ROOT, len(token) - ROOT + 1)]
    counted = {
        f"{one} {other}": min(searcher.doc_freq("plain", part) for part in (one, other))
        for one, other in pairs
    }
    return {pair: count for pair, count in counted.items() if count}


def _two_slips(token: str, searcher: tantivy.Searcher) -> Iterator[tuple[str, int]]:
    """Yield known words two slips away, the first of them perhaps at the beginning."""
    beginnings = {token[:ROOT]} | {slip[:ROOT] for slip in _one_slip(token[:ROOT])}
    for beginning in sorted(beginnings, key=lambda one: (one != token[:ROOT], one)):
        limit = BEGINNINGS if beginning == token[:ROOT] else BEGINNINGS // 20
        for near, count in searcher.terms_with_prefix("plain", beginning, limit=limit):
            if abs(len(near) - len(token)) <= SLIPS and _distance(near, token) <= SLIPS:
                yield near, count


def _distance(one: str, other: str) -> int:
    """Return how many letters must be put in, left out, replaced or swapped with the next one."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            least = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, above = above, row
    return above[-1]


def _written(token: str, matcher: Matcher, texts: Texts) -> str:
    """Return ``token`` as a text writes it: with its accents, a name with its capital."""
    query = Query.term_query(matcher.schema, "plain", token)
    hits = matcher.searcher.search(query, SAMPLE, count=False).hits
    forms = [
        word
        for text in texts(ids_of(matcher.searcher, hits))
        for word in re.findall(r"\w+", schema.readable(text))
        if schema.stem(word, "plain") == (token,)
    ]
    return next(iter(forms), token)

"""Which words are searched for: words in a given share of the records, alone and in pairs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from urllib.parse import quote_plus

from lessons.importers.synthetic import SEEDS
from lessons.importers.synthetic_words import Words
from lessons.search import schema
from lessons.search.index import machine_index

SHARES = (0.3, 0.1, 0.01, 0.001, 0.0001)
SHORTEST = 4  # letters


@dataclass(frozen=True)
class Queries:
    """Words by the share of records they stand in, most frequent share first."""

    by_share: dict[float, list[str]]

    def one_word(self) -> list[str]:
        return [word for words in self.by_share.values() for word in words]

    def two_words(self, number: int = 20) -> list[str]:
        """Return pairs of words of any two shares."""
        chance = random.Random(1)  # noqa: S311  (not for secrets)
        words = self.one_word()
        return [" ".join(chance.sample(words, 2)) for _pair in range(number)]


def choose(each: int = 4) -> Queries:
    """Take, for each share, the words of the corpus that come nearest to it."""
    searcher = machine_index().snapshot().records
    total = max(1, searcher.num_docs)
    known = [
        (searcher.doc_freq("all_en", schema.stem(word, "en")[0]) / total, word)
        for word in Words("en", SEEDS).all
        if len(word) >= SHORTEST and word.isascii()
    ]
    return Queries(
        {
            share: [word for _far, word in sorted((abs(f - share), w) for f, w in known)[:each]]
            for share in SHARES
        }
    )


def path(words: str, more: str = "") -> str:
    """Return the address of the list of records that match."""
    return f"/records/?q={quote_plus(words)}{more}"

"""A vocabulary with a long tail: the words of the seeds, then invented ones, used by Zipf's law."""

from __future__ import annotations

import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate, count
from pathlib import Path

SIZE = {"en": 30_000, "fr": 10_000}
CLAUSES = {"en": 60_000, "fr": 10_000}  # sentences are put together of these
SHARPNESS = 2.7  # Mandelbrot's constant, which flattens the head of Zipf's curve
ONSETS = [
    "b",
    "c",
    "d",
    "f",
    "g",
    "h",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "br",
    "cl",
    "cr",
    "dr",
    "fl",
    "gr",
    "pl",
    "pr",
    "sp",
    "st",
    "tr",
    "th",
    "ch",
    "qu",
]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou", "io"]
ENDINGS = {
    "en": ["", "", "s", "ed", "ing", "ment", "tion", "er", "ly", "al"],
    "fr": ["", "s", "é", "ée", "ement", "tion", "eur", "ère", "ait", "és"],
}


class Words:
    """The words of one language, drawn as a language uses them."""

    def __init__(self, language: str, seeds: Path) -> None:
        known = _of_seeds(language, seeds)
        self.all = [*known, *_invented(language, SIZE[language] - len(known), set(known))]
        weights = (1 / (rank + SHARPNESS) for rank in range(1, len(self.all) + 1))
        self._cumulated = list(accumulate(weights))

    def draw(self, chance: random.Random, number: int) -> list[str]:
        """Return ``number`` words."""
        return chance.choices(self.all, cum_weights=self._cumulated, k=number)

    def clauses(self, language: str) -> list[str]:
        """Return many runs of five to nine words."""
        chance = random.Random(language)  # noqa: S311  (not for secrets)
        lengths = chance.choices(range(5, 10), k=CLAUSES[language])
        stream = iter(self.draw(chance, sum(lengths)))
        return [" ".join(next(stream) for _word in range(length)) for length in lengths]


def _of_seeds(language: str, seeds: Path) -> list[str]:
    """Return the words that the seeds hold in a language, the most frequent first."""
    counted = Counter(
        word
        for text in _texts(language, seeds)
        for word in re.findall(r"[^\W\d_]+", text.lower())
        if len(word) > 1
    )
    return [word for word, _times in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def _texts(language: str, seeds: Path) -> Iterable[str]:
    for path in sorted(seeds.rglob("*.toml")):
        spoken = language if path.name == "themes.toml" else "en"
        if spoken == language:
            yield from _strings(tomllib.loads(path.read_text("utf-8")), language)


def _strings(held: object, language: str) -> Iterable[str]:
    """Yield the sentences in ``held``, without those of the other language."""
    if isinstance(held, dict):
        other = "_fr" if language == "en" else "_en"
        for name, value in held.items():
            if not name.endswith(other):
                yield from _strings(value, language)
    elif isinstance(held, list):
        for value in held:
            yield from _strings(value, language)
    elif isinstance(held, str) and " " in held:
        yield held


def _invented(language: str, number: int, known: set[str]) -> list[str]:
    """Return words that nobody has used yet but that stem as the language's own do."""
    chance = random.Random(language)  # noqa: S311
    found: dict[str, None] = {}
    for tried in count():
        if len(found) >= number:
            break
        word = _syllables(chance, 2 + tried % 2) + chance.choice(ENDINGS[language])
        if word not in known:
            found[word] = None
    return list(found)


def _syllables(chance: random.Random, number: int) -> str:
    return "".join(chance.choice(ONSETS) + chance.choice(VOWELS) for _one in range(number)) + "n"


def sentence(clauses: Sequence[str]) -> str:
    """Return clauses as a sentence."""
    text = ", ".join(clauses)
    return f"{text[0].upper()}{text[1:]}."

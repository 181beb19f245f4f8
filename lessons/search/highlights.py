"""Showing why a record was found: the words of a text that the search matched."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from . import schema
from .words import Piece, Words

WORD = re.compile(r"\w+")
AROUND = 90  # characters shown on each side of the first match of an excerpt


class Verdicts(dict[str, int]):
    """Which of the words asked for a word matches, each decided once."""

    def __init__(self, decide: Callable[[str], int]) -> None:
        super().__init__()
        self._decide = decide

    def __missing__(self, word: str) -> int:
        verdict = self[word] = self._decide(word)
        return verdict


class Marker:
    """Marks the words that ``words`` match, read as the index reads them.

    Which of the words asked for a text holds is told by bits, the first group's being 1.
    """

    def __init__(self, words: Words) -> None:
        self.everything = (1 << len(words.groups)) - 1
        self._tokens: dict[str, dict[str, int]] = {
            language: defaultdict(int) for language in schema.STEMMERS
        }
        self._beginnings: list[tuple[str, int]] = []
        self._verdicts = Verdicts(self._decide)
        for number, group in enumerate(words.groups):
            for piece in group:
                self._learn(piece, 1 << number)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return start and end of each word of ``text`` that matches."""
        return [match.span() for match in WORD.finditer(text) if self._verdicts[match[0]]]

    def holds(self, text: str) -> int:
        """Return which of the words asked for stand in ``text``."""
        found = 0
        for word in set(WORD.findall(text)):
            found |= self._verdicts[word]
        return found

    def marked(self, text: str) -> SafeString:
        """Return ``text`` escaped, with its matches in ``<mark>``."""
        return self._with_marks(text, self.spans(text))

    def excerpt(self, text: str, wanted: int = -1) -> SafeString | None:
        """Return the surroundings of the first match in ``text``; None if there is none.

        With ``wanted`` that is the first of those words.
        """
        spans = self.spans(text)
        at = next((span for span in spans if self._verdicts[text[slice(*span)]] & wanted), None)
        if at is None:
            return None
        start, end = max(0, at[0] - AROUND), min(len(text), at[1] + AROUND)
        inside = [(a - start, b - start) for a, b in spans if a >= start and b <= end]
        shown = self._with_marks(text[start:end], inside)
        before, after = "… " if start else "", " …" if end < len(text) else ""
        return mark_safe(f"{before}{shown}{after}")  # noqa: S308  (escaped piece by piece)

    def _learn(self, piece: Piece, bit: int) -> None:
        for language, tokens in self._tokens.items():
            for token in schema.stem(piece.text, language):
                tokens[token] |= bit
        typed = schema.stem(piece.text, "plain") if piece.typing else ()
        if len(typed) == 1:
            self._beginnings.append((typed[0], bit))

    def _decide(self, word: str) -> int:
        found = 0
        for language, tokens in self._tokens.items():
            for token in schema.stem(word, language):
                found |= tokens.get(token, 0)
        for token in schema.stem(word, "plain") if self._beginnings else ():
            for beginning, bit in self._beginnings:
                found |= bit if token.startswith(beginning) else 0
        return found

    def _with_marks(self, text: str, spans: list[tuple[int, int]]) -> SafeString:
        pieces, at = [], 0
        for start, end in spans:
            pieces += [
                escape(text[at:start]),
                f'<mark class="hit">{escape(text[start:end])}</mark>',
            ]
            at = end
        pieces.append(escape(text[at:]))
        return mark_safe("".join(pieces))  # noqa: S308  (escaped piece by piece)

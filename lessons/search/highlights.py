"""Showing why a record was found: the words of a text that the search matched."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from . import schema
from .words import Piece, Words

WORD = re.compile(r"\w+")
AROUND = 90  # characters shown on each side of the first match of an excerpt


class Verdicts(dict[str, bool]):
    """Whether a word matches, each decided once."""

    def __init__(self, decide: Callable[[str], bool]) -> None:
        super().__init__()
        self._decide = decide

    def __missing__(self, word: str) -> bool:
        verdict = self[word] = self._decide(word)
        return verdict


class Marker:
    """Marks the words that ``words`` match, read as the index reads them."""

    def __init__(self, words: Words) -> None:
        pieces = [piece for group in words.groups for piece in group]
        self.tokens = {
            language: {token for piece in pieces for token in schema.stem(piece.text, language)}
            for language in schema.STEMMERS
        }
        self._verdicts = Verdicts(self._decide)
        self.beginnings = tuple(_beginning(piece) for piece in pieces if piece.typing)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return start and end of each word of ``text`` that matches."""
        return [match.span() for match in WORD.finditer(text) if self._verdicts[match[0]]]

    def marked(self, text: str) -> SafeString:
        """Return ``text`` escaped, with its matches in ``<mark>``."""
        return self._with_marks(text, self.spans(text))

    def excerpt(self, text: str) -> SafeString | None:
        """Return the surroundings of the first match in ``text``; None if there is none."""
        spans = self.spans(text)
        if not spans:
            return None
        start, end = max(0, spans[0][0] - AROUND), min(len(text), spans[0][1] + AROUND)
        inside = [(a - start, b - start) for a, b in spans if a >= start and b <= end]
        shown = self._with_marks(text[start:end], inside)
        before, after = "… " if start else "", " …" if end < len(text) else ""
        return mark_safe(f"{before}{shown}{after}")  # noqa: S308  (escaped piece by piece)

    def _decide(self, word: str) -> bool:
        for language, tokens in self.tokens.items():
            if not tokens.isdisjoint(schema.stem(word, language)):
                return True
        plain = schema.stem(word, "plain") if self.beginnings else ()
        return bool(plain) and plain[0].startswith(self.beginnings)

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


def _beginning(piece: Piece) -> str:
    tokens = schema.stem(piece.text, "plain")
    # What no word begins with, where nothing is being typed.
    return tokens[0] if len(tokens) == 1 else "\0"

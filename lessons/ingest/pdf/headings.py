"""Which paragraphs are headings, by size and weight, and how deep each is. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..document import BlockKind
from .paragraphs import Paragraph

LARGER = 1.1  # than the text
LINES, LETTERS = 4, 220  # at most
BOLD_LINES, BOLD_LETTERS = 3, 140
DEEPEST = 6
BOLD_BODY = 0.5  # of the letters, from which on weight says nothing
NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]+\.|[A-Z]\.)\s")
LETTERED = re.compile(r"(?:[A-Z]|[IVX]+)\.\s+[^\W\d_]{3}")
Style = tuple[float, bool, int]
BY_CAPITALS, BY_LETTER = WEAK = -1, -2  # last in rank, and only where text follows
SENTENCE = 60  # letters


def levels(found: Sequence[Paragraph], body: float) -> list[int]:
    """Return the level of each paragraph's heading, 0 for text."""
    letters = sum(len(row.text) for one in found for row in one.rows) or 1
    heavy = sum(len(row.text) for one in found for row in one.rows if row.bold) / letters
    running = {round(one.size) for one in found if len(one.rows) > LINES and not one.bold}
    styles = [
        None
        if not one.bold and round(body) < round(one.size) <= max(running, default=0)
        else _style(one, body, weight_tells=heavy < BOLD_BODY)
        for one in found
    ]
    for place in reversed(range(len(styles))):
        style = styles[place]
        if style and style[2] in WEAK and not _leads(found, styles, place):
            styles[place] = None
    ranks = sorted({one for one in styles if one}, reverse=True)
    rank = {style: min(place, DEEPEST) for place, style in enumerate(ranks, start=1)}
    return [rank[style] if style else 0 for style in styles]


def _style(paragraph: Paragraph, body: float, *, weight_tells: bool) -> Style | None:
    """Return what tells this heading's rank: size, weight, capitals; None for text."""
    text = " ".join(row.text for row in paragraph.rows)
    count = len(paragraph.rows)
    if paragraph.kind in {BlockKind.ROW, BlockKind.FOOTNOTE} or not re.search(r"[^\W\d_]{2}", text):
        return None
    size, bold = round(paragraph.size), paragraph.bold
    capitals = text.upper() == text
    ends = text.rstrip()[-1] in ".;,:" and not (NUMBERED.match(text) and text.count(".") == 1)
    if paragraph.size >= LARGER * body and count <= LINES and len(text) <= LETTERS:
        return (size, bold, int(capitals)) if bold or not ends else None
    short = count <= BOLD_LINES and len(text) <= BOLD_LETTERS
    if not short or ends or paragraph.size < 0.9 * body:
        return None
    if bold and weight_tells:
        return (size, bold, int(capitals))
    weak = 0 if count > 1 else _weak(text, capitals=capitals)
    return (size, bold, weak) if weak else None


def _weak(text: str, *, capitals: bool) -> int:
    """Return what alone tells that a line may be a heading, 0 if nothing does."""
    if capitals and _is_words(text):
        return BY_CAPITALS
    return BY_LETTER if LETTERED.match(text) and len(text) < SENTENCE else 0


def _leads(found: Sequence[Paragraph], styles: Sequence[Style | None], place: int) -> bool:
    """Tell whether text or a lesser heading follows: else it is an entry, not a heading."""
    style, below = styles[place], place + 1
    if style is None or below == len(found):
        return False
    lesser = styles[below]
    if lesser is not None:
        return lesser < style
    return sum(len(row.text) for row in found[below].rows) > SENTENCE


def _is_words(text: str) -> bool:
    """Tell whether capitals are a heading's, not an abbreviation, a code or a form's entry."""
    letters = [one for one in text if one.isalpha()]
    return len(letters) >= 6 and len(letters) > 0.7 * len(text.replace(" ", ""))  # noqa: PLR2004

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
Style = tuple[float, bool, int]
BY_CAPITALS = (-1,)  # last in rank
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
    for place, style in enumerate(styles):
        if style and style[2:] == BY_CAPITALS and not _leads(found, styles, place):
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
    return (size, bold, *BY_CAPITALS) if capitals and count == 1 and _is_words(text) else None


def _leads(found: Sequence[Paragraph], styles: Sequence[Style | None], place: int) -> bool:
    """Tell whether text follows: capitals that nothing follows are an entry, not a heading."""
    following = next(iter(zip(found[place + 1 :], styles[place + 1 :], strict=True)), None)
    if not following or following[1]:
        return False
    return sum(len(row.text) for row in following[0].rows) > SENTENCE


def _is_words(text: str) -> bool:
    """Tell whether capitals are a heading's, not an abbreviation, a code or a form's entry."""
    letters = [one for one in text if one.isalpha()]
    return len(letters) >= 6 and len(letters) > 0.7 * len(text.replace(" ", ""))  # noqa: PLR2004

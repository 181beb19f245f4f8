"""From rows to paragraphs, list items, table rows and footnotes. Plain Python."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from ..document import BlockKind
from .columns import Row

BULLET = re.compile(r"\A(?:[•‣◦▪●○■□➢➤✓\uf0b7\uf0a7\uf0d8\uf076·]|[-–—o](?=\s+[^\s–—-]))\s*")
LABEL = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[).]|\d{1,3}(?:\.\d{1,3})+\.?)(?=\s|$)"
)
NOTE = re.compile(r"(?:(\d{1,3})(?!\d)|[*†‡§]+|\[\d{1,3}\])(?=[\s\w“\"])")
GLUED = re.compile(r"\A(?:\d{1,3}|[*†‡§]+)(?=[^\s\d])")  # a raised number before its note
LEADERS = re.compile(r"(?:\.\s?){5,}\s*(?:\d+|[ivxl]+)?\s*$")
RULE = re.compile(r"(?:[\W_]\s?){5,}x?")
SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]]*\d{0,3}$")
LOOSE = 1.35  # of the usual distance of lines, from which on a paragraph has ended
SMALL = 0.92  # of the usual size, below which a note may be
SHORT = 0.85  # of the width of the column that a last line does not fill
WINDOW, FILLED = 9, 3  # lines around one, and how many of them end where the column ends
ENOUGH = 0.3  # of the letters of tables
INDENT = 0.8  # sizes of a letter
SAME = 0.5  # points of size that are no difference


@dataclass
class Paragraph:
    """Rows that belong together; ``cells`` are the texts of a table row's columns."""

    rows: list[Row] = field(default_factory=list)
    kind: BlockKind = BlockKind.PARAGRAPH
    page: int = 0
    cells: list[list[str]] = field(default_factory=list)

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        sizes: Counter[float] = Counter()
        for row in self.rows:
            sizes[row.size] += len(row.text)
        return sizes.most_common(1)[0][0]

    @property
    def bold(self) -> bool:
        """Whether all of it is."""
        return all(row.bold for row in self.rows)

    @property
    def lines(self) -> list[str]:
        """Its text, line by line, without the bullet."""
        first, *rest = (row.text for row in self.rows)
        if self.kind is BlockKind.ITEM:
            first = BULLET.sub("", first, count=1)
        if self.kind is BlockKind.FOOTNOTE:
            first = GLUED.sub(r"\g<0> ", first)
        return [first, *rest]


def paragraphs(rows: Sequence[Row], page: int, body: float) -> Iterator[Paragraph]:
    """Yield what the rows of a column form; ``body`` is the usual size of letters."""
    pitch = _pitch(rows)
    right = max((row.right for row in rows), default=0)
    left = min((row.left for row in rows), default=0)
    held: Paragraph | None = None
    for place, row in enumerate(rows):
        if LEADERS.search(row.text) or RULE.fullmatch(row.text):
            continue  # a table of contents: what it names stands where it points to
        if held and not _begins(held, row, pitch, left, _edge(rows, place, right)):
            _add(held, row)
        else:
            if held:
                yield held
            held = _new(row, page, body)
    if held:
        yield held


def _edge(rows: Sequence[Row], place: int, right: float) -> float:
    """Return where the lines around one end that fill their column, ``right`` if none do."""
    row = rows[place]
    near = [
        one.right
        for one in rows[max(place - WINDOW, 0) : place + WINDOW]
        if len(one.cells) == 1 and abs(one.left - row.left) < 3 * row.size
    ]
    edge = max(near, default=right)
    full = sum(one > edge - 1.5 * row.size for one in near)
    return edge if full >= FILLED else right


def _pitch(rows: Sequence[Row]) -> float:
    distances = [
        above.middle - below.middle
        for above, below in pairwise(rows)
        if abs(above.size - below.size) < SAME and above.middle - below.middle < 3 * above.size
    ]
    return median(distances) if distances else 0.0


def _new(row: Row, page: int, body: float) -> Paragraph:
    if _is_table_row(row):
        return Paragraph([row], BlockKind.ROW, page, [[one.text] for one in row.cells])
    if row.size < SMALL * body and NOTE.match(row.text):
        return Paragraph([row], BlockKind.FOOTNOTE, page)
    listed = BULLET.match(row.text) or LABEL.match(row.text)
    return Paragraph([row], BlockKind.ITEM if listed else BlockKind.PARAGRAPH, page)


def _is_table_row(row: Row) -> bool:
    """Tell whether a row has cells; a label and what it stands before are none."""
    first = row.cells[0].text
    labelled = LABEL.fullmatch(first) or BULLET.fullmatch(first) or NOTE.fullmatch(f"{first} ")
    return len(row.cells) > (2 if labelled and len(first) < 6 else 1)  # noqa: PLR2004


def _begins(held: Paragraph, row: Row, pitch: float, left: float, right: float) -> bool:
    """Tell whether a paragraph begins with ``row``."""
    last = held.rows[-1]
    distance = last.middle - row.middle
    loose = LOOSE * max(pitch, 1.05 * row.size if not pitch else 0, 0.5 * row.size)
    if distance > loose or distance < 0 or abs(last.size - row.size) > max(SAME, 0.08 * row.size):
        return True
    if held.kind is BlockKind.ROW:
        return not _continues_cells(held, row)
    if _is_table_row(row) or (last.bold != row.bold and (held.bold or row.bold)):
        return True
    if BULLET.match(row.text) or (LABEL.match(row.text) and _may_label(held, last, row, right)):
        return True
    if held.kind is BlockKind.FOOTNOTE and _is_next_note(held.rows[0].text, row.text):
        return True
    return _is_indented(held, row) or _ended(held, last, row, left, right)


def _is_next_note(first: str, text: str) -> bool:
    one, other = NOTE.match(first), NOTE.match(text)
    if not one or not other:
        return False
    return not one[1] or (bool(other[1]) and int(other[1]) == int(one[1]) + 1)


def _may_label(held: Paragraph, last: Row, row: Row, right: float) -> bool:
    """Tell whether a number at the beginning of a row counts, instead of ending a sentence."""
    ended = bool(SENTENCE_END.search(last.text)) or last.right < SHORT * right
    beneath = abs(held.rows[0].left - row.left) < row.size
    return ended or (held.kind is BlockKind.ITEM and beneath)


def _is_indented(held: Paragraph, row: Row) -> bool:
    """Tell whether a row stands where another paragraph would begin."""
    first, last = held.rows[0], held.rows[-1]
    if held.kind is BlockKind.ITEM:
        hangs = len(held.rows) == 1 or last.left > first.left + SAME * row.size
        return hangs and row.left < last.left - INDENT * row.size
    further = row.left > last.left + INDENT * row.size
    return further and bool(SENTENCE_END.search(last.text))


def _ended(held: Paragraph, last: Row, row: Row, left: float, right: float) -> bool:
    """Tell whether the paragraph ended with a line that is short, and a sentence."""
    width = right - left
    room = right - last.right > max((1 - SHORT) * width, 4 * row.size)
    starts = not row.text[:1].islower()
    if room and SENTENCE_END.search(last.text) and starts:
        return True
    very_short = last.right - last.left < 0.5 * width and starts
    return very_short and held.rows[0].bold == row.bold and len(held.rows) == 1 and room


def _continues_cells(held: Paragraph, row: Row) -> bool:
    """Tell whether a row goes on with cells of the row above that were too narrow for them."""
    starts = [one.left for one in held.rows[0].cells]
    inner = starts[1:]
    return len(row.cells) < len(starts) and all(
        any(abs(cell.left - start) < row.size / 3 for start in inner) for cell in row.cells
    )


def _add(held: Paragraph, row: Row) -> None:
    if held.kind is BlockKind.ROW:
        starts = [one.left for one in held.rows[0].cells]
        for cell in row.cells:
            nearest = min(range(len(starts)), key=lambda n: abs(starts[n] - cell.left))
            held.cells[nearest].append(cell.text)
    held.rows.append(row)


def body_size(rows: Iterable[Row]) -> float:
    """Return the size most letters have, in running text if there is enough of that."""
    running: Counter[float] = Counter()
    tables: Counter[float] = Counter()
    for row in rows:
        (running if len(row.cells) == 1 else tables)[row.size] += len(row.text)
    sizes = running if running.total() > ENOUGH * tables.total() else running + tables
    return sizes.most_common(1)[0][0] if sizes else 0.0

"""What PDFium sees on a page: runs of letters with their places. Plain Python.

A run is a piece of a line: PDFium's own line, parted where a gap shows a column or a cell. Its
letters are in the order they are read, also from right to left.
"""

from __future__ import annotations

import ctypes
import math
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

HYPHENS = "\x02\ufffe\u00ad"  # what PDFium makes of a hyphen at the end of a line
GAP = 1.0  # heights of a letter, from which on a gap parts two runs
RIGHT_TO_LEFT = frozenset({"R", "AL"})
BOLD = re.compile(r"bold|black|heavy|demi(?!-?light)", re.IGNORECASE)
HEAVY = 600  # weight
SHAPED = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True)
class Run:
    """Letters of one line and one piece; points from the page's lower left corner, as shown."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool

    @property
    def middle(self) -> float:
        """Where the line is, half way up."""
        return (self.bottom + self.top) / 2

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    def with_(self, other: Run, space: str) -> Run:
        """Return both as one run, ``other`` being read second."""
        larger = self if len(self.text) >= len(other.text) else other
        return Run(
            f"{self.text}{space}{other.text}",
            min(self.left, other.left),
            max(self.right, other.right),
            larger.bottom,
            larger.top,
            larger.size,
            self.bold and other.bold,
        )

    def beside(self, other: Run) -> bool:
        """Tell whether both stand on one line."""
        shared = min(self.top, other.top) - max(self.bottom, other.bottom)
        return shared > 0.5 * min(self.top - self.bottom, other.top - other.bottom)


@dataclass(frozen=True)
class _Letter:
    index: int
    char: str
    left: float
    right: float
    bottom: float
    top: float


def runs_of(page: Any) -> list[Run]:
    """Return the runs of a page in the order of the file."""
    textpage = page.get_textpage()
    try:
        turn = _turned(page)
        return [
            run
            for letters in _pieces(_letters(textpage.raw, turn))
            if (run := _run(textpage.raw, letters))
        ]
    finally:
        textpage.close()


def _turned(page: Any) -> Any:
    """Return what turns a place on the page as it is stored into one as it is shown."""
    left, bottom, right, top = page.get_cropbox()
    return {
        90: lambda x, y: (y - bottom, right - x),
        180: lambda x, y: (right - x, top - y),
        270: lambda x, y: (top - y, x - left),
    }.get(page.get_rotation(), lambda x, y: (x - left, y - bottom))


def _letters(raw: Any, turn: Any) -> Iterator[_Letter | None]:
    """Yield the letters of a page, None where PDFium ends a line."""
    box = pdfium.FS_RECTF()
    where = ctypes.byref(box)
    for index in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        char = chr(code) if code <= sys.maxunicode else "\ufffd"
        if char in "\r\n":
            yield None
        elif code and pdfium.FPDFText_GetLooseCharBox(raw, index, where):
            (x1, y1), (x2, y2) = turn(box.left, box.bottom), turn(box.right, box.top)
            yield _Letter(index, char, min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2))
            if char in HYPHENS:
                yield None


def _pieces(letters: Iterator[_Letter | None]) -> Iterator[list[_Letter]]:
    """Part the letters where a line ends, and at gaps; spaces have no place of their own."""
    held: list[_Letter] = []
    last: _Letter | None = None
    for letter in letters:
        if letter is None or (last and not letter.char.isspace() and _apart(last, letter)):
            yield held
            held, last = [], None
        if letter is not None:
            held.append(letter)
            last = last if letter.char.isspace() else letter
    yield held


def _apart(last: _Letter, letter: _Letter) -> bool:
    height = max(last.top - last.bottom, letter.top - letter.bottom, 1)
    across = max(letter.left - last.right, last.left - letter.right)
    return across > GAP * height or abs(letter.bottom - last.bottom) > 0.8 * height


def _run(raw: Any, letters: list[_Letter]) -> Run | None:
    inked = [one for one in letters if not one.char.isspace()]
    text = "".join(one.char for one in _logical(letters))
    text = re.sub(f"[{HYPHENS}]$", "-", text.strip())
    text = SHAPED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    if not inked or not text:
        return None
    middle = inked[len(inked) // 2]
    return Run(
        text,
        min(one.left for one in inked),
        max(one.right for one in inked),
        min(one.bottom for one in inked),
        max(one.top for one in inked),
        _size(raw, middle),
        all(_is_bold(raw, one.index) for one in (inked[0], middle, inked[-1])),
    )


def _logical(letters: list[_Letter]) -> list[_Letter]:
    """Return letters in reading order: some files store Arabic and Hebrew from left to right."""
    written = [one for one in letters if unicodedata.bidirectional(one.char) in RIGHT_TO_LEFT]
    if len(written) < 2 or written[0].left > written[-1].left:  # noqa: PLR2004
        return letters
    found: list[_Letter] = []
    run: list[_Letter] = []
    for letter in letters:
        kind = unicodedata.bidirectional(letter.char)
        if kind in RIGHT_TO_LEFT or (run and kind in {"WS", "NSM"}):
            run.append(letter)
        else:
            found += [*reversed(run), letter]
            run = []
    return [*found, *reversed(run)]


def _size(raw: Any, letter: _Letter) -> float:
    """Return the size of a letter's font in points, as it is shown."""
    matrix = pdfium.FS_MATRIX()
    scale = 1.0
    if pdfium.FPDFText_GetMatrix(raw, letter.index, ctypes.byref(matrix)):
        scale = math.hypot(matrix.c, matrix.d) or 1.0
    size = pdfium.FPDFText_GetFontSize(raw, letter.index) * scale
    return round(size if size > 1 else letter.top - letter.bottom, 1)


def _is_bold(raw: Any, index: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(raw, index) >= HEAVY:
        return True
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetFontInfo(raw, index, name, len(name), ctypes.byref(flags))
    return bool(BOLD.search(name.value.decode("utf-8", "replace")))

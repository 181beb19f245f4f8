"""How a text file sets its cells apart: the delimiter that gives rows of one length.

The measure is the pattern score of van den Burg, Nazábal and Sutton, «Wrangling messy CSV files by
detecting row and type patterns» (2019): rows of few different lengths, and long ones, score high.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import product

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 1 << 18  # characters
SEP_LINE = re.compile(r"sep=(.)\r?\n?$")  # Excel's own way to say it
ALONE = 1e-3  # what a row without any delimiter counts


@dataclass(frozen=True)
class Dialect:
    """``delimiter`` is empty where each line is one cell; ``escape`` is a backslash or nothing."""

    delimiter: str = ""
    escape: str = ""
    spaced: bool = False
    first_line: int = 1

    def options(self) -> dict[str, object]:
        """Return what csv.reader takes."""
        return {
            "delimiter": self.delimiter or "\x1f",
            "escapechar": self.escape or None,
            "skipinitialspace": self.spaced,
        }


def dialect_of(sample: str, delimiter: str | None = None) -> Dialect:
    """Return the dialect of a file that begins with ``sample``; ``delimiter`` may be known."""
    lines = sample.splitlines(keepends=True)
    told = SEP_LINE.match(lines[0]) if lines else None
    first_line = 2 if told else 1
    if told:
        delimiter = delimiter or told[1]
        sample = sample[len(lines[0]) :]
    candidates = [delimiter] if delimiter else DELIMITERS
    escapes = ["", "\\"] if re.search(r'\\[",;|\t]', sample) else [""]
    best, best_score = Dialect(first_line=first_line), 0.0
    for escape, mark in product(escapes, candidates):
        one = Dialect(mark, escape, _spaced(sample, mark), first_line)
        if (score := _score(sample, one)) > best_score * 1.0001:
            best, best_score = one, score
    if delimiter and not best.delimiter:
        return Dialect(delimiter, first_line=first_line)
    return best


def _spaced(sample: str, delimiter: str) -> bool:
    """Tell whether a space follows the delimiter: before quotation marks, or all over the header.

    Else spaces belong to the cell, as our own exports mean them.
    """
    if delimiter == "\t":
        return False
    header = sample.lstrip("\r\n").partition("\n")[0]
    spaces = header.count(f"{delimiter} ")
    return f'{delimiter} "' in sample or (spaces > 0 and spaces == header.count(delimiter))


def _score(sample: str, dialect: Dialect) -> float:
    """Return the pattern score, or 0 where most rows have no common length above 1."""
    widths = [len(row) for row in _read(sample, dialect) if any(row)]
    if len(widths) > 1 and len(sample) >= SAMPLE:
        widths.pop()  # cut off by the end of the sample
    lengths = Counter(widths)
    if not lengths:
        return 0.0
    usual, often = max(lengths.items(), key=lambda item: (item[1], item[0]))
    if usual == 1 or often < len(widths) / 2:
        return 0.0
    total = sum(times * max(ALONE, width - 1) / width for width, times in lengths.items())
    return total / len(lengths)


def _read(sample: str, dialect: Dialect) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), **dialect.options()):  # type: ignore[arg-type]
            rows.append(row)
    except csv.Error:
        pass
    return rows

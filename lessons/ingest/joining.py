"""Lines become running text again: words that a line end has split are joined. Plain Python."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

HYPHENS = "-\u2010\u00ad\x02\ufffe"  # the last two are what PDF readers give at a line end
ALWAYS_SOFT = "\u00ad\x02\ufffe"
LAST = re.compile(rf"([^\W\d_]+(?:['’-][^\W\d_]+)*)[{HYPHENS}]$")
FIRST = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
RANGE = re.compile(r"\w[-\u2010]$")  # "2010-" before "2012"
WORD = re.compile(r"[^\W\d_]+(?:['’\-\u2010][^\W\d_]+)*")


def words_of(lines: Iterable[str]) -> Counter[str]:
    """Return how often each word, hyphenated ones whole, stands inside a line."""
    found: Counter[str] = Counter()
    parted = False
    for line in lines:
        words = [word.replace("\u2010", "-").casefold() for word in WORD.findall(line)]
        hyphened = bool(LAST.search(line.rstrip()))
        found.update(words[int(parted) : len(words) - int(hyphened)])
        parted = hyphened
    return found


def joined(lines: Iterable[str], words: Counter[str]) -> str:
    """Return ``lines`` as one text; ``words`` are those of the document, from `words_of`.

    Where a line ends in a hyphen, the word is joined as the document writes it elsewhere: without
    the hyphen ("accom-/plish"), or with it ("well-/known"). Where it does not say, a hyphen
    before a small letter goes, unless what it splits are words of their own.
    """
    text = ""
    for line in (one.strip() for one in lines):
        text = _with(text, line, words) if text and line else text + line
    return text


def _with(text: str, line: str, words: Counter[str]) -> str:
    before, after = LAST.search(text), FIRST.match(line)
    if not before and text[-1] in ALWAYS_SOFT:
        return text[:-1] + line
    if not before or not after:
        return text + line if RANGE.search(text) and line[0].isdigit() else f"{text} {line}"
    first, second = before[1], after[0]
    whole = (first + second).casefold()
    apart = f"{first}-{second}".casefold()
    if _keeps(first, second, words[whole], words[apart], words):
        return f"{text[:-1]}-{line}"
    return text[:-1] + line


def _keeps(first: str, second: str, whole: int, apart: int, words: Counter[str]) -> bool:
    """Tell whether the hyphen between two halves of a word is its own."""
    if whole or apart:
        return apart > whole
    if not second[0].islower():
        return True
    head, tail = first.rpartition("-")[2].casefold(), second.partition("-")[0].casefold()
    return words[head] > 1 and words[tail] > 1 and min(len(head), len(tail)) > 3  # noqa: PLR2004

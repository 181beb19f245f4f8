"""Cutting a text into its sentences, English and French. Plain Python: strings in, places out."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A sentence ends with its mark, what closes it and a space; or where an empty line ends an item.
# A space may stand before a guillemet that closes and after one that opens.
ENDS = re.compile(
    r"(?<=[.!?…])(?:[\"'”’)\]]|[\s\u00a0\u202f]?»)*\s+"
    r"(?=(?:[\"'“‘(\[•–-]\s?|«\s?)*[A-ZÀ-ÞŒ0-9])|\n\s*\n"
)
# What a full stop belongs to without ending a sentence: initials ("U.S.", "J."), short titles, and
# what is short for something that goes on.
NO_END = re.compile(
    r"(?:^|[\s(«“\"'’\[\u00a0])(?:(?:[A-Z]\.-?)*[A-Z]"
    r"|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Maj|Lt|Capt|Sgt|Adm|Brig|Sen|Rep|Gov|Hon|Rev|St|Ste|Jr|Sr"
    r"|cf|viz|op|cit|e\.g|i\.e|vs|etc|approx|ca|al|p\. ?ex|c\.-à-d|M|MM|Mme|Mlle|Me|Mgr"
    r"|Inc|Ltd|Corp|Co|Dept|Univ|Jan|Feb|Aug|Sept|Oct|Nov|Dec|janv|févr|juill|déc)\.$"
)
# What ends none before a number alone: "see art. 3", but "the state of the art. The …".
NUMBERED = re.compile(
    r"(?:^|[\s(])(?:nos?|arts?|paras?|pars?|pp?|vols?|ch|chap|secs?|figs?|al)\.$", re.IGNORECASE
)
# The number of an item at the beginning of it or of a line: "3. The mission …".
ITEM = re.compile(r"(?:^|\n)\s*\(?(?:[0-9]{1,3}(?:\.[0-9]{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[.)]+$")


@dataclass(frozen=True)
class Sentence:
    """A stretch of a text: code points from ``start`` to ``end`` (exclusive)."""

    text: str
    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """Cut ``text`` into its sentences, without the spaces between them."""
    found, start = [], 0
    for gap in [*ENDS.finditer(text), None]:
        end = gap.end() if gap else len(text)
        if gap and _goes_on(text[start : gap.start()], text[gap.end() :]):
            continue
        words = text[start:end].strip()
        if words:
            first = text.index(words, start)
            found.append(Sentence(words, first, first + len(words)))
        start = end
    return found


def _goes_on(before: str, after: str) -> bool:
    if NUMBERED.search(before):
        return after[:1].isdigit()
    return bool(NO_END.search(before) or ITEM.search(before))

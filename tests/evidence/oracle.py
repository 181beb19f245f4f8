"""The slow and obvious way to say where a quotation stands: every slice is tried.

It shares no code with `lessons.folding`. Texts must be short.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import product

QUOTES = str.maketrans("‘’‚′´`«»“”„", "''''''\"\"\"\"\"")
UNSEEN = "\u200b\u200c\u2060\ufeff\ufe0f"
WORD = r"(?:(?<=[^\W\d_])|(?<=\u0301))"
NEXT = r"(?=[^\W\d_]|\u0301)"
# A hyphen that may be there or not: at the end of a line, or soft.
OPTIONAL = re.compile(rf"{WORD}([-‐‑\u00ad]\s+|\u00ad){NEXT}")
OPEN = "\ue000"


@lru_cache(100_000)
def readings(text: str, *, with_spaces: bool = False) -> set[str]:
    """Return all the ways to read ``text`` that count as the same."""
    text = "".join(c for c in text if c not in UNSEEN)
    text = OPTIONAL.sub(OPEN, text).replace("\u00ad", "")
    text = unicodedata.normalize("NFKD", text.translate(QUOTES))
    text = text.replace("œ", "oe").replace("æ", "ae")
    text = re.sub("[-‐‑–—−]+", "-", re.sub(r"(?<=[-‐‑–—−])\s+(?=[-‐‑–—−])", "", text))
    text = re.sub(r"\s+", " " if with_spaces else "", text).strip()
    text = re.sub("-+", "-", text)
    parts = text.split(OPEN)
    ways = product(("", "-"), repeat=len(parts) - 1)
    return {"".join([parts[0], *map("".join, zip(way, parts[1:], strict=True))]) for way in ways}


def same(one: str, other: str, *, with_spaces: bool = False) -> bool:
    """Whether two texts are the same to a reader."""
    found = readings(one, with_spaces=with_spaces) & readings(other, with_spaces=with_spaces)
    return bool(found)


def shows(character: str) -> bool:
    return not (character.isspace() or character in UNSEEN or character == "\u00ad")


def is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}


def continues(text: str, at: int) -> bool:
    """Whether the accent at ``at`` belongs to the letter before."""
    return is_mark(text[at]) and at > 0 and shows(text[at - 1]) and text[at - 1] not in "-–"


def stands_at(text: str, quotation: str) -> list[tuple[int, int]]:
    """Return start and end of every slice that reads as ``quotation`` does."""
    places = []
    longest = len(letters(quotation))
    for start in range(len(text)):
        if not shows(text[start]) or continues(text, start):
            continue
        for end in range(start + 1, len(text) + 1):
            if len(letters(text[start:end])) > longest:
                break
            ends_whole = end == len(text) or not continues(text, end)
            if shows(text[end - 1]) and ends_whole and same(text[start:end], quotation):
                places.append((start, end))
    return places


def in_word(text: str, at: int) -> bool:
    """Whether place ``at`` lies within a word, a hyphen at the end of a line left out."""
    before = (
        re.sub(r"[-‐‑\u00ad]\s+$", "", text[:at])
        if OPTIONAL.search(text[:at] + "x") and text[at : at + 1].isalpha()
        else text[:at]
    )
    before, after = before.rstrip(UNSEEN + "\u00ad"), text[at:].lstrip(UNSEEN + "\u00ad")
    if not before or not after:
        return False
    return (before[-1].isalnum() or is_mark(before[-1])) and (
        after[0].isalnum() or is_mark(after[0])
    )


@lru_cache(100_000)
def letters(text: str) -> str:
    """Return what shows of a text without its dashes."""
    (found, *_more) = sorted(readings(text), key=len)
    return found.replace("-", "")

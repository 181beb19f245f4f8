"""Recommendations as reports print them: their numbers, and to whom they are addressed."""

from __future__ import annotations

import re
from typing import NamedTuple

DIGITS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}"
SERIES = r"[A-Z]{1,4}-[0-9]{2}-[0-9]{1,4}"  # A-17-01, as the NTSB numbers its own
LABELLED = re.compile(
    rf"\s*(?:(?i:(?:safety\s+)?recomm[ae]ndation|rec\.?)\s*(?i:no\.?|n[°º]\.?|#)?\s*|R[\s-]?)"
    rf"(?P<number>{SERIES}|{DIGITS}|[A-Z](?=[.:)]))(?:\s*[.:)–—-]+\s*|\s+(?=[A-ZÀ-Þ«“\"]))"
)
ITEM = re.compile(
    rf"\s*(?:[•▪◦●*–—-]\s+|\(?(?P<number>{SERIES}|{DIGITS}|[a-z]|[ivx]{{1,5}})[.):]+\s+"
    rf"|(?P<bare>{SERIES}|{DIGITS})\s+(?=[A-ZÀ-Þ]))"
)
CLOSING = re.compile(rf"\s*[(\[](?P<number>{SERIES})[)\]]\s*\.?\s*$")
LED_IN = re.compile(
    r"\s*(?:to|à|aux?)\s+(?:the\s+|la\s+|le\s+|les\s+|l[’'])?(?P<name>[^:.;]{2,150}?)\s*:\s*",
    re.IGNORECASE,
)
MODAL = re.compile(
    r"\b(?:should|must|shall|needs? to|ought to|will need to|is urged to|are urged to"
    r"|devrai(?:t|ent)|doi(?:t|vent)|devra|devront)\b",
    re.IGNORECASE,
)


class Item(NamedTuple):
    """An item of a list: its printed number, where its words begin, whether it calls itself a
    recommendation."""

    number: str
    start: int
    labelled: bool


def item_of(text: str) -> Item | None:
    """Return what ``text`` is as an item of a list; None if it is none."""
    if found := LABELLED.match(text):
        return Item(found["number"], found.end(), True)
    closing = CLOSING.search(text)
    begun = ITEM.match(text)
    if closing:
        return Item(closing["number"], begun.end() if begun else 0, True)
    if begun:
        return Item(begun["number"] or begun["bare"] or "", begun.end(), False)
    return None


def led_in(text: str) -> tuple[str, int]:
    """Return to whom ``text`` says that what follows is addressed, and where that ends: of "To the
    Federal Aviation Administration: Require …" the name and the place of "Require"."""
    found = LED_IN.match(text)
    name = found["name"].strip() if found else ""
    if found and name[:1].isupper():
        return name, found.end()
    return "", 0


def before_modal(text: str) -> str:
    """Return what stands before the "should" of a sentence, where who should is named."""
    found = MODAL.search(text)
    return text[: found.start()] if found else ""

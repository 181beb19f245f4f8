"""Finding quotations again in another text of their report: where each stands, or that it is lost.

Nothing is guessed. A quotation is found again if its letters stand once in the old text and once in
the new, or if of several places exactly one, in the old text and in the new, has the same letters
before and after; and if it stands there as a whole. Where a whole passage is said once in both
texts, what is quoted of it stands in it as it did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from lessons.folding import Folded, Place, Texts
from lessons.models import Citation, Passage

from .anchoring import CONTEXT


class Spot(NamedTuple):
    """Where a quotation stands in a new text: the passage's number from 0, and code points."""

    number: int
    start: int
    end: int


class Text:
    """A text version: its passages' texts in reading order, and where a whole passage stands."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    @cached_property
    def folded(self) -> Texts:
        return Texts(self.texts)

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(self.texts)

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {text: number for number, text in enumerate(self.texts)}

    def only(self, text: str) -> int | None:
        """Return the number of the passage that says ``text``; None unless it is said once."""
        if self.counts[text] != 1:
            return None
        number = self.numbers[text]
        return number if self.folded.once(self.folded.folded[number].ink) else None


def refind(
    citations: Iterable[Citation], olds: Mapping[int, Sequence[Passage]], texts: Sequence[str]
) -> dict[int, Spot]:
    """Return, by the ids of ``citations``, where they stand in ``texts``; the lost ones are absent.

    ``olds`` holds the passages of each text version that they stand in now, in reading order.
    """
    new = Text(texts)
    old = {version: Text([one.text for one in passages]) for version, passages in olds.items()}
    numbers = {one.pk: n for passages in olds.values() for n, one in enumerate(passages)}
    found = {}
    for citation in citations:
        text = old[citation.passage.text_version]
        spot = _spot(citation, numbers[citation.passage_id], text, new)
        if spot:
            found[citation.pk] = spot
    return found


def refind_beside(
    corrected: Passage, citations: Iterable[Citation], old: Sequence[Passage], texts: Sequence[str]
) -> dict[int, Spot]:
    """Return what `refind` does where every passage but ``corrected`` is the same in both texts.

    ``citations`` all stand in ``old``; those of the corrected passage are looked for there alone.
    """
    numbers = {one.pk: number for number, one in enumerate(old)}
    found = {}
    for citation in citations:
        number = numbers[citation.passage_id]
        if citation.passage_id != corrected.pk:
            found[citation.pk] = Spot(number, citation.start, citation.end)
        elif spot := _spot(citation, 0, Text([old[number].text]), Text([texts[number]])):
            found[citation.pk] = spot._replace(number=number)
    return found


def _spot(citation: Citation, number: int, old: Text, new: Text) -> Spot | None:
    whole = old.texts[number]
    twin = new.only(whole)
    if twin is not None and old.only(whole) is not None:
        return Spot(twin, citation.start, citation.end)
    place = _again(Folded(citation.exact), number, citation.start, old.folded, new.folded)
    return Spot(place.number, place.found.start, place.found.end) if place and place.found else None


def _again(quotation: Folded, number: int, start: int, old: Texts, new: Texts) -> Place | None:
    before, after = list(old.find(quotation)), list(new.find(quotation))
    here = [p for p in before if p.found and (p.number, p.found.start) == (number, start)]
    if not here:
        return None
    (origin,) = here
    if not len(before) == len(after) == 1:
        size = len(quotation.ink)
        around = old.around(origin.at, size, CONTEXT)
        before = [one for one in before if _fits(around, old.around(one.at, size, CONTEXT))]
        after = [one for one in after if _fits(around, new.around(one.at, size, CONTEXT))]
    return after[0] if len(before) == len(after) == 1 and _as_whole(after[0], origin) else None


def _fits(known: tuple[str, str], around: tuple[str, str]) -> bool:
    """Whether the letters around are those known; where the text began, others may stand now."""
    return around[0].endswith(known[0]) and around[1].startswith(known[1])


def _as_whole(place: Place, origin: Place) -> bool:
    """Whether the quotation stands there, and not within a word if a word was quoted."""
    if not place.found or not origin.found:
        return False
    return place.found.opens >= origin.found.opens and place.found.closes >= origin.found.closes

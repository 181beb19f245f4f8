"""Reading a report by rules: passages in, candidates out.

One kind for each sentence: that for which most speaks, cues and the heading above it together. Who
is named in it (an actor) is a candidate of its own, once for each name in a report.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from lessons.sentences import Sentence, sentences

from .cues import ACTOR, RECOMMENDATION, Cue, Lexicon, either
from .lists import Item, before_modal, item_of, led_in
from .names import Names
from .phrases import Hit, Word, fold, starts, words_of

FEWEST_WORDS = 4  # a sentence with fewer states nothing
WEAKEST = 0.36  # score that is worth a look: one weak cue alone is not, two together are
NUMBERED = "numbered recommendation"  # told as the cue where only the number says so
NUMBERED_STRENGTH = 0.8
MOST_OF_A_NAME = 120
BEFORE_A_SUBJECT = 1  # word that may stand before who should: an article
FIELD = re.compile(r"[A-ZÀ-Þ][\w /()#&’'-]{1,40}:\s")


class Source(Protocol):
    """A passage as far as rules read it; a sequence of them is a report in reading order."""

    @property
    def text(self) -> str: ...

    @property
    def section_path(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Candidate:
    """Words that may be worth a record.

    ``position`` is the passage's place in the sequence, ``start`` and ``end`` (exclusive) are code
    points of its text, those of ``cue_at`` what fired there, if it stands in them. ``cue`` names
    what proposes it: decisions are counted by it. ``score`` says how likely it is right, from 0 to
    1. ``number`` is printed with a recommendation, ``addressee`` is who is asked.
    """

    position: int
    kind: str
    start: int
    end: int
    cue: str
    score: float
    cue_at: tuple[int, int] | None = None
    number: str = ""
    addressee: str = ""


class Reason(NamedTuple):
    """What speaks for a kind: a cue or heading, and where in the passage it stands."""

    kind: str
    cue: str
    strength: float
    at: tuple[int, int] | None


class Context(NamedTuple):
    """What was said before a passage: its section, to whom the list is addressed, and what kind
    its items are of."""

    section: tuple[str, ...] = ()
    addressee: str = ""
    listed: Reason | None = None


def read(passages: Sequence[Source], lexicon: Lexicon) -> list[Candidate]:
    """Return what ``lexicon`` finds in a report, in reading order."""
    return list(_Reader(passages, lexicon).candidates())


class _Reader:
    def __init__(self, passages: Sequence[Source], lexicon: Lexicon) -> None:
        self.passages = passages
        self.lexicon = lexicon
        self.names = Names(lexicon)
        self.named: set[str] = set()
        self._sections: dict[tuple[str, ...], Reason | None] = {}

    def candidates(self) -> Iterator[Candidate]:
        context = Context()
        for position, passage in enumerate(self.passages):
            section = tuple(passage.section_path)
            if section != context.section:
                context = Context(section)
            context = yield from self._passage(position, passage.text, context)

    def _passage(
        self, position: int, text: str, context: Context
    ) -> Generator[Candidate, None, Context]:
        to, begin = led_in(text)
        if to:
            context = context._replace(addressee=to)
        item = item_of(text[begin:])
        start = begin + (item.start if item else 0)
        asked = self._around(context, item, RECOMMENDATION)
        numbered = item and (item.labelled or (asked and item.number))
        if (numbered or (to and asked)) and len(words_of(text[start:])) >= FEWEST_WORDS:
            found = self._whole(text, start, asked, context)
            yield replace(found, position=position, number=item.number if item else "")
        else:
            for found in self._sentences(text, context, self._around(context, item)):
                yield replace(found, position=position)
        for found in self._actors(text):
            yield replace(found, position=position)
        return self._after(text, context, bool(item))

    def _around(self, context: Context, item: Item | None, kind: str = "") -> list[Reason]:
        """Return what the heading and, of an item, the words before its list speak for."""
        around = (self._heading(context.section), context.listed if item else None)
        return [one for one in around if one and kind in {"", one.kind}]

    def _whole(self, text: str, start: int, asked: list[Reason], context: Context) -> Candidate:
        """Return an item that is a recommendation as a whole, however many sentences it has."""
        reasons = [*asked, *self._of_kind(text, start)]
        best = max(reasons, key=lambda one: one.strength, default=None)
        score = either([NUMBERED_STRENGTH, *{one.cue: one.strength for one in reasons}.values()])
        return Candidate(
            position=0, kind=RECOMMENDATION, start=start, end=len(text.rstrip()),
            cue=best.cue if best else NUMBERED, score=score, cue_at=best.at if best else None,
            addressee=self._addressee(text[start:]) or context.addressee,
        )  # fmt: skip

    def _of_kind(self, text: str, start: int) -> list[Reason]:
        reasons = self._reasons(text[start:], words_of(text[start:]), start)
        return [one for one in reasons if one.kind == RECOMMENDATION]

    def _addressee(self, sentence: str) -> str:
        """Return who should: the name that begins the sentence, or stands before the "should"."""
        subject = before_modal(sentence)
        for name in self.names.find(subject):
            before, after = words_of(subject[: name.start]), words_of(subject[name.end :])
            if len(before) <= BEFORE_A_SUBJECT or not after:
                return (name.known or name.text)[:MOST_OF_A_NAME]
        return ""

    # Sentences

    def _sentences(
        self, text: str, context: Context, around: Sequence[Reason]
    ) -> Iterator[Candidate]:
        for sentence in sentences(text):
            found = self._sentence(sentence, around)
            if found and found.kind == RECOMMENDATION:
                to = self._addressee(sentence.text) or context.addressee
                found = replace(found, addressee=to)
            if found:
                yield found

    def _sentence(self, sentence: Sentence, around: Sequence[Reason]) -> Candidate | None:
        item = item_of(sentence.text)
        start = sentence.start + (item.start if item else 0)
        text = sentence.text[start - sentence.start :]
        words = words_of(text)
        if len(words) < FEWEST_WORDS or text.endswith(":") or _is_field(text):
            return None
        if self.lexicon.silences.hits(words):
            return None
        reasons = [*self._reasons(text, words, start), *around]
        if not reasons:
            return None
        kind, score = _strongest(reasons)
        if score < WEAKEST:
            return None
        best = max((r for r in reasons if r.kind == kind), key=lambda r: (r.strength, bool(r.at)))
        return Candidate(0, kind, start, sentence.end, best.cue, score, best.at)

    def _reasons(self, text: str, words: Sequence[Word], shift: int) -> list[Reason]:
        """Return what fires in ``text``, which stands ``shift`` characters into its passage, but
        for what stands in words that do not count."""
        hits = self.lexicon.statements.hits(words, starts(text, words))
        stopped = self.lexicon.stops.hits(words) if hits else []
        return [_reason(hit, words, shift) for hit in hits if not _inside(hit, stopped)]

    # What stands around a passage

    def _heading(self, section: tuple[str, ...]) -> Reason | None:
        """Return what the nearest heading that says anything says."""
        if section not in self._sections:
            self._sections[section] = next(
                (found for title in reversed(section) if (found := self._titled(title))), None
            )
        return self._sections[section]

    def _titled(self, title: str) -> Reason | None:
        hits = [hit.what for hit in self.lexicon.headings.hits(words_of(title))]
        best = max(hits, key=lambda cue: cue.strength, default=None)
        return Reason(best.kind, best.phrase, best.strength, None) if best else None

    def _after(self, text: str, context: Context, item: bool) -> Context:
        """Return the context of the next passage: "We recommend that:" speaks of what follows."""
        if not text.rstrip().endswith(":"):
            return context if item or not context.listed else context._replace(listed=None)
        reasons = self._reasons(text, words_of(text), 0)
        best = max(reasons, key=lambda one: one.strength, default=None)
        return context._replace(listed=best and best._replace(at=None))

    # Actors

    def _actors(self, text: str) -> Iterator[Candidate]:
        for name in self.names.find(text):
            key = fold(name.known or name.text)
            if key not in self.named and len(name.text) <= MOST_OF_A_NAME:
                self.named.add(key)
                at = None if name.known else (name.start, name.end)
                yield Candidate(0, ACTOR, name.start, name.end, name.cue, name.strength, at)


def _is_field(text: str) -> bool:
    """Whether ``text`` is a line of a form, as "Injuries: 1 Fatal": a name and its value."""
    return bool(FIELD.match(text)) and text[-1] not in '.!?…”"'


def _reason(hit: Hit[Cue], words: Sequence[Word], shift: int) -> Reason:
    at = (words[hit.first].start + shift, words[hit.stop - 1].end + shift)
    return Reason(hit.what.kind, hit.what.phrase, hit.what.strength, at)


def _inside(hit: Hit[Cue], stops: Sequence[Hit[Cue]]) -> bool:
    return any(
        stop.first < hit.stop and hit.first < stop.stop and stop.what.kind in {"", hit.what.kind}
        for stop in stops
    )


def _strongest(reasons: Sequence[Reason]) -> tuple[str, float]:
    """Return the kind for which most speaks; each cue speaks once."""
    by_kind: dict[str, dict[str, float]] = defaultdict(dict)
    for one in reasons:
        by_kind[one.kind][one.cue] = one.strength
    scores = {kind: either(cues.values()) for kind, cues in by_kind.items()}
    kind = max(scores, key=lambda one: (scores[one], one))
    return kind, scores[kind]

"""Looking for suggestions in a report: rules and plug-ins propose, what was decided stays so."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from lessons.models import Citation, Kind, Passage, Report, Suggestion, SuggestionState
from lessons.models.history import told
from lessons.models.suggestions import MOST_OF_A_CUE
from lessons.permissions import require
from lessons.suggesting import KNOWN, Candidate, read, strength
from lessons.suggesting.phrases import words_of

from .cues import lexicon

BATCH = 1_000  # rows a statement
MOST = 20_000  # suggestions of one suggester and report: more is a mistake of its own
CHANGING = ("cue", "cue_start", "cue_end", "score", "number", "addressee", "state")
Place = tuple[int, str, int, int]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Looked:
    """How many suggestions are new, how many wait now, and which suggesters failed, in words."""

    new: int
    waiting: int
    warnings: list[str] = field(default_factory=list)


@transaction.atomic
def look(report: Report, *, by: Any) -> Looked:
    """Look for suggestions in the text of ``report`` that is read.

    What was decided, and what a record of the same kind cites already, is not proposed again, also
    not in a new text. What nobody decided and nothing proposes any more is replaced. A suggester of
    the installation that fails costs its own suggestions and a warning.
    """
    require(by, "change_suggestion")
    report = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    passages = list(report.passages.current().order_by("ordinal"))
    found, warnings = _candidates(passages, report.language)
    settled = _Settled(report, passages)
    wanted = [one for one in found if not settled.holds(passages[one.position], one)]
    with told("suggest", by=by):
        new = _store(report, passages, wanted)
    return Looked(new, Suggestion.objects.of(report).waiting().count(), warnings)


def open_to(user: Any, report: Report) -> Any:
    """Return what waits for ``user`` in ``report``.

    Only a reviewer adds quotations to what is published, as most known actors are: to others those
    are not shown.
    """
    waiting = Suggestion.objects.of(report).waiting()
    return waiting if user.has_perm("lessons.review_record") else waiting.exclude(cue=KNOWN)


# What is proposed


def _candidates(passages: list[Passage], language: str) -> tuple[list[Candidate], list[str]]:
    found = read(passages, lexicon(language))
    warnings = []
    for path in settings.SUGGESTERS:
        try:
            own = _of(path, passages)
        except Exception as error:
            logger.exception("The suggester %s failed", path)
            about = {"name": path, "error": f"{type(error).__name__}: {error}"[:200]}
            warnings.append(_("The suggester %(name)s failed: %(error)s") % about)
        else:
            found = _settle(found, own)
    return found, warnings


def _of(path: str, passages: list[Passage]) -> list[Candidate]:
    """Return what the suggester at the dotted ``path`` proposes, as far as people confirmed it."""
    counts = Suggestion.objects.all().by_cue()
    found = []
    for number, one in enumerate(import_string(path)(passages)):
        _check(one, passages, number)
        now = strength(one.score, *counts.get((str(one.kind), one.cue), (0, 0)))
        found.append(replace(one, score=now))
    return found


def _check(one: Candidate, passages: Sequence[Passage], number: int) -> None:
    """Raise ValueError if a plug-in's candidate is none."""
    if number >= MOST:
        raise ValueError(f"more than {MOST} candidates")
    if one.kind not in Kind.values:
        raise ValueError(f"there is no kind {one.kind!r}")
    if not 0 <= one.position < len(passages):
        raise ValueError(f"there is no passage {one.position}")
    text = passages[one.position].text[max(one.start, 0) : one.end]
    if one.start < 0 or len(text) != one.end - one.start or text != text.strip() or not text:
        raise ValueError(f"no words stand from {one.start} to {one.end}, or spaces around them")
    if not 0 <= one.score <= 1 or not 0 < len(one.cue) <= MOST_OF_A_CUE:
        raise ValueError("a score stands between 0 and 1, and a cue has a name")


def _settle(found: list[Candidate], more: Iterable[Candidate]) -> list[Candidate]:
    """Add candidates; of two that overlap the stronger stays, but actors beside all others."""
    by_place: dict[tuple[int, bool], list[Candidate]] = {}
    for one in sorted([*found, *more], key=lambda one: -one.score):
        beside = by_place.setdefault((one.position, one.kind == Kind.ACTOR), [])
        if all(one.end <= other.start or other.end <= one.start for other in beside):
            beside.append(one)
    return [one for beside in by_place.values() for one in beside]


# What was settled before


class _Settled:
    """What is not to be proposed again: words decided in any text of the report, words that a
    record of the same kind cites, and actors that the report is cited for."""

    def __init__(self, report: Report, passages: list[Passage]) -> None:
        decided = Suggestion.objects.of(report).decided().values_list("kind", "exact")
        self.decided = {(kind == Kind.ACTOR, key_of(exact)) for kind, exact in decided}
        self.cited: dict[tuple[int, str], list[tuple[int, int]]] = {}
        self.actors: set[str] = set()
        cited = Citation.objects.holding().filter(passage__in=passages).select_related("record")
        for one in cited:
            spans = self.cited.setdefault((one.passage_id, one.record.kind), [])
            spans.append((one.start, one.end))
            if one.record.kind == Kind.ACTOR:
                names = (one.record.title, *(one.record.aliases or []))
                self.actors |= {key_of(name) for name in names}

    def holds(self, passage: Passage, one: Candidate) -> bool:
        """Whether a candidate is settled."""
        key = key_of(passage.text[one.start : one.end])
        actor = one.kind == Kind.ACTOR
        spans = self.cited.get((passage.pk, one.kind), [])
        return (
            (actor, key) in self.decided
            or (actor and key in self.actors)
            or any(start < one.end and one.start < end for start, end in spans)
        )


def key_of(words: str) -> str:
    """Return words as they are compared: without case, accents, marks and spaces."""
    return " ".join(word.folded for word in words_of(words))


# What is kept


def _store(report: Report, passages: list[Passage], wanted: list[Candidate]) -> int:
    """Write what is wanted beside what was decided; return how many are new."""
    own = {_place(one): one for one in Suggestion.objects.of(report).filter(decided_at=None)}
    new: list[Suggestion] = []
    changed: list[Suggestion] = []
    for row in (_row(passages[one.position], one) for one in wanted):
        there = own.pop(_place(row), None)
        if there is None:
            new.append(row)
        elif any(getattr(there, name) != getattr(row, name) for name in CHANGING):
            for name in CHANGING:
                setattr(there, name, getattr(row, name))
            changed.append(there)
    gone = [one.pk for one in own.values() if one.state == SuggestionState.WAITING]
    Suggestion.objects.bulk_create(new, batch_size=BATCH)
    Suggestion.objects.bulk_update(changed, CHANGING, batch_size=BATCH)
    Suggestion.objects.filter(pk__in=gone).update(state=SuggestionState.REPLACED)
    return len(new)


def _place(one: Suggestion) -> Place:
    return one.passage_id, str(one.kind), one.start, one.end


def _row(passage: Passage, one: Candidate) -> Suggestion:
    at = one.cue_at or (None, None)
    return Suggestion(
        passage=passage, kind=str(one.kind), exact=passage.text[one.start : one.end],
        start=one.start, end=one.end, cue=one.cue, cue_start=at[0], cue_end=at[1],
        score=one.score, number=one.number[:50], addressee=one.addressee[:300],
    )  # fmt: skip

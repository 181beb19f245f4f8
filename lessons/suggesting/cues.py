"""What analysts say about words: which speak for a kind, which do not count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .phrases import BadPhraseError, Phrase, PhraseIndex, read_phrase

LESSON, FAILURE, ACTOR, RECOMMENDATION = "lesson", "failure", "actor", "recommendation"


class Use(StrEnum):
    """What a phrase is for."""

    CUE = "cue"  # its sentence may be of its kind; of an actor: these words name one
    HEADING = "heading"  # a section so named holds what is of its kind
    NAME = "name"  # a capitalised word that makes what stands around it an organisation's name
    STOP = "stop"  # cues within these words do not count
    SILENCE = "silence"  # nothing is proposed from a sentence with these words


@dataclass(frozen=True)
class Cue:
    """A phrase; ``strength`` is how often what it proposes is right, from 0 to 1."""

    phrase: str
    kind: str = ""
    use: str = Use.CUE
    strength: float = 0.5


class Lexicon:
    """The cues of one language, ready to be looked up; a phrase that cannot be read is left out."""

    def __init__(self, cues: Iterable[Cue], names: Iterable[str] = ()) -> None:
        self.names = tuple(names)
        pairs: dict[str, list[tuple[Phrase, Cue]]] = {use: [] for use in Use}
        for cue in cues:
            try:
                pairs[cue.use].append((read_phrase(cue.phrase), cue))
            except BadPhraseError:
                continue
        cued = pairs[Use.CUE]
        self.statements = PhraseIndex(pair for pair in cued if pair[1].kind != ACTOR)
        self.parties = PhraseIndex(pair for pair in cued if pair[1].kind == ACTOR)
        self.headings = PhraseIndex(pairs[Use.HEADING])
        self.heads = PhraseIndex(pairs[Use.NAME])
        self.stops = PhraseIndex(pairs[Use.STOP])
        self.silences = PhraseIndex(pairs[Use.SILENCE])


def strength(prior: float, accepted: int, rejected: int, weight: float = 4.0) -> float:
    """Return how far to trust a cue: the mean of its Beta distribution after the decisions.

    The prior counts as ``weight`` decisions: (accepted + weight * prior) / (decisions + weight),
    the m-estimate of B. Cestnik, "Estimating probabilities", ECAI 1990.
    """
    return (accepted + weight * prior) / (accepted + rejected + weight)


def either(strengths: Iterable[float]) -> float:
    """Return how likely one of several independent reasons holds (noisy-or; J. Pearl, 1988)."""
    doubt = 1.0
    for one in strengths:
        doubt *= 1 - one
    return 1 - doubt

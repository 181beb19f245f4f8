"""Suggesting: rules that propose what in a report may be worth a record. Plain Python.

An installation adds suggesters of its own by ``HINDSIGHT_SUGGESTERS`` (docs/suggestions.md); each
takes the passages of a report and yields `Candidate`s.
"""

from .cues import ACTOR, FAILURE, LESSON, RECOMMENDATION, Cue, Lexicon, Use, either, strength
from .names import KNOWN
from .phrases import BadPhraseError, fold, read_phrase
from .reading import NUMBERED, Candidate, Source, read

__all__ = [
    "ACTOR",
    "FAILURE",
    "KNOWN",
    "LESSON",
    "NUMBERED",
    "RECOMMENDATION",
    "BadPhraseError",
    "Candidate",
    "Cue",
    "Lexicon",
    "Source",
    "Use",
    "either",
    "fold",
    "read",
    "read_phrase",
    "strength",
]

"""The verbs of suggestions: looking for them in a report, accepting, rejecting, and their cues.

``by`` is the person who acts; None is the operator at the console. Every verb is atomic. Refusals
are ValidationError (what is wrong and what to do) or PermissionDenied (the role does not allow it).
An act is undone by the history, as any other: a suggestion then waits again.
"""

from .background import look_later, looking_in
from .cues import discard_cue, save_cue, strengths, switch_cue
from .deciding import accept, defaults, known_actor, reject
from .looking import Looked, look, open_to

__all__ = [
    "Looked",
    "accept",
    "defaults",
    "discard_cue",
    "known_actor",
    "look",
    "look_later",
    "looking_in",
    "open_to",
    "reject",
    "save_cue",
    "strengths",
    "switch_cue",
]

"""The verbs of evidence: adding a report, citing its passages, keeping citations true to its text.

``by`` is the person who acts; None is the operator at the console. Every verb is atomic. Refusals
are ValidationError (what is wrong and what to do) or PermissionDenied (the role does not allow it).
"""

from .anchoring import Anchor, anchor, holds, text_sha256
from .citations import check_uncite, cite, resolve, uncite
from .proposing import Candidate, Proposer, candidates
from .texts import (
    NEEDS_REVIEWER,
    PassageText,
    Reanchored,
    add_report,
    carried_over,
    correct_passage,
    foresee,
    may_set_access,
    passage_text,
    reanchor,
    retext,
    set_access,
)
from .verifying import Finding, Verifier

__all__ = [
    "NEEDS_REVIEWER",
    "Anchor",
    "Candidate",
    "Finding",
    "PassageText",
    "Proposer",
    "Reanchored",
    "Verifier",
    "add_report",
    "anchor",
    "candidates",
    "carried_over",
    "check_uncite",
    "cite",
    "correct_passage",
    "foresee",
    "holds",
    "may_set_access",
    "passage_text",
    "reanchor",
    "resolve",
    "retext",
    "set_access",
    "text_sha256",
    "uncite",
]

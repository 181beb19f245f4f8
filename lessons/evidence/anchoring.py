"""Anchors: where a quotation stands in a passage, and whether it still does."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.folding import Folded, Occurrence, occurrences
from lessons.models import Citation
from lessons.models.vocabulary import AnchorState

CONTEXT = 32  # characters kept before and after a quotation, as in most annotation clients


@dataclass(frozen=True)
class Anchor:
    """Where a quotation stands: code points from ``start`` to ``end`` (exclusive), with context."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int

    @classmethod
    def at(cls, text: str, start: int, end: int) -> "Anchor":
        """Return the anchor of ``text[start:end]``."""
        return cls(
            exact=text[start:end],
            prefix=text[max(0, start - CONTEXT) : start],
            suffix=text[end : end + CONTEXT],
            start=start,
            end=end,
        )


def anchor(text: str, quotation: str, *, start: int | None = None) -> Anchor:
    """Find ``quotation`` in ``text`` and return it as the text has it.

    What may differ is what `lessons.folding` folds: spaces, line ends, ligatures, the shape of
    quotation marks. Whole words with their spaces are preferred to parts of words and stray spaces.
    ``start`` (a code point, where a selection begins) says which of several places is meant. Raises
    ValidationError if it stands nowhere, more than once, or not at ``start``.
    """
    folded = Folded(quotation)
    if not folded.ink:
        raise ValidationError(_("Quote at least one word of the passage."), code="empty")
    found = occurrences(text, quotation)
    if not found:
        raise ValidationError(
            _("The passage does not contain “%(quotation)s”. Copy the words as they stand there."),
            code="not_found",
            params={"quotation": quotation},
        )
    one = _best(found, quotation) if start is None else _selected(found, text, start)
    return Anchor.at(text, one.start, one.end)


def _best(found: list[Occurrence], quotation: str) -> Occurrence:
    least = min(one.strays for one in found)
    best = [one for one in found if one.strays == least]
    if len(best) > 1:
        raise ValidationError(
            ngettext(
                "“%(quotation)s” stands %(count)d time in the passage. Quote a few words more.",
                "“%(quotation)s” stands %(count)d times in the passage. Quote a few words more.",
                len(best),
            ),
            code="ambiguous",
            params={"quotation": quotation, "count": len(best)},
        )
    return best[0]


def _selected(found: list[Occurrence], text: str, start: int) -> Occurrence:
    """Return the occurrence that begins at ``start``, or after it with only what has no ink."""
    for one in found:
        before = text[max(start, 0) : one.start]
        if start == one.start or (0 <= start < one.start and not Folded(before).ink):
            return one
    raise ValidationError(
        _("The words do not begin at the place that was selected. Select them again."),
        code="not_there",
    )


def holds(citation: Citation) -> bool:
    """Whether the quotation stands where the citation says, in an unchanged passage."""
    text = citation.passage.text
    return citation.state != AnchorState.LOST and not misplaced(
        text, citation.exact, citation.start, citation.end, citation.text_sha256
    )


def misplaced(text: str, exact: str, start: int, end: int, sha256: str) -> str:
    """Return what is wrong with a quotation in ``text``; nothing if it stands there."""
    if sha256 != text_sha256(text):
        return _("the text of the passage is not the one that was quoted")
    if text[start:end] != exact or end > len(text):
        return _("the quotation does not stand between its start and end")
    return ""


def text_sha256(text: str) -> str:
    """Return the SHA-256 of the text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()

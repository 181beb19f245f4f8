"""The verbs of cues, and how far decisions let each be trusted."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lessons.models import Actor, Cue, CueUse, Kind, Status, Suggestion
from lessons.models.history import told
from lessons.permissions import require
from lessons.suggesting import BadPhraseError, Lexicon, read_phrase, strength
from lessons.suggesting import Cue as Rule


@transaction.atomic
def save_cue(cue: Cue, *, by: Any) -> Cue:
    """Save a new or changed cue; raises ValidationError if its phrase cannot be read."""
    require(by, "change_cue" if cue.pk else "add_cue")
    cue.phrase = " ".join(cue.phrase.split()).replace("...", "…")
    if cue.use in {CueUse.STOP, CueUse.SILENCE}:
        cue.kind = ""
    elif cue.use == CueUse.NAME:
        cue.kind = Kind.ACTOR
    check_phrase(cue.phrase)
    cue.full_clean()
    with told("save cue", by=by):
        cue.save()
    return cue


def check_phrase(phrase: str) -> None:
    """Raise ValidationError unless the rules can read ``phrase``."""
    try:
        read_phrase(phrase)
    except BadPhraseError as error:
        raise ValidationError(
            {
                "phrase": _(
                    "This is no phrase that can be looked for: write words, “*” at the end of a "
                    "word, “…” between two words, “^” at the beginning; at most 12 words."
                )
            },
            code="bad_phrase",
        ) from error


@transaction.atomic
def switch_cue(cue: Cue, *, by: Any, active: bool) -> Cue:
    """Listen to a cue again, or no more; what was decided by it is kept."""
    cue = Cue.objects.select_for_update().get(pk=cue.pk)
    cue.active = active
    return save_cue(cue, by=by)


@transaction.atomic
def discard_cue(cue: Cue, *, by: Any) -> None:
    """Delete a cue; what was decided by it is kept, and counts again if it is written again."""
    require(by, "delete_cue")
    with told("discard cue", by=by):
        cue.delete()


def strengths(cues: list[Cue]) -> list[tuple[Cue, int, int, float]]:
    """Return of each cue how many suggestions by it were right and not, and its strength now."""
    counts = Suggestion.objects.all().by_cue()
    found = []
    for cue in cues:
        right, wrong = counts.get((cue.kind, cue.phrase), (0, 0))
        found.append((cue, right, wrong, strength(cue.prior, right, wrong)))
    return found


def lexicon(language: str) -> Lexicon:
    """Return the cues in use for reports in ``language``, as strong as decisions have made them,
    and the names of the actors."""
    cues = Cue.objects.filter(active=True, language__in=["", language[:2].lower()])
    rules = [
        Rule(one.phrase, one.kind, one.use, now) for one, *_counts, now in strengths(list(cues))
    ]
    return Lexicon(rules, actor_names())


def actor_names() -> list[str]:
    """Return the names and other names of all actors but those withdrawn or merged away."""
    actors = Actor.objects.filter(merged_into=None).exclude(status=Status.WITHDRAWN)
    rows = actors.order_by().values_list("title", "aliases")
    return [name for title, aliases in rows for name in (title, *(aliases or []))]

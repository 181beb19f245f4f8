"""The verbs of decisions: a suggestion becomes a draft with its citation, or is rejected."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons import curation, evidence, quoting
from lessons.models import (
    Actor,
    Kind,
    Predicate,
    Record,
    Report,
    Status,
    Suggestion,
    SuggestionState,
)
from lessons.models.history import told
from lessons.permissions import may_edit, require

from .looking import key_of

MOST_OF_A_TITLE = 90  # characters: what a list shows in one line
LEAD = re.compile(
    r"^(?:however|moreover|furthermore|also|fortunately|therefore|thus|in addition|in fact|finally"
    r"|consequently|toutefois|cependant|en outre|de plus|par ailleurs|enfin|ainsi|en effet),\s+",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"[;:–—]\s|,\s(?=which|who|because|although|since|qui|dont|car|bien que)|\s\(")
ARTICLE = re.compile(r"^(?:the|la|le|les|l[’'])\s*", re.IGNORECASE)
# What the words make likely; a person sees the draft before anyone else does.
FAILURE_TYPES = (
    ("resource_gap", r"lack|insufficien|inadequa|unable|manque|insuffisan|carence|incapa"),
    ("delay", r"\blate\b|delay|tard|retard"),
    ("misjudgement", r"misjudg|underestimat|mistak|erreur|sous-estim|overlook"),
    ("structural", r"breakdown|ceased to exist|structur|dysfonction"),
)
ACTOR_TYPES = (
    ("state", r"government|ministry|department|administration|regime|gouvernement|ministère|état"),
    ("intergovernmental", r"nations|union|council|organi[sz]ation|conseil"),
    ("mission", r"mission|\bforces?\b|peacekeep|casques bleus"),
    ("armed_group", r"\bfront\b|army|warlord|rebel|armed group|armée|groupes? armés?"),
    ("ngo", r"association|foundation|red cross|fondation|croix-rouge|\bngos?\b|\bong\b"),
    ("civil_society", r"civil society|société civile"),
    ("media", r"\bmedia|médias|radio|press\b|presse"),
    ("office", r"office|bureau|secretar|secrétar|board|commission|agency|agence|authority"),
)


@transaction.atomic
def accept(
    suggestion: Suggestion, *, by: Any, kind: str = "", fields: dict[str, Any] | None = None
) -> Record:
    """Make a draft of ``suggestion`` that rests on its words; ``kind`` if it is of another one.

    ``fields`` replace those of `defaults`. An actor that is known by the name gets the quotation
    instead of a twin; a recommendation is linked to its addressee where that is a known actor.
    Raises ValidationError if it was decided already or stands in a text that was replaced.
    """
    require(by, "change_suggestion")
    suggestion = _locked(suggestion)
    kind = kind or suggestion.kind
    with told("accept suggestion", by=by):
        given = {**defaults(suggestion, kind), **(fields or {})}
        actor = known_actor(given["title"]) if kind == Kind.ACTOR else None
        if actor:
            record = _rest(actor, suggestion, by, edited=fields is not None)
        else:
            passage = suggestion.passage
            record = quoting.quote(
                passage, suggestion.exact, kind, by=by, start=suggestion.start,
                language=passage.report.language, **given,
            )  # fmt: skip
            _address(record, suggestion, by)
        _decide(suggestion, SuggestionState.ACCEPTED, by, decided_kind=kind, record=record)
    return record


@transaction.atomic
def reject(suggestion: Suggestion, *, by: Any) -> Suggestion:
    """Remember that nothing is to be made of ``suggestion``: it is not proposed again."""
    require(by, "change_suggestion")
    suggestion = _locked(suggestion)
    with told("reject suggestion", by=by):
        _decide(suggestion, SuggestionState.REJECTED, by)
    return suggestion


def _locked(suggestion: Suggestion) -> Suggestion:
    """Return the row as it stands, locked; the report before it, as by all that locks both."""
    report = Report.objects.select_for_update(no_key=True)
    report.get(pk=suggestion.passage.report_id)
    rows = Suggestion.objects.select_for_update(of=("self",)).select_related("passage__report")
    current = rows.get(pk=suggestion.pk)
    if current.state != SuggestionState.WAITING:
        raise ValidationError(
            _("Somebody has decided this already: it is %(state)s.")
            % {"state": current.get_state_display()},
            code="decided",
        )
    return current


def _decide(suggestion: Suggestion, state: SuggestionState, by: Any, **more: Any) -> None:
    about = {"state": state, "decided_by": by, "decided_at": timezone.now(), **more}
    for name, value in about.items():
        setattr(suggestion, name, value)
    suggestion.save(update_fields=list(about))


def defaults(suggestion: Suggestion, kind: str) -> dict[str, Any]:
    """Return what a draft made of ``suggestion`` says at first: its words, a short form of them as
    the title, and what its kind must have, as the words make likely."""
    words = suggestion.exact
    if kind == Kind.ACTOR:
        name = ARTICLE.sub("", words)
        title = name[:1].upper() + name[1:]
    else:
        title = short_form(words)
    found: dict[str, Any] = {"title": title, "statement": words}
    if kind == Kind.LESSON:
        found["origin"] = "stated"
    elif kind == Kind.FAILURE:
        found["failure_type"] = _likely(FAILURE_TYPES, words, "omission")
    elif kind == Kind.ACTOR:
        found["actor_type"] = _likely(ACTOR_TYPES, words, "collective")
    else:
        found["number"] = suggestion.number
    return found


def _likely(types: tuple[tuple[str, str], ...], words: str, otherwise: str) -> str:
    matching = (name for name, pattern in types if re.search(pattern, words, re.IGNORECASE))
    return next(matching, otherwise)


def short_form(sentence: str) -> str:
    """Return the first clause of ``sentence`` that says enough, at most 90 characters long."""
    text = LEAD.sub("", " ".join(sentence.split())).rstrip(" .;:")
    for joint in CLAUSE.finditer(text):
        if MOST_OF_A_TITLE / 3 <= joint.start() <= MOST_OF_A_TITLE:
            text = text[: joint.start()]
            break
    if len(text) > MOST_OF_A_TITLE:
        text = text[: MOST_OF_A_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return text[:1].upper() + text[1:]


# Actors that are known


def known_actor(name: str) -> Record | None:
    """Return the actor that goes by ``name``, as its title or another name; case, accents and an
    article do not count."""
    name = ARTICLE.sub("", name)
    key = key_of(name)
    if not key:
        return None
    living = Actor.objects.filter(merged_into=None).exclude(status=Status.WITHDRAWN)
    word = max(re.findall(r"[a-zA-Z0-9]+", name), key=len, default="")
    near = living.annotate(others=Cast("aliases", TextField())).filter(
        Q(title__icontains=word) | Q(others__icontains=word)
    )
    for actor in near.order_by("pk"):
        names = (actor.title, *(actor.aliases or []))
        if key in {key_of(ARTICLE.sub("", one)) for one in names}:
            return actor
    return None


def _rest(actor: Record, suggestion: Suggestion, by: Any, *, edited: bool) -> Record:
    """Let an actor that goes by the name rest on these words too."""
    if edited:
        raise ValidationError(
            _("%(code)s goes by this name already. Accept without editing to add the quotation.")
            % {"code": actor.code},
            code="known",
        )
    if by is not None and not may_edit(by, actor):
        raise ValidationError(
            _("%(code)s goes by this name and is published: a reviewer adds the quotation.")
            % {"code": actor.code},
            code="published",
        )
    words = {"passage": suggestion.passage, "start": suggestion.start, "end": suggestion.end}
    if not actor.citations.filter(**words).exists():
        evidence.cite(actor, suggestion.passage, suggestion.exact, by=by, start=suggestion.start)
    return actor


def _address(record: Record, suggestion: Suggestion, by: Any) -> None:
    """Link a recommendation to whom it names, if that is a known actor."""
    if record.kind != Kind.RECOMMENDATION or not suggestion.addressee:
        return
    actor = known_actor(suggestion.addressee)
    if actor is not None:
        curation.link(
            record, Predicate.ADDRESSED_TO, actor, by=by,
            asserted_by="source", citation=record.citations.get(),
        )  # fmt: skip

"""A record's page: its evidence, its chain, what is linked to it and how it came to be."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from lessons.chain import Step, chain
from lessons.citing import permalink
from lessons.insights import recurrence
from lessons.models import Kind, Link, Predicate, Record, Sight, Status, Uptake, Use, sight_of
from lessons.models.history import VERBS
from lessons.permissions import may_edit
from lessons.search.related import related

from . import use
from .access import moved, public_page
from .citation import cite_record
from .counting import counted
from .linking import Linking
from .workflow import panel

QUESTIONS = {
    Kind.ACTOR: gettext_lazy("Who"),
    Kind.FAILURE: gettext_lazy("What went wrong"),
    Kind.LESSON: gettext_lazy("What was learned"),
    Kind.RECOMMENDATION: gettext_lazy("What was asked for"),
}
# What the desk keeps to itself.
UNTOLD = {"assign"}
# The fields shown as facts, in this order; the rest has a place of its own on the page.
FACTS = (
    "number", "polarity", "level", "origin", "failure_type", "actor_type", "aliases", "phase",
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """One column of the chain: what it answers, and the steps or claims that answer it."""

    question: str
    steps: list[Step]
    claims: list[Uptake]


@dataclass(frozen=True)
class Event:
    """One line of a record's history."""

    at: datetime
    what: str
    who: str
    why: str


@public_page
def page(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show one record; one that was merged leads to its survivor, a withdrawn one says so."""
    record = readable(request, code)
    if record.merged_into:
        return moved(reverse("record", args=[record.merged_into.code]))
    if record.status == Status.WITHDRAWN and not at_the_desk(request):
        return render(request, "records/withdrawn.html", {"record": record}, status=410)
    citations = list(record.citations.readable_by(request.user).select_related("passage__report"))
    claims = record.uptake.readable_by(request.user)
    uptake = list(claims.select_related("citation__passage__report"))
    stages = _stages(record, uptake, request.user)
    actors = [
        step.record for stage in stages for step in stage.steps if step.record.kind == Kind.ACTOR
    ]
    context = {
        "related": related(record, actors, request.user),
        "record": record,
        "title": record.title,
        "permalink": permalink(record.get_absolute_url()),
        "citations": citations,
        "said": recurrence.said(record, citations),
        "stages": stages,
        "chained": len(stages) > 1,
        "relations": _relations(record, request.user),
        "uptake": uptake,
        "facts": _facts(record),
        "history": _history(record, with_names=at_the_desk(request)),
        "can_edit": may_edit(request.user, record),
        "linking": Linking(record),
        "edit_url": reverse("record_edit", args=[record.code]),
        "panel": panel(record, request.user),
        "cite": cite_record(record, citations),
        "use": use.line(record, request.user),
    }
    response = render(request, "records/record.html", context)
    return counted(request, response, record.pk, Use.VIEW)


def at_the_desk(request: HttpRequest) -> bool:
    """Whether who asks may read what is not public."""
    return sight_of(request.user) is Sight.DESK


def readable(request: HttpRequest, code: str) -> Record:
    """Return the record if the reader may at least know that it was published once."""
    records = Record.objects.with_code(code).select_related("merged_into", "assigned_to")
    record = records.prefetch_related("themes", "tags", "countries").first()
    if record is None or not (record.published_at or at_the_desk(request)):
        raise Http404
    if record.restricted and not sight_of(request.user).reads_restricted:
        raise Http404
    if record.status in {Status.DRAFT, Status.IN_REVIEW} and not at_the_desk(request):
        raise Http404
    return record


def _stages(record: Record, uptake: list[Uptake], user: Any) -> list[Stage]:
    steps = chain(record, user)
    stages = [Stage(str(QUESTIONS[kind]), steps[kind], []) for kind in steps if steps[kind]]
    if uptake:
        stages.append(Stage(_("What became of it"), [], uptake))
    return stages


def _relations(record: Record, user: Any) -> list[tuple[str, list[tuple[Link, Record]]]]:
    """Return the links of a record by what they say of it, in the words of its side."""
    links = Link.objects.visible_to(user).select_related(
        "source", "target", "citation__passage__report"
    )
    groups: dict[str, list[tuple[Link, Record]]] = defaultdict(list)
    for link in links.filter(Q(source=record) | Q(target=record)):
        if link.source_id == record.pk:
            groups[str(Predicate(link.predicate).label)].append((link, link.target))
        else:
            groups[Predicate(link.predicate).inverse_label].append((link, link.source))
    return list(groups.items())


def _facts(record: Record) -> list[tuple[str, str]]:
    """Return label and value of what is known of a record's kind-only fields, phase and years."""
    facts = [(_label(name), _shown(record, name)) for name in FACTS]
    return [(label, value) for label, value in [*facts, (_("Years"), record.years)] if value]


def _label(name: str) -> str:
    return str(Record._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]


def _shown(record: Record, name: str) -> str:
    value = getattr(record, name)
    if isinstance(value, list):
        return ", ".join(value)
    display = getattr(record, f"get_{name}_display", None)
    return str(display() or "") if display else value or ""


def _history(record: Record, *, with_names: bool) -> list[Event]:
    """Return what was done to the record itself, newest first; names are for the desk alone."""
    model = Record.pgh_event_model  # type: ignore[attr-defined]
    events = model.objects.filter(pgh_obj=record).select_related("pgh_context")
    told = [
        (event, event.pgh_context.metadata if event.pgh_context else {})
        for event in events.order_by("-pgh_id")
    ]
    people = User.objects.in_bulk({data["user"] for _e, data in told if data.get("user")})
    return [
        Event(
            at=event.pgh_created_at,
            what=str(VERBS.get(data.get("verb", ""), _("changed"))),
            who=str(people.get(data.get("user"), "")) if with_names else "",
            why=data.get("reason", "") if with_names else "",
        )
        for event, data in told
        if with_names or data.get("verb") not in UNTOLD
    ]

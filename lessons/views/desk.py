"""The desk: what waits for whom, what records lack, and the list that work is done from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.bulk import ACTIONS, MOST
from lessons.forms.desk import DeskFilterForm
from lessons.models import Comment, Kind, Record, Status
from lessons.models.desk import QUALITIES
from lessons.reviewing import sent_back
from lessons.search.desk import DeskFilters, DeskFound

from .access import desk_page
from .jobs import in_work
from .paging import Page

SHOWN = 30  # records of one queue on the first page of the desk
# Of what was withdrawn nobody expects more.
CARED_FOR = (Status.DRAFT.value, Status.IN_REVIEW.value, Status.PUBLISHED.value)


@dataclass(frozen=True)
class Queue:
    """Records that wait for one reason: the first of them, and how many there are."""

    name: str
    title: str
    records: list[Record]
    total: int


@desk_page
def index(request: HttpRequest) -> HttpResponseBase:
    """Show what waits for the person, what they wait for, and what needs care."""
    user = request.user
    mine = [queue for queue in _waiting_for(user) if queue.records]
    comments = Comment.objects.awaiting(user).select_related("record", "author")
    context = {
        "title": _("The desk"),
        "mine": mine,
        "comments": comments[:SHOWN],
        "comments_total": comments.count(),
        "theirs": _queue("submitted", "", Record.objects.visible_to(user).submitted_by(user)),
        "reasons": sent_back(record for queue in mine for record in queue.records),
        "qualities": _qualities(user),
        "kinds": list(Kind),
        **in_work(user),
    }
    return render(request, "curate/desk.html", context)


def _waiting_for(user: Any) -> list[Queue]:
    records = Record.objects.visible_to(user)
    assigned = records.assigned_to(user).filter(status__in=CARED_FOR).order_by("updated_at", "pk")
    queues = [
        _queue("sent-back", _("Sent back to you"), records.sent_back_to(user)),
        _queue("assigned", _("Assigned to you"), assigned),
    ]
    if user.has_perm("lessons.review_record"):
        queues.insert(0, _queue("review", _("To review"), records.to_review_by(user)))
    return queues


def _queue(name: str, title: str, records: Any) -> Queue:
    first = list(records.select_related("created_by", "assigned_to")[: SHOWN + 1])
    total = len(first) if len(first) <= SHOWN else records.count()
    return Queue(name, title, first[:SHOWN], total)


def _qualities(user: Any) -> list[tuple[str, int, str]]:
    """Return what records may lack: its name, how many do, and the query that lists them."""
    cared_for = Record.objects.visible_to(user).filter(status__in=CARED_FOR)
    states = DeskFilters().with_(status=CARED_FOR)
    return [
        (str(label), cared_for.lacking(name).count(), states.with_(quality=(name,)).query())
        for name, label in QUALITIES.items()
    ]


@desk_page
def records(request: HttpRequest) -> HttpResponseBase:
    """List records as the public lists do, as a table to choose from."""
    asked = DeskFilters.parse(request.GET)
    found = DeskFound(asked, request.user)
    page = Page.of(found.total, asked.filters.page)
    whole = asked.with_()
    context = {
        "title": _("Records at the desk"),
        "form": DeskFilterForm(whole.pairs()),
        "query": whole.query(),
        "filters": asked.filters,
        "count_in_words": ngettext("%(count)d record", "%(count)d records", found.total)
        % {"count": found.total},
        "total": found.total,
        "most": MOST,
        "records": found.records(page.start, page.stop),
        "actions": [
            action for action in ACTIONS.values()
            if request.user.has_perm(f"lessons.{action.permission}_record")
        ],
        "page": page,
        "previous_query": _page_query(asked, page.number - 1) if page.number > 1 else None,
        "next_query": _page_query(asked, page.number + 1) if page.number < page.last else None,
    }  # fmt: skip
    return render(request, "curate/records.html", context)


def _page_query(asked: DeskFilters, number: int) -> str:
    return asked.with_(page=number).query()

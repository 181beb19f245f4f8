"""What is used: what most, what never, for the desk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lessons.insights import use
from lessons.models import Record, Use
from lessons.models.records import RecordQuerySet
from lessons.search import BadQuery, Found
from lessons.search.selecting import selected
from lessons.use import tally

from .access import desk_page
from .insights import asked_of
from .narrowing import narrowing
from .quality import growing

MOST, NEVER = 50, 20  # records used, and never used, that are shown


@desk_page
def page(request: HttpRequest, period: str = use.USUAL) -> HttpResponse:
    """Show which published records are used most in a period, and which never are."""
    if period not in use.PERIODS:
        raise Http404
    tally.write()
    found = asked_of(request)
    if found.asked.page > 1:
        raise BadQuery(_("page: this page has no second one; narrow the records."))
    counted = used(found, period)
    context = {
        "title": _("Use"),
        "counts": settings.COUNT_USE,
        "period": period,
        "periods": use.PERIODS.items(),
        "what": Use.choices,
        "rows": use.most_used(counted, MOST),
        "never": use.never_used(_published(found), use.uses(use.since(period)), NEVER),
        "query": found.asked.with_().query(),
        **growing(use.along_time(counted, period), _("Records used, by when they were")),
        **narrowing(found, with_kind=True),
    }
    return render(request, "insights/use.html", context)


def used(found: Found, period: str) -> QuerySet[Any, Any]:
    """Return the counts in a period of the published records found."""
    return use.uses(use.since(period)).filter(of__in=_published(found))


def _published(found: Found) -> RecordQuerySet:
    return selected(found.filters, found.user).published()


def line(record: Record, user: Any) -> dict[str, int] | None:
    """Return what a record's page tells the desk of its use; None for everyone else."""
    if not (settings.COUNT_USE and user.has_perm("lessons.view_record")):
        return None
    return use.of_record(record)

"""How far the reports are read, how what is published grows, and how far two readers agree."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lessons.coverage import coverage
from lessons.insights import agreement, quality
from lessons.insights.bars import bars
from lessons.models import Record, Report, Sight, sight_of
from lessons.search import Filters, Found
from lessons.search.desk import DeskFilters
from lessons.search.selecting import selected

from .access import desk_page, public_page
from .bench import bars as stretches
from .desk import CARED_FOR
from .insights import asked_of
from .narrowing import narrowing
from .paging import Page

FORMS = {"day": "SHORT_DATE_FORMAT", "month": "YEAR_MONTH_FORMAT", "year": "Y"}
SHOWN = 50  # differences of one pair


@public_page
def covering(request: HttpRequest) -> HttpResponse:
    """Show coverage and growth of what is published; to the desk also what the records lack.

    Visitors see what published records cite: a draft's quotation would tell that it exists.
    """
    found = asked_of(request)
    desk = sight_of(request.user) is Sight.DESK
    covered = coverage_of(found)
    page = Page.of(len(covered), found.asked.page)
    shown = covered[page.start : page.stop]
    context = {
        "title": _("Coverage and growth"),
        "desk": desk,
        "together": quality.total(covered),
        "together_bars": stretches(quality.total(covered)),
        "covered": [
            (one, stretches(one.coverage))
            for one in (quality.with_readers(shown) if desk else shown)
        ],
        "weaknesses": weaknesses_of(found) if desk else [],
        **growing(
            growth_of(found),
            _("Records published, by when they were"),
        ),
        "query": found.asked.with_().query(),
        "page": page,
        **narrowing(found, with_kind=True),
        **page.links(found.asked),
    }
    return render(request, "insights/quality.html", context)


def coverage_of(found: Found) -> list[quality.Covered]:
    """Return the coverage of the reports that what was found cites; of all if nothing narrows.

    A passage is cited if any record cites it that the reader may see; it is looked for again once
    a record, a text or what is read changes.
    """
    desk = sight_of(found.user) is Sight.DESK
    citing = None if desk else Record.objects.visible_to(found.user)
    every = Found(Filters(), found.user)
    counted = every.once(f"coverage {quality.readings()}", lambda: coverage(by=citing))
    narrowed = found.asked.with_() != Filters()
    among = selected(found.filters, found.user) if narrowed else None
    return quality.covered(found.user, counted, among=among)


def growth_of(found: Found) -> quality.Growth:
    """Return how what was found and is published grew."""
    records = selected(found.filters, found.user).published()
    return found.once("growth", lambda: quality.growth(records))


def growing(growth: quality.Growth, title: str) -> dict[str, object]:
    """Return what ``insights/growth.html`` shows: a picture, and the same as rows."""
    form = FORMS[growth.step]
    rows = [(date_format(when, form), n, total) for when, n, total in growth.rows]
    drawn = bars([(name, n) for name, n, _total in rows], title)
    most = max(rows, key=lambda row: row[1], default=None)
    about = {"growth_title": title, "growth_picture": drawn, "growth_most": most}
    return {"growth": rows[::-1], **about}


def weaknesses_of(found: Found) -> list[tuple[quality.Weakness, str]]:
    """Return each weakness of the records chosen, with the query that lists them at the desk."""
    asked = found.asked.with_(status=found.asked.status or CARED_FOR)
    records = selected(found.filters, found.user).filter(status__in=asked.status)
    today = timezone.localdate()  # what waits, waits longer by the day
    rows = found.once(f"lacking {today}", lambda: quality.weaknesses(records))
    return [(one, DeskFilters(asked, quality=(one.name,)).query()) for one in rows]


@desk_page
def agreeing(request: HttpRequest, slug: str) -> HttpResponse:
    """Show for each two people who read this report how far they marked the same passages."""
    report = get_object_or_404(Report, slug=slug)
    context = {
        "title": _("Agreement: %(report)s") % {"report": report.title},
        "report": report,
        "pairs": agreement.pairs(report),
        "shown": SHOWN,
    }
    return render(request, "insights/agreement.html", context)

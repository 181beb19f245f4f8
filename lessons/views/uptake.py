"""What became of what was asked and learned: who claims what, and what has no answer."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lessons.insights import uptake
from lessons.insights.bars import bars
from lessons.models import Claim, Uptake
from lessons.search import BadQuery, Found
from lessons.search.selecting import selected

from .access import public_page
from .insights import asked_of, with_claims
from .narrowing import narrowing, with_query
from .paging import Page

SHOWN = 20  # claims on a page, and addressees
CLAIMED = ("record", "citation__passage__report")
AFTER, LONGEST = "after", 500  # the parameter of the years without an answer, and the most


@public_page
def answered(request: HttpRequest) -> HttpResponse:
    """Show what became of what was asked and learned: by addressee, by year, contradicted."""
    found, after = asked_uptake(request)
    records = selected(found.filters, request.user)
    claims = Uptake.objects.readable_by(request.user).select_related(*CLAIMED)
    told = with_claims("uptake")
    answers, by_year = answers_of(found, told), claims_of(found, told)
    latest = found.once(f"{told} latest", lambda: uptake.latest(records, request.user, SHOWN))
    denied = found.once(f"{told} denied", lambda: uptake.contradicted(records, request.user))
    context = {
        "title": _("Uptake"),
        "outcomes": uptake.OUTCOMES,
        "answers": answers[:SHOWN],
        "left_out": len(answers[SHOWN:]),
        "claim_names": [claim.label for claim in Claim],
        "by_year": by_year[::-1],
        "years_picture": bars(
            [(str(one.year), one.total) for one in by_year], _("Claims by the year they speak of")
        ),
        "contradicted": records.filter(pk__in=denied[:SHOWN]).prefetch_related(
            Prefetch("uptake", claims)
        ),
        "claims": claims.filter(pk__in=latest).order_by("-date", "-pk"),
        **_unanswered(found, after, told),
    }
    return render(request, "insights/uptake.html", context)


def _unanswered(found: Found, after: int, told: str) -> dict[str, object]:
    """Return what shows a page of what has no answer after so many years, and what narrows."""
    records = selected(found.filters, found.user)
    wanted = Page(found.asked.page, found.asked.page)
    silent, number = found.once(
        f"{told} unanswered {wanted.number} {after}",
        lambda: uptake.unanswered(records, found.user, wanted.start, wanted.stop, after),
    )
    page, beside = Page.of(number, found.asked.page), f"{AFTER}={after}" if after else ""
    links = page.links(found.asked).items()
    return {
        "after": after,
        "unanswered": silent,
        "unanswered_number": number,
        "query": found.asked.with_().query(),
        "page": page,
        **narrowing(found, with_kind=True, beside=beside),
        **{name: query and with_query(beside, query) for name, query in links},
    }


def asked_uptake(request: HttpRequest) -> tuple[Found, int]:
    """Return what is asked for, and after how many years nothing counts as no answer.

    Raises BadQuery if that is no number of years.
    """
    given = [value for value in request.GET.getlist(AFTER) if value]
    known = len(given) <= 1 and all(one.isascii() and one.isdigit() for one in given)
    if not known or int((given or ["0"])[0]) > LONGEST:
        raise BadQuery(_("after: give one number of years, up to %(most)d.") % {"most": LONGEST})
    return asked_of(request, uptake.KINDS, beside=AFTER), int((given or ["0"])[0])


def answers_of(found: Found, told: str) -> list[uptake.Answers]:
    """Return what became of what was found, by whom it is addressed to."""
    records = selected(found.filters, found.user)
    return found.once(told, lambda: uptake.by_addressee(records, found.user))


def claims_of(found: Found, told: str) -> list[uptake.Claimed]:
    """Return how many claims of what was found speak of which year."""
    records = selected(found.filters, found.user)
    return found.once(f"{told} by year", lambda: uptake.by_year(records, found.user))

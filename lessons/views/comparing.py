"""Reports side by side by theme."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lessons.insights import comparing
from lessons.models import Report
from lessons.search import BadQuery, Filters, Found
from lessons.search.kept import read_tree
from lessons.search.selecting import selected

from .access import public_page
from .narrowing import narrowing


@public_page
def compare(request: HttpRequest) -> HttpResponse:
    """Show what two to five reports say under each theme; offer them while fewer are chosen."""
    found = asked_reports(request)
    reports = chosen(found)
    narrow = narrowing(found, with_kind=True)
    context = {"title": _("Reports side by side"), "reports": reports, **narrow}
    if len(reports) < comparing.FEWEST:
        offered = [facet.values for facet, _open in narrow["facets"] if facet.name == "report"]
        rest = found.asked.without("report").query()
        context |= {
            "offered": [value for values in offered for value in values],
            "rest": parse_qsl(rest),
        }
        return render(request, "insights/choose_reports.html", context)
    rows = compared(found, reports)
    shared = [row for row in rows if row.shared]
    context |= {"shared": shared, "others": rows[len(shared) :]}
    return render(request, "insights/compare.html", context)


def asked_reports(request: HttpRequest) -> Found:
    """Return what is asked for; raises BadQuery if it is more than can stand side by side."""
    asked = Filters.parse(request.GET)
    if len(asked.report) > comparing.MOST:
        raise BadQuery(
            _("report: choose %(fewest)d to %(most)d reports.")
            % {"fewest": comparing.FEWEST, "most": comparing.MOST}
        )
    if asked.sort:
        raise BadQuery(_("sort: this page has an order of its own."))
    return Found(asked, request.user)


def chosen(found: Found) -> list[Report]:
    """Return the reports that are asked for, in the order they are asked for."""
    by_slug = {
        one.slug: one
        for one in Report.objects.visible_to(found.user).filter(slug__in=found.asked.report)
    }
    return [by_slug[slug] for slug in found.asked.report]


def compared(found: Found, reports: list[Report]) -> list[comparing.Row]:
    """Return the rows of the comparison; where they stand is counted once."""
    tree = read_tree()
    themes = comparing.laid_out(tree, found.asked.theme)
    stands = found.once(
        "compare",
        lambda: comparing.standing(selected(found.filters, found.user), reports, tree, themes),
    )
    return comparing.rows(stands, reports, themes, found.asked, found.user)

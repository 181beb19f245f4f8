"""What only the records together show: the pages under /insights/."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.insights import diagram, figures, matrix, network, paths, recurrence, uptake
from lessons.models import Kind, Record, Uptake
from lessons.models.records import RecordQuerySet
from lessons.search import BadQuery, Filters, Found
from lessons.search.facets import NAMES
from lessons.search.selecting import selected

from .access import public_page
from .narrowing import Choice, narrowing
from .paging import Page


@dataclass(frozen=True)
class Insight:
    """A page under /insights/: the name of its address, and the question it answers."""

    name: str
    title: str | Promise
    question: str | Promise
    for_desk: bool = False


SHOWN = 20  # claims on a page
CLAIMED = ("record", "citation__passage__report")
CLAIMS = Prefetch("uptake", Uptake.objects.select_related("citation__passage__report"))
INSIGHTS = (
    Insight(
        "chain",
        gettext_lazy("The chain"),
        gettext_lazy("Who failed, what went wrong, what was learned, what was asked, of whom?"),
    ),
    Insight(
        "recurrence",
        gettext_lazy("Recurrence"),
        gettext_lazy("Which lessons and failures are said again and again?"),
    ),
    Insight(
        "uptake",
        gettext_lazy("Uptake"),
        gettext_lazy("What became of what was asked, by whom, and what was never answered?"),
    ),
    Insight(
        "matrix",
        gettext_lazy("Themes against actors, phases, countries, years"),
        gettext_lazy("Where do the same themes come up, with whom, and where is nothing known?"),
    ),
    Insight(
        "quality",
        gettext_lazy("Coverage and growth"),
        gettext_lazy("How far are the reports read, and how does what is published grow?"),
    ),
    Insight(
        "use",
        gettext_lazy("Use"),
        gettext_lazy("What is read and taken along, and what is never looked at?"),
        for_desk=True,
    ),
)


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """Lead to each insight by the question it answers."""
    desk = request.user.has_perm("lessons.view_record")
    shown = [one for one in INSIGHTS if desk or not one.for_desk]
    context = {"title": _("Insights"), "insights": shown}
    return render(request, "insights/index.html", context)


@public_page
def recurring(request: HttpRequest) -> HttpResponse:
    """Show what is said in several reports, most often said first, with the words side by side."""
    found = found_among(request, recurrence.KINDS)
    records = selected(found.filters, request.user)
    histogram = found.once("recurrence", lambda: recurrence.histogram(records))
    total = recurrence.recurring(histogram)
    page = Page.of(total, found.asked.page)
    ids = _most_often(found).ids(page.start, min(page.stop, total))
    rows = recurrence.recurrences(ids, request.user)
    context = {
        "title": _("Recurrence"),
        "histogram": histogram.items(),
        "rows": figures.with_sparklines(rows),
        "unlearned": found.once(_with_claims("unlearned"), lambda: recurrence.unlearned(records)),
        "query": found.asked.with_().query(),
        "page": page,
        **narrowing(found, with_kind=True),
        **page.links(found.asked),
    }
    return render(request, "insights/recurrence.html", context)


@public_page
def answered(request: HttpRequest) -> HttpResponse:
    """Show what became of what was asked and learned: by addressee, contradicted, unanswered."""
    found = found_among(request, uptake.KINDS)
    records = selected(found.filters, request.user)
    answers = found.once(
        _with_claims("uptake"), lambda: uptake.by_addressee(records, _visible(request))
    )
    page = Page.of(sum(one.counts[uptake.UNANSWERED] for one in answers), found.asked.page)
    claims = Uptake.objects.filter(record__in=records)
    context = {
        "title": _("Uptake"),
        "outcomes": uptake.OUTCOMES,
        "answers": answers,
        "contradicted": uptake.contradicted(records).prefetch_related(CLAIMS)[:SHOWN],
        "claims": claims.select_related(*CLAIMED).order_by("-date", "-pk")[:SHOWN],
        "unanswered": uptake.unanswered(records, page.start, page.stop),
        "query": found.asked.with_().query(),
        "page": page,
        **narrowing(found, with_kind=True),
        **page.links(found.asked),
    }
    return render(request, "insights/uptake.html", context)


@public_page
def laid_across(request: HttpRequest) -> HttpResponse:
    """Show how many records stand under each theme and each actor, phase, country or decade."""
    params = request.GET.copy()
    across = _across(params.pop("across", []))
    found = Found(Filters.parse(params), request.user)
    laid = found.once(f"matrix {across}", lambda: matrix.matrix(found, across))
    query = found.asked.with_().query()
    context = {
        "title": _("Themes against…"),
        "matrix": laid,
        "ways": [
            Choice(str(NAMES[name]), f"across={name}{'&' if query else ''}{query}", name == across)
            for name in matrix.ACROSS
        ],
        **narrowing(found, with_kind=True),
    }
    return render(request, "insights/matrix.html", context)


def _across(values: Sequence[object]) -> str:
    """Return what themes are laid against; raises BadQuery for what they cannot be."""
    if len(values) > 1 or (values and values[0] not in matrix.ACROSS):
        raise BadQuery(_("across: choose one of %(known)s.") % {"known": ", ".join(matrix.ACROSS)})
    return str(values[0]) if values else matrix.ACROSS[0]


@public_page
def chain(request: HttpRequest) -> HttpResponse:
    """Show who failed, what went wrong, what was learned and asked for, as one diagram."""
    params = request.GET.copy()
    focus = _focus(params.pop("focus", []), request)
    found = Found(Filters.parse(params), request.user)
    if focus:
        drawn = network.around(focus, request.user)
    else:
        records = selected(found.filters, request.user)
        ids, left_out = found.once("chain", lambda: network.most_linked(records, request.user))
        drawn = network.among(ids, request.user, left_out)
    context = {
        "title": _("The chain"),
        "network": drawn,
        "focus": focus,
        "diagram": diagram.diagram(drawn) if drawn.edges else "",
        "paths": paths.paths(drawn),
        **narrowing(found, with_kind=True),
    }
    return render(request, "insights/chain.html", context)


def _focus(values: Sequence[object], request: HttpRequest) -> Record | None:
    """Return the record that is asked for; raises BadQuery if there is no such one to see."""
    if not values:
        return None
    record = _visible(request).with_code(str(values[0])).first()
    if record is None or len(values) > 1:
        raise BadQuery(_("focus: give the code of one record, such as L-12."))
    return record


def _visible(request: HttpRequest) -> RecordQuerySet:
    return Record.objects.visible_to(request.user)


def found_among(request: HttpRequest, kinds: Iterable[Kind] = ()) -> Found:
    """Return what the usual query string finds among ``kinds``, unless it names kinds itself.

    Raises BadQuery for a ``sort``: these pages have an order of their own.
    """
    asked = Filters.parse(request.GET)
    if asked.sort:
        raise BadQuery(_("sort: this page has an order of its own."))
    if not asked.kind:
        asked = asked.with_(kind=tuple(kind.value for kind in kinds), page=asked.page)
    return Found(asked, request.user)


def _with_claims(name: str) -> str:
    """Return a name for what follows from claims too: they are only ever added."""
    return f"{name} {Uptake.objects.aggregate(last=Max('pk'))['last']}"


def _most_often(found: Found) -> Found:
    return Found(found.filters.with_(sort="recurrence"), found.user)

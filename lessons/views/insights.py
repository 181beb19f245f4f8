"""What only the records together show: the pages under /insights/."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessons.insights import diagram, figures, matrix, network, paths, recurrence
from lessons.models import Kind, Record, Uptake
from lessons.models.records import RecordQuerySet
from lessons.search import BadQuery, Filters, Found
from lessons.search.facets import NAMES
from lessons.search.selecting import selected

from .access import public_page
from .narrowing import Choice, narrowing, with_query
from .paging import Page


@dataclass(frozen=True)
class Insight:
    """A page under /insights/: the name of its address, and the question it answers."""

    name: str
    title: str | Promise
    question: str | Promise
    for_desk: bool = False


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
        "compare",
        gettext_lazy("Reports side by side"),
        gettext_lazy("What do several reports say on the same theme, and what does one leave out?"),
    ),
    Insight(
        "time",
        gettext_lazy("Where and when"),
        gettext_lazy("Which years and countries do the records speak of, and who wrote when?"),
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
    found = asked_of(request, recurrence.KINDS)
    histogram = histogram_of(found)
    total = recurrence.recurring(histogram)
    page = Page.of(total, found.asked.page)
    ids = most_often(found).ids(page.start, min(page.stop, total))
    rows = recurrence.recurrences(ids, request.user)
    context = {
        "title": _("Recurrence"),
        "repeats": recurrence.repeats(histogram),
        "rows": figures.with_sparklines(rows),
        "unlearned": unlearned_of(found),
        "query": found.asked.with_().query(),
        "page": page,
        **narrowing(found, with_kind=True),
        **page.links(found.asked),
    }
    return render(request, "insights/recurrence.html", context)


@public_page
def laid_across(request: HttpRequest) -> HttpResponse:
    """Show how many records stand under each theme and each actor, phase, country or decade."""
    found, laid = asked_matrix(request)
    across = laid.name
    query = found.asked.with_().query()
    context = {
        "title": _("Themes against…"),
        "matrix": laid,
        "ways": [
            Choice(str(NAMES[name]), with_query(f"across={name}", query), name == across)
            for name in matrix.ACROSS
        ],
        **narrowing(found, with_kind=True, beside=f"across={across}"),
    }
    return render(request, "insights/matrix.html", context)


def asked_matrix(request: HttpRequest) -> tuple[Found, matrix.Matrix]:
    """Return what is asked for, and the themes laid against what they shall be laid against."""
    params = request.GET.copy()
    across = _across(params.pop("across", []))
    found = Found(Filters.parse(params), request.user)
    return found, found.once(f"matrix {across}", lambda: matrix.matrix(found, across))


def _across(values: Sequence[object]) -> str:
    """Return what themes are laid against; raises BadQuery for what they cannot be."""
    if len(values) > 1 or (values and values[0] not in matrix.ACROSS):
        raise BadQuery(_("across: choose one of %(known)s.") % {"known": ", ".join(matrix.ACROSS)})
    return str(values[0]) if values else matrix.ACROSS[0]


@public_page
def chain(request: HttpRequest) -> HttpResponse:
    """Show who failed, what went wrong, what was learned and asked for, as one diagram."""
    found, focus, drawn = asked_network(request)
    context = {
        "title": _("The chain"),
        "network": drawn,
        "focus": focus,
        "reaches": _reaches(focus, _near(request.GET.getlist("near"))) if focus else [],
        "diagram": diagram.diagram(drawn) if drawn.edges else "",
        "paths": paths.paths(drawn),
        **narrowing(found, with_kind=True),
    }
    return render(request, "insights/chain.html", context)


def asked_network(request: HttpRequest) -> tuple[Found, Record | None, network.Network]:
    """Return what is asked for, the record brought forward if any, and what is drawn of it."""
    params = request.GET.copy()
    focus = _focus(params.pop("focus", []), request)
    near = _near(params.pop("near", []) if focus else [])
    found = Found(Filters.parse(params), request.user)
    if focus:
        return found, focus, network.around(focus, request.user, near)
    narrowed = found.asked.with_(sort="") != Filters()
    records = selected(found.filters, request.user) if narrowed else None
    ids, left_out = found.once("chain", lambda: network.most_linked(records, request.user))
    return found, None, network.among(ids, request.user, left_out)


def _focus(values: Sequence[object], request: HttpRequest) -> Record | None:
    """Return the record that is asked for; raises BadQuery if there is no such one to see."""
    if not values:
        return None
    record = _visible(request).with_code(str(values[0])).first()
    if record is None or len(values) > 1:
        raise BadQuery(_("focus: give the code of one record, such as L-12."))
    return record


def _near(values: Sequence[object]) -> int:
    """Return how many links from the focus are drawn; raises BadQuery if that is no such number."""
    known = [str(number) for number in range(1, network.FARTHEST + 1)]
    if len(values) > 1 or (values and values[0] not in known):
        raise BadQuery(_("near: choose one of %(known)s.") % {"known": ", ".join(known)})
    return int(str(values[0])) if values else network.NEAR


def _reaches(focus: Record, near: int) -> list[Choice]:
    return [
        Choice(
            ngettext("%(n)d link", "%(n)d links", number) % {"n": number},
            f"focus={focus.code}&near={number}",
            number == near,
        )
        for number in range(1, network.FARTHEST + 1)
    ]


def histogram_of(found: Found) -> dict[int, int]:
    """Return how many of what was found are said in 1, 2, 3… reports."""

    def count() -> dict[int, int]:
        told = found.repeats()
        if told is None:
            told = recurrence.histogram(selected(found.filters, found.user), found.user)
        return told

    return found.once("recurrence", count)


def unlearned_of(found: Found) -> list[recurrence.Unlearned]:
    """Return the unlearned index of each theme with records that recur."""
    records = selected(found.filters, found.user)
    return found.once(with_claims("unlearned"), lambda: recurrence.unlearned(records, found.user))


def _visible(request: HttpRequest) -> RecordQuerySet:
    return Record.objects.visible_to(request.user)


def asked_of(request: HttpRequest, kinds: Iterable[Kind] = (), beside: str = "") -> Found:
    """Return what the usual query string finds among ``kinds``, unless it names kinds itself.

    ``beside`` is a parameter that the page reads itself. Raises BadQuery for a ``sort``: these
    pages have an order of their own.
    """
    params = request.GET.copy()
    params.pop(beside, None)
    asked = Filters.parse(params)
    if asked.sort:
        raise BadQuery(_("sort: this page has an order of its own."))
    if not asked.kind:
        asked = asked.with_(kind=tuple(kind.value for kind in kinds), page=asked.page)
    return Found(asked, request.user)


def with_claims(name: str) -> str:
    """Return a name for what follows from claims too: they are only ever added."""
    return f"{name} {Uptake.objects.aggregate(last=Max('pk'))['last']}"


def most_often(found: Found) -> Found:
    """Return the same, what is said in most reports first."""
    return Found(found.filters.with_(sort="recurrence"), found.user)

"""Lost citations: what was quoted, where it may stand now, and a person's choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lessons import evidence
from lessons.forms.citations import PlaceForm
from lessons.models import AnchorState, Citation
from lessons.permissions import may_edit
from lessons.search import BadQuery, Filters
from lessons.wording import Piece, differences

from .access import desk_page
from .paging import Page

AROUND = 300  # characters shown before and after a quotation in its old passage


@dataclass(frozen=True)
class Proposal:
    """A place to choose, and how its words differ from those that were quoted."""

    candidate: evidence.Candidate
    pieces: list[Piece]

    @property
    def percent(self) -> int:
        """How like it is, rounded down: 100 means that the words are equal."""
        return int(self.candidate.similarity * 100)


@dataclass(frozen=True)
class Lost:
    """A lost citation with the text it was made of, and what a person can do about it."""

    citation: Citation
    proposals: list[Proposal]
    form: PlaceForm
    can_edit: bool

    @property
    def before(self) -> str:
        return self.citation.passage.text[: self.citation.start][-AROUND:]

    @property
    def after(self) -> str:
        return self.citation.passage.text[self.citation.end :][:AROUND]


@desk_page
@require_safe
def lost(request: HttpRequest) -> HttpResponseBase:
    """List the lost citations by report, in the order in which they stood there."""
    filters = Filters.parse(request.GET)
    if filters.with_() != Filters():
        raise BadQuery(_("Lost citations can be asked for page alone."))
    found = _lost_citations()
    total = found.count()
    page = Page.of(total, filters.page)
    proposers: dict[int, evidence.Proposer] = {}
    context = {
        "title": _("Lost citations"),
        "total": total,
        "page": page,
        "items": [_item(one, request.user, proposers) for one in found[page.start : page.stop]],
        **page.links(filters),
    }
    return render(request, "curate/lost.html", context)


@desk_page
def lost_citation(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show one lost citation; posted, let it stand where a person says, or take it away."""
    citation = get_object_or_404(Citation.objects.select_related("record"), pk=number)
    if citation.state != AnchorState.LOST:
        messages.info(request, _("This citation is not lost: it was found already."))
        return redirect("lost_citations")
    if "take_away" in request.POST:
        return _take_away(request, citation)
    form = PlaceForm(citation, request.POST or None)
    if form.is_valid() and _place(request, form):
        return redirect("lost_citations")
    item = _item(_lost_citations().get(pk=number), request.user, {}, form)
    context = {"title": _("Lost citation"), "total": 1, "items": [item]}
    return render(request, "curate/lost.html", context)


def _take_away(request: HttpRequest, citation: Citation) -> HttpResponseBase:
    told = {"code": citation.record.code, "words": citation.exact}
    try:
        evidence.uncite(citation, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("lost_citation", citation.pk)
    messages.success(request, _("%(code)s no longer cites “%(words)s”.") % told)
    return redirect("lost_citations")


def _place(request: HttpRequest, form: PlaceForm) -> bool:
    try:
        citation = form.save(by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    told = {"code": citation.record.code, "words": citation.exact}
    messages.success(request, _("%(code)s rests on “%(words)s”.") % told)
    return True


def _lost_citations() -> Any:
    found = Citation.objects.filter(state=AnchorState.LOST, record__merged_into=None)
    return found.select_related("record", "passage__report").order_by(
        "passage__report__title", "passage__report", "passage__ordinal", "start", "pk"
    )


def _item(
    citation: Citation,
    user: Any,
    proposers: dict[int, evidence.Proposer],
    form: PlaceForm | None = None,
) -> Lost:
    """Return what is shown of a citation; a report's text is read once for all of its own."""
    report = citation.passage.report
    if report.pk not in proposers:
        proposers[report.pk] = evidence.Proposer(report)
    proposals = [
        Proposal(one, differences(citation.exact, one.anchor.exact))
        for one in proposers[report.pk].candidates(citation)
    ]
    empty = form if form and form.is_bound else PlaceForm(
        citation, initial={"quotation": citation.exact}
    )  # fmt: skip
    empty.auto_id = f"id_{citation.pk}_%s"
    return Lost(citation, proposals, empty, may_edit(user, citation.record))

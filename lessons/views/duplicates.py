"""Near-duplicates: pairs of records that may say the same, told apart or merged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lessons import merging
from lessons.models import Link, Record, Status
from lessons.models.records import CODE
from lessons.permissions import may_edit
from lessons.search import Filters
from lessons.search.duplicates import near_duplicates
from lessons.wording import differences

from .access import desk_page
from .acting import attempt, back
from .paging import Page


class Pair(NamedTuple):
    """Two records that may say the same, and how alike they are in percent."""

    one: Record
    other: Record
    percent: int


@dataclass(frozen=True)
class Choice:
    """A field of which the survivor keeps the one text or the other, word by word."""

    name: str
    label: str
    own: list[tuple[bool, str]]
    theirs: list[tuple[bool, str]]
    differs: bool
    takes_theirs: bool


@desk_page
def index(request: HttpRequest) -> HttpResponseBase:
    """Propose pairs among the records at work and those changed last; a post tells two apart."""
    if request.method == "POST":
        return _told_apart(request)
    asked = Filters.parse(request.GET)
    page = Page.of(Record.objects.filter(merged_into=None).count(), asked.page)
    records = list(_recent()[page.start : page.stop])
    context = {
        "title": _("Near-duplicates"),
        "pairs": _pairs(records, request.user),
        "looked_at": len(records),
        "here": request.get_full_path(),
        "page": page,
        **page.links(asked),
    }
    return render(request, "curate/duplicates.html", context)


def _recent() -> Any:
    """Return the records at work first, then all others, each by the last change."""
    at_work = When(status__in=(Status.DRAFT, Status.IN_REVIEW), then=Value(0))
    order = Case(at_work, default=Value(1), output_field=IntegerField())
    return Record.objects.filter(merged_into=None).order_by(order, "-updated_at", "pk")


def _pairs(records: list[Record], user: Any) -> list[Pair]:
    alike = near_duplicates(records, user, by_title=False)
    found = {
        frozenset((record.pk, one.other)): (one.similarity, record.pk, one.other)
        for record, others in zip(records, alike, strict=True)
        for one in others
    }
    ids = {pk for pair in found for pk in pair}
    rows = Record.objects.visible_to(user).prefetch_related("citations").in_bulk(ids)
    best = sorted(found.values(), key=lambda pair: (-pair[0], pair[1:]))
    return [
        Pair(rows[one], rows[other], round(100 * similarity))
        for similarity, one, other in best
        if one in rows and other in rows
    ]


def _told_apart(request: HttpRequest) -> HttpResponseBase:
    one, other = (_record(request.POST.get(name, "")) for name in ("one", "other"))
    done = _("%(one)s and %(other)s are remembered as different.") % {
        "one": one.code,
        "other": other.code,
    }
    attempt(request, "tell apart", partial(merging.tell_apart, one, other, by=request.user), done)
    return back(request, reverse("duplicates"))


def _record(code: str) -> Record:
    records = Record.objects.with_code(code) if CODE.fullmatch(code) else Record.objects.none()
    record = records.select_related("merged_into").first()
    if record is None:
        raise Http404
    return record


@desk_page
def merge(request: HttpRequest, survivor: str, absorbed: str) -> HttpResponseBase:
    """Show two records side by side; a post merges the second into the first."""
    kept, gone = _record(survivor), _record(absorbed)
    if request.method == "POST":
        return _merged(request, kept, gone)
    context = {
        "title": _("Merge %(absorbed)s into %(survivor)s")
        % {"absorbed": gone.code, "survivor": kept.code},
        "survivor": kept,
        "absorbed": gone,
        "refusal": _refusal(request.user, kept, gone),
        "choices": _choices(kept, gone) if kept.kind == gone.kind else [],
        "sides": [(one, _held(one)) for one in (kept, gone)],
    }
    return render(request, "curate/merge.html", context)


def _refusal(user: Any, survivor: Record, absorbed: Record) -> str:
    """Return why the two cannot be merged by ``user``; nothing if they can."""
    try:
        merging.check_merge(survivor, absorbed)
    except ValidationError as error:
        return " ".join(error.messages)
    if not (may_edit(user, survivor) and may_edit(user, absorbed)):
        return _("Published records are merged by a reviewer.")
    return ""


def _merged(request: HttpRequest, survivor: Record, absorbed: Record) -> HttpResponseBase:
    for record, name in ((survivor, "survivor_version"), (absorbed, "absorbed_version")):
        text = request.POST.get(name, "")
        record.version = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
    taken = [name for name in merging.choices(survivor.kind) if request.POST.get(name) == "theirs"]
    do = partial(merging.merge, survivor, absorbed, by=request.user, fields=taken)
    done = _("%(absorbed)s was merged into %(survivor)s.") % {
        "absorbed": absorbed.code,
        "survivor": survivor.code,
    }
    if attempt(request, "merge", do, done):
        return redirect(survivor)
    return redirect("merge", survivor.code, absorbed.code)


def _choices(survivor: Record, absorbed: Record) -> list[Choice]:
    """Return the fields that either has, those that differ first marked word by word."""
    made = []
    for name in merging.choices(survivor.kind):
        own, theirs = _shown(survivor, name), _shown(absorbed, name)
        if own or theirs:
            made.append(
                Choice(
                    name=name,
                    label=str(Record._meta.get_field(name).verbose_name).capitalize(),  # type: ignore[union-attr]
                    own=_marked(own, theirs),
                    theirs=_marked(theirs, own),
                    differs=own != theirs,
                    takes_theirs=not own,
                )
            )
    return made


def _shown(record: Record, name: str) -> str:
    value = getattr(record, f"get_{name}_display", lambda: getattr(record, name))()
    return str(value) if value else ""


def _marked(text: str, other: str) -> list[tuple[bool, str]]:
    """Return ``text`` in pieces, each with whether ``other`` has it differently."""
    pieces = differences(other, text)
    return [(one.change == "added", one.text) for one in pieces if one.change != "removed"]


def _held(record: Record) -> dict[str, Any]:
    """Return what a record would bring along or keep."""
    return {
        "citations": record.citations.select_related("passage__report"),
        "themes": record.themes.all(),
        "tags": record.tags.all(),
        "countries": record.countries.all(),
        "links": Link.objects.filter(source=record).count()
        + Link.objects.filter(target=record).count(),
        "uptake": record.uptake.count(),
    }

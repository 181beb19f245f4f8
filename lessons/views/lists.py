"""Reading lists: those one may read, one of them, and putting a record on the current one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessons import citing, collecting
from lessons.exporters import export
from lessons.exporters.about import about, of_list
from lessons.exporters.options import Options
from lessons.forms.lists import ReadingListForm
from lessons.models import ReadingList, Record, Status, Visibility
from lessons.reviewing import message_of
from lessons.search import BadQuery, Filters, Found
from lessons.search.kept import Kept
from lessons.search.rows import Row, read_rows

from .access import download_page, member_page, public_page, search_page
from .acting import back
from .citation import CiteThis
from .exports import download
from .paging import Page

SIZE = 100  # records of a living list on one page
SHOWN = 200  # lists of others
IN_ORDER = "none"  # how a briefing is grouped: not at all, somebody has put it in order
CURRENT = "current_list"  # where the session keeps it
BY_SCRIPT = "X-Requested-With"


@dataclass(frozen=True)
class Contents:
    """What a list holds for one reader: rows in its order, and notes by the record's id."""

    rows: list[Row]
    total: int
    notes: dict[int, str] = field(default_factory=dict)
    page: Page | None = None
    links: dict[str, Any] = field(default_factory=dict)
    unpublished: int = 0
    broken: str = ""


@public_page
def index(request: HttpRequest) -> HttpResponseBase:
    """Show one's own lists and those that are public."""
    visible = ReadingList.objects.visible_to(request.user).select_related("owner")
    mine = visible.of(request.user) if request.user.is_authenticated else visible.none()
    public = visible.filter(visibility=Visibility.PUBLIC).order_by("-updated_at", "-id")
    context = {
        "title": _("Reading lists"),
        "mine": list(mine),
        "current": current_list(request),
        "public": public[:SHOWN],
    }
    return render(request, "lists/index.html", context)


@search_page
def page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show a list to those who may open it by its address; to all others there is none."""
    one = get_object_or_404(_visible(request), slug=slug)
    return _show(request, one, one.get_absolute_url(), reverse("list_feed", args=[slug]))


@search_page
def shared(request: HttpRequest, token: uuid.UUID) -> HttpResponseBase:
    """Show a list to whoever knows its link; search engines are asked to forget it."""
    one = get_object_or_404(ReadingList.objects.with_token(token).select_related("owner"))
    feed = reverse("list_shared_feed", args=[token])
    response = _show(request, one, one.get_shared_url(), feed)
    response["X-Robots-Tag"] = "noindex"
    return response


def _visible(request: HttpRequest) -> Any:
    return ReadingList.objects.visible_to(request.user).select_related("owner")


def _show(request: HttpRequest, one: ReadingList, path: str, feed: str) -> HttpResponseBase:
    contents = _contents(request, one)
    private = one.visibility == Visibility.PRIVATE
    by_link = one.visibility == Visibility.LINK
    passed_on = one.get_shared_url() if by_link else one.get_absolute_url()
    context = {
        "title": one.title,
        "list": one,
        "contents": contents,
        "mine": request.user.is_authenticated and collecting.may_own(request.user, one),
        "cite": CiteThis(citing.work_of_list(one, passed_on), "" if private else feed),
        "address": citing.permalink(passed_on),
        "page": contents.page,
        **contents.links,
    }
    return render(request, "lists/list.html", context)


def _contents(request: HttpRequest, one: ReadingList) -> Contents:
    """Return what the person may see of a list; raises BadQuery for what it cannot be asked."""
    if one.is_living:
        return _found(request, one)
    if request.GET:
        raise BadQuery(_("This list is asked for nothing more."))
    notes = dict(one.items.values_list("record_id", "note"))
    seen = read_rows(list(notes), request.user, Kept())
    unpublished = sum(row.record.status != Status.PUBLISHED for row in seen)
    return Contents(seen, len(seen), notes, unpublished=unpublished)


def _found(request: HttpRequest, one: ReadingList) -> Contents:
    if set(request.GET) - {"page"}:
        raise BadQuery(_("This list can be asked for its page alone."))
    number = Filters.parse(request.GET).page
    try:
        found = Found(Filters.from_string(one.query), request.user)
    except BadQuery as error:  # a name that it asks for is gone
        return Contents([], 0, broken=str(error))
    shown = Page.of(found.total, number, SIZE)
    links = shown.links(Filters(page=number))
    return Contents(found.rows(shown.start, shown.stop), found.total, page=shown, links=links)


@download_page
def exported(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    """Send a list as a file to those who may open it by its address."""
    one = get_object_or_404(_visible(request), slug=slug)
    return _export(request, one, one.get_absolute_url(), suffix)


@download_page
def shared_exported(request: HttpRequest, token: uuid.UUID, suffix: str) -> HttpResponseBase:
    """Send a list as a file to whoever knows its link."""
    one = get_object_or_404(ReadingList.objects.with_token(token))
    return _export(request, one, one.get_shared_url(), suffix)


def _export(request: HttpRequest, one: ReadingList, path: str, suffix: str) -> HttpResponseBase:
    options, rest = Options.taken_from(request.GET)
    if rest:
        raise BadQuery(_("This list is asked for nothing more."))
    notes: dict[int, str] = {}
    if one.is_living:
        found = Found(Filters.from_string(one.query), request.user)
        ids, told = found.every(), of_list(one.title, found, path)
    else:
        held = dict(one.items.values_list("record_id", "note"))
        seen = Record.objects.visible_to(request.user).filter(pk__in=held)
        readable = set(seen.values_list("pk", flat=True))
        notes = {pk: note for pk, note in held.items() if pk in readable}
        ids, told = iter(notes), about(one.title, len(notes), path)
    pieces = export(
        suffix,
        ids,
        request.user,
        about=told,
        notes={pk: note for pk, note in notes.items() if note},
        columns=options.columns,
        group=options.group if "group" in request.GET else IN_ORDER,
    )
    return download(request, pieces, suffix, one.slug, told.records)


@member_page
def new(request: HttpRequest) -> HttpResponseBase:
    """Make a list, with ``?query=`` one that follows it."""
    form = ReadingListForm(request.POST or None, initial={"query": request.GET.get("query", "")})
    if request.method == "POST" and form.is_valid():
        try:
            one = collecting.make_list(by=request.user, **form_fields(form))  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            if not one.is_living:
                request.session[CURRENT] = one.pk
            messages.success(request, _("“%(title)s” is there.") % {"title": one.title})
            return redirect(one)
    context = {"title": _("New reading list"), "form": form}
    return render(request, "lists/new.html", context, status=400 if form.errors else 200)


def form_fields(form: ReadingListForm) -> dict[str, Any]:
    """Return what was typed, without what only the page needs."""
    return {name: value for name, value in form.cleaned_data.items() if name != "read_version"}


@member_page
@require_POST
def choose(request: HttpRequest) -> HttpResponseBase:
    """Let records be collected into this list from now on."""
    own = ReadingList.objects.of(request.user)
    one = get_object_or_404(own, slug=request.POST.get("list", ""), query="")
    request.session[CURRENT] = one.pk
    messages.success(request, _("You collect into “%(title)s” now.") % {"title": one.title})
    return redirect("lists")


def current_list(request: HttpRequest) -> ReadingList | None:
    """Return where records are collected: the list chosen, else the one last worked on."""
    if not request.user.is_authenticated:
        return None
    own = ReadingList.objects.of(request.user).filter(query="")
    chosen = request.session.get(CURRENT)
    return (chosen and own.filter(pk=chosen).first()) or own.order_by("-updated_at").first()


@member_page
@require_POST
def collect(request: HttpRequest) -> HttpResponseBase:
    """Put ``record`` on the current list, at first on a new one, or take ``remove`` off it."""
    code = request.POST.get("record") or request.POST.get("remove", "")
    record = Record.objects.visible_to(request.user).with_code(code).first()
    if record is None:
        raise Http404
    one = current_list(request)
    if one is None:
        one = collecting.make_list(_("My reading list"), by=request.user)  # type: ignore[arg-type]
    said, there = _collected(request, one, record)
    if request.headers.get(BY_SCRIPT):
        context = {"said": said, "list": one, "record": record, "there": there}
        return render(request, "lists/collected.html", context)
    messages.info(request, said)
    return back(request, record.get_absolute_url())


def _collected(request: HttpRequest, one: ReadingList, record: Record) -> tuple[str, bool]:
    """Do what is asked; return what came of it, and whether the record is on the list."""
    named = {"code": record.code, "title": one.title}
    if "record" not in request.POST:
        for item in one.items.filter(record=record):
            collecting.drop(item, by=request.user)
        return _("%(code)s is off “%(title)s”.") % named, False
    try:
        collecting.collect(one, record, by=request.user)
    except ValidationError as error:
        return message_of(error), error.code == "there"
    return _("%(code)s is on “%(title)s”.") % named, True

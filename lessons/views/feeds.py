"""Atom feeds: of any list, theme, report, record and reading list, as everyone may see them.

A feed's address is ``/feeds`` and the address of its page, with the same query.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _

from lessons import feeds
from lessons.models import ReadingList, Record, Report, SearchOutbox, Status, Theme
from lessons.search import BadQuery, Filters, Found
from lessons.search.rows import in_order

from .access import public_page, search_page
from .paging import Page
from .records import heading

SIZE = 50  # entries of one page
NOBODY = AnonymousUser()


@search_page
def records(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Give a list's records, the last published first unless another order is asked for."""
    asked = Filters.parse(request.GET)
    page = reverse("records", args=[kind])
    return _found(request, asked, heading(kind), page, kind)


@search_page
def theme(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Give the records of a theme and its narrower ones."""
    one = get_object_or_404(Theme.objects.select_related("replaced_by"), slug=slug)
    if one.replaced_by:
        return redirect("theme_feed", one.replaced_by.slug)
    return _found(request, _fixed(request, "theme", slug), one.label, one.get_absolute_url())


@search_page
def report(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Give the records that cite a report."""
    one = get_object_or_404(Report.objects.visible_to(NOBODY), slug=slug)
    return _found(request, _fixed(request, "report", slug), one.title, one.get_absolute_url())


def _fixed(request: HttpRequest, name: str, value: str) -> Filters:
    asked = Filters.parse(request.GET)
    if getattr(asked, name):
        raise BadQuery(_("%(name)s: this feed has one already.") % {"name": name})
    return asked.with_(**{name: (value,), "page": asked.page})


def _found(
    request: HttpRequest, asked: Filters, title: str, path: str, kind: str = ""
) -> HttpResponseBase:
    found = Found(
        asked if asked.sort else asked.with_(sort="recent", page=asked.page), NOBODY, kind
    )
    page = Page.of(found.total, asked.page, SIZE)
    about = feeds.About(
        title=title,
        page=_with_query(path, request.GET.urlencode()),
        address=request.get_full_path(),
        total=found.total,
        neighbours=_neighbours(request, page),
    )
    ids = found.ids(page.start, page.stop)
    return _answer(request, feeds.of_records(about, _complete(ids), {}), _last_change())


def _complete(ids: list[int]) -> list[Record]:
    return in_order(Record.objects.visible_to(NOBODY).with_rows(NOBODY), ids)


def _neighbours(request: HttpRequest, page: Page) -> dict[str, str]:
    """Return the feed's pages before and after (RFC 5005)."""
    numbers = {"previous": page.number - 1, "next": page.number + 1}
    return {
        rel: _with_query(request.path, _numbered(request, number))
        for rel, number in numbers.items()
        if 1 <= number <= page.last
    }


def _numbered(request: HttpRequest, number: int) -> str:
    params = request.GET.copy()
    params["page"] = str(number)
    return params.urlencode()


def _with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


@public_page
def record(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give what happened to a record in public; one that was merged leads to its survivor's."""
    _nothing_asked(request)
    one = _once_public(code)
    if one.merged_into:
        return redirect("record_feed", one.merged_into.code)
    if one.status == Status.WITHDRAWN:
        return render(request, "records/withdrawn.html", {"record": one}, status=410)
    about = feeds.About(one.title, one.get_absolute_url(), request.path)
    return _answer(request, feeds.of_changes(about, one))


def _once_public(code: str) -> Record:
    records = Record.objects.with_code(code).select_related("merged_into")
    unread = (Status.DRAFT, Status.IN_REVIEW)
    return get_object_or_404(
        records.filter(restricted=False).exclude(published_at=None).exclude(status__in=unread)
    )


@public_page
def reading_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Give the records of a public reading list, in its order."""
    one = get_object_or_404(ReadingList.objects.visible_to(NOBODY), slug=slug)
    return _of_list(request, one, one.get_absolute_url())


@public_page
def shared_list(request: HttpRequest, token: uuid.UUID) -> HttpResponseBase:
    """Give the records of a reading list to whoever knows its link."""
    one = get_object_or_404(ReadingList.objects.with_token(token))
    return _of_list(request, one, one.get_shared_url())


def _of_list(request: HttpRequest, one: ReadingList, path: str) -> HttpResponseBase:
    if one.is_living:
        if set(request.GET) - {"page"}:
            raise BadQuery(_("This list can be asked for its page alone."))
        number = Filters.parse(request.GET).page
        asked = Filters.from_string(one.query).with_(page=number)
        return _found(request, asked, one.title, path)
    _nothing_asked(request)
    notes = dict(one.items.values_list("record_id", "note"))
    records = _complete(list(notes))
    about = feeds.About(one.title, path, request.path, total=len(records))
    feed = feeds.of_records(about, records, notes)
    return _answer(request, feed, max(filter(None, (one.updated_at, _last_change()))))


def _nothing_asked(request: HttpRequest) -> None:
    if request.GET:
        raise BadQuery(_("This feed is asked for nothing more."))


def _answer(
    request: HttpRequest, feed: feeds.Feed, changed: datetime | None = None
) -> HttpResponseBase:
    """Answer with the feed, or 304 if the reader has it as it is; ``changed`` is the moment before
    which nothing else that it shows has changed."""
    body = feed.writeString("utf-8").encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    modified = int(max(filter(None, (feed.latest_post_date(), changed))).timestamp())
    response = HttpResponse(body, content_type=feed.content_type)
    response["ETag"], response["Last-Modified"] = etag, http_date(modified)
    answer = get_conditional_response(request, etag=etag, last_modified=modified, response=response)
    return answer or response


def _last_change() -> datetime | None:
    """Return when anything that a list shows or is asked for was last changed."""
    newest = SearchOutbox.objects.order_by("-pk").values_list("at", flat=True)
    return newest.first()

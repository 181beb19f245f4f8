"""Lists, records, themes and reports as files."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse

from lessons.exporters import FORMATS, export
from lessons.exporters.about import about, of_list
from lessons.exporters.options import Options
from lessons.models import Kind, Record
from lessons.search import Filters, Found

from .access import download_page, moved
from .record import readable
from .records import heading


@download_page
def records(request: HttpRequest, kind: str, suffix: str) -> HttpResponseBase:
    """Send a whole list as a file; it holds as many records as the screen counts."""
    options, asked = Options.taken_from(request.GET)
    found = Found(Filters.parse(asked), request.user, kind)
    query = found.asked.query()
    address = reverse("records", args=[kind]) + (f"?{query}" if query else "")
    return _list(found, options, suffix, title=heading(kind), address=address, name=_plural(kind))


@download_page
def record(request: HttpRequest, code: str, suffix: str) -> HttpResponseBase:
    """Send one record as a file; one that was merged leads to its survivor's."""
    options, _rest = Options.taken_from(request.GET)
    found = Record.objects.visible_to(request.user).with_code(code).first()
    if found is None:
        survivor = readable(request, code).merged_into
        if survivor is None:
            raise Http404
        return moved(reverse("record_export", args=[survivor.code, suffix]))
    told = about(found.title, 1, found.get_absolute_url())
    pieces = export(suffix, [found.pk], request.user, about=told, columns=options.columns,
                    group="none")  # fmt: skip
    return download(pieces, suffix, code)


def _list(
    found: Found, options: Options, suffix: str, *, title: str, address: str, name: str
) -> HttpResponseBase:
    pieces = export(
        suffix,
        found.every(),
        found.user,
        about=of_list(title, found, address),
        columns=options.columns,
        group=options.group,
    )
    return download(pieces, suffix, name)


def download(pieces: Iterator[bytes], suffix: str, name: str) -> StreamingHttpResponse:
    """Answer with a file called ``name.suffix``."""
    form = FORMATS[suffix]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{suffix}"'}
    return StreamingHttpResponse(pieces, content_type=form.media_type, headers=headers)


def _plural(kind: str) -> str:
    return Kind(kind).plural if kind else "records"

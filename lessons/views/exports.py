"""Lists, records, themes and reports as files, and the page where a file is put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.audit import note_export
from lessons.exporters import FORMATS, export, written
from lessons.exporters.about import about, of_list
from lessons.exporters.columns import CHOICES, chosen
from lessons.exporters.options import GROUPS, Options
from lessons.exporters.rows import Rows
from lessons.exporters.scheme import Sources, Themes
from lessons.models import Record, Report, Theme
from lessons.search import BadQuery, Filters, Found
from lessons.use import of_file

from .access import download_page, moved, search_page
from .counting import counted, counted_list
from .narrowing import with_query
from .record import readable
from .records import heading

PREVIEWED = 5  # records
GRAPHS = {"ttl", "jsonld"}  # that say what a theme is, rather than what bears it
REFERENCES = {"bib", "ris"}


@download_page
def records(request: HttpRequest, kind: str, suffix: str) -> HttpResponseBase:
    """Send a whole list as a file; it holds as many records as the screen counts."""
    options, asked = Options.taken_from(request.GET)
    found = Found(Filters.parse(asked), request.user, kind)
    path = reverse("records", args=[kind])
    return _list(request, found, options, suffix, heading(kind), path=path)


@download_page
def record(request: HttpRequest, code: str, suffix: str) -> HttpResponseBase:
    """Send one record as a file; one that was merged leads to its survivor's."""
    options, rest = Options.taken_from(request.GET)
    _refuse(rest)
    found = Record.objects.visible_to(request.user).with_code(code).first()
    if found is None:
        survivor = readable(request, code).merged_into
        if survivor is None:
            raise Http404
        return moved(reverse("record_export", args=[survivor.code, suffix]))
    told = about(found.title, 1, found.get_absolute_url())
    pieces = export(
        suffix, [found.pk], request.user, about=told, columns=options.columns, group="none"
    )
    response = download(request, pieces, suffix, code, 1)
    return counted(request, response, found.pk, of_file(suffix))


@download_page
def theme(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    """Send the records of a theme as a file; as a graph, what the theme itself is."""
    one = get_object_or_404(Theme.objects.select_related("replaced_by"), slug=slug)
    if one.replaced_by:
        return moved(reverse("theme_export", args=[one.replaced_by.slug, suffix]))
    options, rest = Options.taken_from(request.GET)
    _refuse(rest)
    if suffix in GRAPHS:
        which = Q(pk=one.pk) | Q(broader=one)
        return _themes(request, suffix, which, one.label, one.get_absolute_url())
    found = Found(Filters(theme=(slug,)), request.user)
    return _list(request, found, options, suffix, one.label, path=one.get_absolute_url(), name=slug)


@download_page
def themes(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """Send the scheme of themes as a file, or as a graph."""
    _refuse(request.GET)
    return _themes(request, suffix, Q(), _("Themes"), reverse("themes"))


@download_page
def report(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    """Send the records that rest on a report as a file; as a reference, the report itself."""
    one = get_object_or_404(Report.objects.visible_to(request.user), slug=slug)
    options, rest = Options.taken_from(request.GET)
    _refuse(rest)
    if suffix in REFERENCES:
        told = about(one.title, 1, one.get_absolute_url())
        return download(request, written(suffix, Sources([one.pk], told)), suffix, slug, 1)
    found = Found(Filters(report=(slug,)), request.user)
    return _list(request, found, options, suffix, one.title, path=one.get_absolute_url(), name=slug)


@download_page
def reports(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """Send all reports as a bibliography or a table."""
    _refuse(request.GET)
    seen = Report.objects.visible_to(request.user).order_by()
    ids = list(seen.values_list("pk", flat=True))
    told = replace(about(_("Reports"), len(ids), reverse("reports")), sheet="Sources")
    return download(request, written(suffix, Sources(ids, told)), suffix, "reports", len(ids))


@search_page
def choose(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Show what a file of a list would hold: its columns to choose, its first rows, its formats."""
    options, asked = Options.taken_from(request.GET)
    found = Found(Filters.parse(asked), request.user, kind)
    columns = chosen(options.columns)
    query = with_query(found.asked.with_().query(), options.query())
    path = reverse("records", args=[kind])
    context = {
        "title": _("Take along"),
        "heading": heading(kind),
        "about": of_list(heading(kind), found, path),
        "back": _address(path, found),
        "kept": parse_qsl(found.asked.with_().query()),
        "choices": [(name, name in columns) for name in CHOICES],
        "columns": columns,
        "groups": [(name, label, name == options.group) for name, label in GROUPS.items()],
        "rows": [row.values() for row in Rows(found.user, columns).read(found.ids(0, PREVIEWED))],
        "files": [
            (form, f"{path.rstrip('/')}.{form.suffix}{'?' if query else ''}{query}")
            for form in FORMATS.values()
        ],
    }
    return render(request, "exports/choose.html", context)


def _list(
    request: HttpRequest,
    found: Found,
    options: Options,
    suffix: str,
    title: str,
    *,
    path: str,
    name: str = "",
) -> HttpResponseBase:
    told = of_list(title, found, path if name else _address(path, found))
    pieces = export(
        suffix,
        counted_list(request, found.every(), found.total, of_file(suffix)),
        found.user,
        about=told,
        columns=options.columns,
        group=options.group,
    )
    return download(request, pieces, suffix, name or path.strip("/"), found.total)


def _themes(request: HttpRequest, suffix: str, which: Q, title: str, path: str) -> HttpResponseBase:
    found = Theme.objects.filter(which).select_related("broader", "replaced_by")
    held = list(found.prefetch_related("narrower", "related"))
    told = replace(about(title, len(held), path), sheet="Themes")
    pieces = written(suffix, Themes(held, told))
    return download(request, pieces, suffix, path.strip("/").rpartition("/")[2], len(held))


def _address(path: str, found: Found) -> str:
    query = found.asked.with_().query()
    return f"{path}?{query}" if query else path


def _refuse(rest: object) -> None:
    """Raise BadQuery for parameters of a list where there is no list to narrow."""
    if rest:
        raise BadQuery(_("Nothing can be narrowed here: ask the list of records instead."))


def download(
    request: HttpRequest, pieces: Iterator[bytes], suffix: str, name: str, number: int
) -> StreamingHttpResponse:
    """Answer with a file called ``name.suffix`` of ``number`` records, themes or reports; the log
    of access tells who took it along."""
    note_export(request, suffix, number)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{suffix}"'}
    media_type = FORMATS[suffix].media_type
    return StreamingHttpResponse(pieces, content_type=media_type, headers=headers)

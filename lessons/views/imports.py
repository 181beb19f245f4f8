"""Importing a table: upload it, name its columns, look at what its rows would do, do it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lessons import jobs
from lessons.exporters.formulas import guarded
from lessons.forms.imports import ColumnsForm, SheetForm, TableForm
from lessons.importers import tables
from lessons.models import Import, ImportRow, ImportState, Outcome, Record
from lessons.search import BadQuery
from lessons.wording import abridged, differences

from .access import desk_page
from .paging import Page

LATEST = 20
PAGE = 50  # rows
DIGITS = 7  # of a page's number


@desk_page
def index(request: HttpRequest) -> HttpResponseBase:
    """Take a table, and list what a person has imported before."""
    sent = request.method == "POST"
    form = TableForm(request.POST, request.FILES) if sent else TableForm(None, None)
    if form.is_valid():
        try:
            return redirect(tables.start(*form.file, by=request.user))
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "title": _("Import a table"),
        "form": form,
        "imports": Import.objects.visible_to(request.user)[:LATEST],
    }
    return render(request, "imports/index.html", context)


@desk_page
def page(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show an import as far as it is: its columns, what it would do, or what it did."""
    one = _own(request, number)
    if one.job and one.job.active:
        return redirect(one.job)
    if one.state == ImportState.MAPPING:
        if one.job and one.job.error:
            messages.error(request, one.job.error)
        return redirect("import_columns", one.pk)
    if one.job and one.job.error and one.state == ImportState.CHECKED:
        messages.error(request, one.job.error)
    return _done(request, one) if one.state == ImportState.APPLIED else _preview(request, one)


def _own(request: HttpRequest, number: int) -> Import:
    mine = Import.objects.visible_to(request.user).select_related("job")
    return get_object_or_404(mine, pk=number)


@desk_page
def columns(request: HttpRequest, number: int) -> HttpResponseBase:
    """Ask what each column fills; then look at the rows."""
    one = _own(request, number)
    if one.state == ImportState.APPLIED:
        return redirect(one)
    try:
        sample = tables.first_rows(one)
        mapping, settings = tables.suggested(one, sample)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("imports")
    here = next(sheet for sheet in one.sheets if sheet["name"] == one.sheet)
    form = ColumnsForm(request.POST or None, one, mapping, settings, sample)
    if request.method == "POST" and form.is_valid():
        tables.name_columns(one, form.mapping, form.settings, by=request.user)
        return _now_or_later(
            request, one, here["rows"], lambda: tables.check(one, by=request.user),
            kind="check import", title=_("Looking at “%(name)s”") % {"name": one.name},
        )  # fmt: skip
    context = {
        "title": _("What the columns are"),
        "import": one,
        "form": form,
        "sheet": SheetForm(
            None, sheets=[sheet["name"] for sheet in one.sheets],
            initial={"sheet": one.sheet, "header_row": one.header_row},
        ),
        "notes": here["notes"],
        "remembered": not one.mapping and tables.remembered(one.layout),
    }  # fmt: skip
    return render(request, "imports/columns.html", context)


@desk_page
@require_POST
def sheet(request: HttpRequest, number: int) -> HttpResponseBase:
    """Take another sheet of the file, or another row as the names of the columns."""
    one = _own(request, number)
    try:
        form = SheetForm(request.POST, sheets=[sheet["name"] for sheet in one.sheets])
        if form.is_valid():
            tables.choose_table(one, **form.cleaned_data, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("import_columns", one.pk)


def _now_or_later(
    request: HttpRequest,
    one: Import,
    rows: int,
    work: Callable[[], Any],
    *,
    kind: str,
    title: str,
    **parameters: Any,
) -> HttpResponseBase:
    """Do a small table's work at once, a large one's in the background; show what came of it."""
    if rows > tables.BACKGROUND:
        job = jobs.start(kind, by=request.user, title=title, number=one.pk, **parameters)
        Import.objects.filter(pk=one.pk).update(job=job)
        return redirect(job)
    try:
        work()
    except tables.Outdated as error:
        messages.warning(request, _("Nothing was imported. Look at the rows again."))
        messages.warning(request, " ".join(error.messages))
        tables.check(one, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(one)


# What it would do


@dataclass(frozen=True)
class Line:
    """A row as a person meets it; ``changes`` hold a field's label, and old and new in pieces."""

    row: ImportRow
    code: str
    changes: list[tuple[str, Any]]
    findings: list[list[Any]]


def _preview(request: HttpRequest, one: Import) -> HttpResponseBase:
    counts = {outcome: one.counts.get(outcome.value, 0) for outcome in Outcome}
    chosen = request.GET.get("outcome") or _most_telling(counts)
    if chosen not in Outcome.values:
        raise BadQuery(_("outcome: choose one of %(all)s.") % {"all": ", ".join(Outcome.values)})
    rows = one.rows.filter(outcome=chosen)
    shown = Page.of(counts[Outcome(chosen)], _page_number(request), PAGE)
    found = list(rows.order_by("number", "pk")[shown.start : shown.stop])
    known = Record.objects.in_bulk({row.record for row in found if row.record})
    context = {
        "title": _("What “%(name)s” would do") % {"name": one.name},
        "import": one,
        "counts": counts.items(),
        "chosen": chosen,
        "lines": [_line(row, known.get(row.record or 0)) for row in found],
        "page": shown,
        "previous_query": _query(chosen, shown.number - 1) if shown.number > 1 else None,
        "next_query": _query(chosen, shown.number + 1) if shown.number < shown.last else None,
        "something": counts[Outcome.CREATE] + counts[Outcome.CHANGE],
        "problems": counts[Outcome.PROBLEM],
    }
    return render(request, "imports/preview.html", context)


def _most_telling(counts: dict[Outcome, int]) -> str:
    order = (Outcome.PROBLEM, Outcome.CHANGE, Outcome.CREATE, Outcome.SAME)
    return next((outcome for outcome in order if counts[outcome]), Outcome.SAME).value


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and 0 < len(asked) <= DIGITS and int(asked)):
        raise BadQuery(_("page: this is not a page number."))
    return int(asked)


def _query(outcome: str, number: int) -> str:
    return urlencode({"outcome": outcome, "page": number})


def _line(row: ImportRow, record: Record | None) -> Line:
    changes = row.changes or [[name, "", text] for name, text in _made(row.values).items()]
    shown = [
        (str(tables.FIELDS[name].label), abridged(differences(old, new)))
        for name, old, new in changes
    ]
    return Line(row, record.code if record else "", shown, row.findings)


def _made(values: dict[str, Any]) -> dict[str, str]:
    """Return the texts of a record that a row would make; what stands for an id is left out."""
    plain = {name: value for name, value in values.items() if name in tables.FIELDS and value}
    texts = {
        name: "; ".join(value) if isinstance(value, list) else str(value)
        for name, value in plain.items()
        if name not in {"themes", "links", "passage"}
    }
    if values.get("source"):
        texts["source_title"] = values["source"]["title"]
    return texts


@desk_page
@require_safe
def problems(request: HttpRequest, number: int) -> HttpResponseBase:
    """Give the problems as CSV: row, column, what is wrong and what to do."""
    one = _own(request, number)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="problems-{one.pk}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_("row"), _("column"), _("problem"), _("title")])
    for row in one.rows.filter(outcome=Outcome.PROBLEM).order_by("number", "pk").iterator():
        for column, text, against in row.findings:
            if against:
                writer.writerow([row.number, *map(guarded, (column, text, row.title))])
    return response


# Doing it


@desk_page
@require_POST
def apply(request: HttpRequest, number: int) -> HttpResponseBase:
    """Do what was shown, all or nothing."""
    one = _own(request, number)
    leave_out = "leave_out_problems" in request.POST
    rows = sum(one.counts.get(outcome, 0) for outcome in (Outcome.CREATE, Outcome.CHANGE))
    return _now_or_later(
        request, one, rows,
        lambda: tables.apply(one, by=request.user, leave_out_problems=leave_out),
        kind="apply import", title=_("Importing “%(name)s”") % {"name": one.name},
        leave_out_problems=leave_out,
    )  # fmt: skip


@desk_page
@require_POST
def discard(request: HttpRequest, number: int) -> HttpResponseBase:
    """Forget an import that was not done."""
    one = _own(request, number)
    try:
        tables.discard(one, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(one)
    messages.success(request, _("“%(name)s” was not imported.") % {"name": one.name})
    return redirect("imports")


def _done(request: HttpRequest, one: Import) -> HttpResponseBase:
    """Show what an import did, record by record."""
    counts = {outcome: one.counts.get(outcome.value, 0) for outcome in Outcome}
    total = counts[Outcome.CREATE] + counts[Outcome.CHANGE]
    shown = Page.of(total, _page_number(request), PAGE)
    events = Record.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        pgh_context__metadata__contains={"act": one.act, "verb": "import"}
    )
    ids = events.order_by("pgh_id").values_list("pgh_obj", flat=True)[shown.start : shown.stop]
    there = Record.objects.in_bulk(list(ids))
    context = {
        "title": _("“%(name)s” is imported") % {"name": one.name},
        "import": one,
        "counts": counts.items(),
        "records": [there[pk] for pk in ids if pk in there],
        "left_out": one.rows.order_by("number", "pk")[:PAGE],
        "problems": counts[Outcome.PROBLEM],
        "page": shown,
        "previous_query": urlencode({"page": shown.number - 1}) if shown.number > 1 else None,
        "next_query": (
            urlencode({"page": shown.number + 1}) if shown.number < shown.last else None
        ),
    }
    return render(request, "imports/done.html", context)

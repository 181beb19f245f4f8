"""Uploads: handing files in, watching them being read, confirming what they are."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from lessons.evidence import Reanchored, foresee
from lessons.forms.reports import said_of
from lessons.forms.uploads import DescriptionForm, UploadedTextForm, UploadForm
from lessons.ingest import uploads
from lessons.models import Report, Upload

from .access import desk_page
from .receiving import too_large

FIRST = 8  # passages shown of what was read
SECTIONS = 80
COMMON = ("title", "subtitle", "authors", "publisher", "issued", "issued_precision", "type",
          "language", "countries", "access", "suggest")  # fmt: skip


@desk_page
def add(request: HttpRequest) -> HttpResponseBase:
    """Take files to read, for new reports or with ``?report=`` for a new text of one."""
    slug = request.GET.get("report")
    report = get_object_or_404(Report, slug=slug) if slug else None
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if refused := too_large(request):
            form.errors.clear()
            form.add_error(None, refused)
        if form.is_valid():
            return _received(request, form.cleaned_data["documents"], report)
    context = {
        "title": _("A new text of “%(report)s”") % {"report": report}
        if report
        else _("Add reports"),
        "form": form,
        "report": report,
        "suffixes": ", ".join(uploads.SUFFIXES),
        "waiting": Upload.objects.without_text().filter(report=None),
    }
    return render(request, "uploads/add.html", context)


def _received(request: HttpRequest, files: list[Any], report: Report | None) -> HttpResponseBase:
    """Take each file, or say why not, and lead to what is there now."""
    found: list[Report | Upload] = []
    for file in files:
        try:
            found.append(uploads.receive(file, file.name, by=request.user, report=report))
        except uploads.AlreadyHere as error:
            known = error.found
            found.append(known)
            text = " ".join(error.messages)
            link = format_html(' <a href="{}">{}</a>', known.get_absolute_url(), _("Open it"))
            messages.warning(request, format_html("{}: {}{}", file.name, text, link))
        except ValidationError as error:
            messages.error(request, f"{file.name}: {' '.join(error.messages)}")
    only = found[0] if len(found) == len(files) == 1 else None
    return redirect(only) if isinstance(only, Upload) else redirect(request.get_full_path())


@desk_page
def upload(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show how far an upload is; once it is read, what it says, to be confirmed or discarded."""
    one = Upload.objects.select_related("job", "report").filter(pk=number).first()
    if one is None:
        messages.info(request, _("That upload has been confirmed or discarded."))
        return redirect("report_add")
    try:
        if "discard" in request.POST:
            return _discard(request, one)
        if "again" in request.POST:
            return redirect(uploads.read_again(one, by=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("report_add")
    if not one.is_read:
        return render(request, "uploads/reading.html", {"title": one.name, "upload": one})
    return _replace(request, one, one.report) if one.report else _confirm(request, one)


def _discard(request: HttpRequest, one: Upload) -> HttpResponseBase:
    uploads.discard(one, by=request.user)
    messages.success(request, _("“%(name)s” is discarded.") % {"name": one.name})
    return redirect("report_add")


def _confirm(request: HttpRequest, one: Upload) -> HttpResponseBase:
    form = DescriptionForm(one, request.POST or None)
    if request.POST and form.is_valid():
        try:
            report = form.confirm(by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, _("“%(title)s” is here, and waits to be read.") % {"title": report}
            )
            return redirect("workbench", report.slug)
    common = [form[name] for name in COMMON]
    rest = [field for field in form.visible_fields() if field.name not in COMMON]
    context = {
        "title": _("What is this report?"),
        "upload": one,
        "form": form,
        "common": common,
        "rest": rest,
        "rest_wrong": any(field.errors for field in rest),
        **_preview(one),
    }
    return render(request, "uploads/confirm.html", context)


def _replace(request: HttpRequest, one: Upload, report: Report) -> HttpResponseBase:
    form = UploadedTextForm(report, one, request.POST or None)
    outcome: Reanchored | None = None
    if request.POST and form.is_valid():
        try:
            if "replace" in request.POST:
                for level, text in said_of(form.save(by=request.user)):
                    messages.add_message(request, level, text)
                return redirect("workbench", report.slug)
            outcome = foresee(form.save, by=request.user)
        except (ValidationError, PermissionDenied) as error:
            form.add_error(
                None, error.messages if isinstance(error, ValidationError) else str(error)
            )
    title = _("A new text of “%(report)s”") % {"report": report}
    context = {"title": title, "upload": one, "form": form, "outcome": outcome, **_preview(one)}
    return render(request, "uploads/replace.html", context)


def _preview(one: Upload) -> dict[str, Any]:
    """Return what a page shows of what was read: the first passages, the sections, the warnings."""
    passages = uploads.stored_passages(one)
    sections = Counter(tuple(passage.section_path) for passage in passages)
    pages: dict[tuple[str, ...], Any] = {}
    for passage in passages:
        pages.setdefault(tuple(passage.section_path), passage.page_label or passage.page)
    named = [(path, number, pages[path]) for path, number in sections.items() if path]
    return {
        "about": one.document,
        "total": len(passages),
        "first": passages[:FIRST],
        "sections": named[:SECTIONS],
        "sections_total": len(named),
    }

"""Writing and editing a record outside the admin; two who edit at once meet on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.forms import modelform_factory
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lessons import curation
from lessons.forms import settling
from lessons.forms.records import COMMON_FIELDS, RecordPageForm
from lessons.models import Actor, Failure, Kind, Lesson, Link, Recommendation, Record, Tag
from lessons.models.records import KIND_FIELDS
from lessons.permissions import may_edit, require

from .access import desk_page

MODELS: dict[str, Any] = {
    Kind.LESSON: Lesson,
    Kind.FAILURE: Failure,
    Kind.ACTOR: Actor,
    Kind.RECOMMENDATION: Recommendation,
}
TAGS_OFFERED = 1000
WORDS = ("title", "statement", "discussion")


def _form(kind: str) -> Any:
    fields = (*COMMON_FIELDS, *KIND_FIELDS[Kind(kind)])
    return modelform_factory(MODELS[kind], form=RecordPageForm, fields=fields)


@desk_page
def new(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Write a new draft."""
    if kind not in MODELS:
        raise Http404
    require(request.user, "add_record")
    form = _form(kind)(request.POST or None)
    if request.method == "POST" and form.is_valid() and (record := _save(request, form)):
        messages.success(request, _("%(code)s is written. Now cite what it rests on.")
                         % {"code": record.code})  # fmt: skip
        return redirect("record", record.code)
    kind_label = Kind(kind).label
    return _page(request, form, title=_("New %(kind)s") % {"kind": kind_label})


@desk_page
def edit(request: HttpRequest, code: str) -> HttpResponseBase:
    """Edit a record; who saves after somebody else is shown both and chooses."""
    record = _proxy(request, code)
    if request.method != "POST":
        if not may_edit(request.user, record):
            raise PermissionDenied
        form = _form(record.kind)(instance=record)
        return _page(request, form, record=record, title=record.title)

    def bind(data: QueryDict) -> Any:
        return _form(record.kind)(data, instance=_proxy(request, code))

    with transaction.atomic():
        form = bind(settling.settled(request.POST, record, bind))
        if form.is_valid() and may_edit(request.user, record) and _save(request, form):
            messages.success(request, _("Saved."))
            return redirect("record", record.code)
        if form.came_too_late:
            may_save = may_edit(request.user, record)
            context = settling.page(settling.clash(form, record), form.data, may_save=may_save)
            return render(request, "records/conflict.html", context)
    if not may_edit(request.user, record):
        raise PermissionDenied
    return _page(request, form, record=record, title=record.title)


def _proxy(request: HttpRequest, code: str) -> Any:
    """Return the record as one of its kind, with what a form of it shows."""
    found = Record.objects.visible_to(request.user).with_code(code).first()
    if found is None:
        raise Http404
    return MODELS[found.kind].objects.get(pk=found.pk)


def _save(request: HttpRequest, form: Any) -> Record | None:
    """Save what was typed; what only the verb sees is told on the form, and None returned."""
    data = form.cleaned_data
    try:
        return curation.save_record(
            form.instance, by=request.user,
            themes=data["themes"], countries=data["countries"], tags=form.tag_names(),
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return None


def _page(
    request: HttpRequest, form: Any, *, title: str, record: Record | None = None
) -> HttpResponseBase:
    kind = form.instance.kind
    context = {
        "title": title,
        "form": form,
        "record": record,
        "words": [form[name] for name in (*WORDS, *KIND_FIELDS[Kind(kind)])],
        "details": [
            form[name] for name in ("phase", "year_from", "year_to", "language", "identifier")
        ],
        "known_tags": Tag.objects.values_list("name", flat=True)[:TAGS_OFFERED],
    }
    if record is not None:
        context["citations"] = record.citations.select_related("passage__report")
        links = Link.objects.visible_to(request.user).select_related("source", "target")
        context["links"] = links.filter(Q(source=record) | Q(target=record))
        context["admin_url"] = f"admin:lessons_{kind}_change"
    return render(request, "records/edit.html", context)

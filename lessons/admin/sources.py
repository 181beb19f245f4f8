"""Reports and their passages in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lessons import evidence
from lessons.forms.reports import PassageTextForm, ReportForm, ReportTextForm, paragraphs
from lessons.models import Citation, Passage, Report

from .texts import TextAdmin


@admin.register(Report)
class ReportAdmin(TextAdmin):
    """A new report is described and its text pasted; later the two change on pages of their own."""

    form = ReportForm
    list_display = ("title", "issued", "type", "language", "access")
    list_filter = ("access", "type", "language", "countries")
    search_fields = ("title", "subtitle", "slug", "authors")
    autocomplete_fields = ("countries",)
    prepopulated_fields = {"slug": ("title",)}
    text_title = _("Replace the text")

    def text_form(self, obj: Report, data: Any) -> ReportTextForm:
        return ReportTextForm(obj, data)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        description = ReportForm.Meta.fields
        return description if obj else (*description, "text")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let uncited passages go with their report; they have no door of their own."""
        found, counts, needed, protected = super().get_deleted_objects(objs, request)
        return found, counts, needed - {Passage._meta.verbose_name}, protected

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        if change:
            access, obj.access = obj.access, form.initial.get("access", obj.access)
            super().save_model(request, obj, form, change)
            if access != obj.access:
                evidence.set_access(obj, access, by=request.user)
            return
        described = dict(form.cleaned_data)
        passages = [evidence.PassageText(text) for text in paragraphs(described.pop("text"))]
        obj.pk = evidence.add_report(passages, by=request.user, **described).pk


@admin.register(Passage)
class PassageAdmin(TextAdmin):
    """Passages, mainly to be found when one is cited; a correction makes a new text version."""

    list_display = ("__str__", "page_label", "text_version")
    list_filter = ("report",)
    search_fields = ("text", "report__title", "report__slug")
    list_select_related = ("report",)
    fields = ("report", "ordinal", "section_path", "page", "page_label", "text")
    text_title = _("Correct this passage")

    def text_form(self, obj: Passage, data: Any) -> PassageTextForm:
        return PassageTextForm(obj, data)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Offer for citing only what is read today."""
        found, repeats = super().get_search_results(request, queryset, search_term)
        match = request.resolver_match
        citing = match is not None and match.url_name == "autocomplete"
        if citing:
            found = found.filter(text_version=models.F("report__text_version"))
        return found, repeats

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Passage]:
        return super().get_queryset(request).select_related("report")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Citation)
class CitationAdmin(admin.ModelAdmin):
    """All citations at a glance; they are made and taken away at their record."""

    list_display = ("exact", "record", "passage", "state")
    list_filter = ("state", "passage__report")
    list_select_related = ("record", "passage__report")
    search_fields = ("exact", "record__title")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

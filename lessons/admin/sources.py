"""Reports and their passages in the admin."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from lessons import evidence
from lessons.forms import ReportForm
from lessons.models import Citation, Passage, Report


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    """A new report is described and its text pasted; later only the description changes."""

    form = ReportForm
    list_display = ("title", "issued", "type", "language")
    list_filter = ("type", "language", "countries")
    search_fields = ("title", "subtitle", "slug", "authors")
    autocomplete_fields = ("countries",)
    prepopulated_fields = {"slug": ("title",)}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        description = ReportForm.Meta.fields
        return description if obj else (*description, "text")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let uncited passages go with their report; they have no door of their own."""
        found, counts, needed, protected = super().get_deleted_objects(objs, request)
        return found, counts, needed - {Passage._meta.verbose_name}, protected

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        described = dict(form.cleaned_data)
        texts = re.split(r"\n\s*\n", described.pop("text").replace("\r\n", "\n"))
        passages = [evidence.PassageText(text.strip()) for text in texts if text.strip()]
        obj.pk = evidence.add_report(passages, by=request.user, **described).pk


@admin.register(Passage)
class PassageAdmin(admin.ModelAdmin):
    """Passages, mainly to be found when one is cited."""

    list_display = ("__str__", "page_label", "text_version")
    list_filter = ("report",)
    search_fields = ("text", "report__title", "report__slug")
    list_select_related = ("report",)
    fields = ("report", "ordinal", "section_path", "page", "page_label", "text")
    readonly_fields = ("report", "ordinal")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Passage]:
        return super().get_queryset(request).select_related("report")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or not obj.citations.exists()
        )

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

"""Uptake claims in the admin, and reading lists as far as an administrator answers for them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from lessons import collecting, curation
from lessons.models import ReadingList, Uptake


@admin.register(Uptake)
class UptakeAdmin(admin.ModelAdmin):
    """Claims are added, never changed: a new claim may contradict an old one."""

    list_display = ("record", "claim", "date", "claimed_by")
    list_filter = ("claim",)
    list_select_related = ("record",)
    search_fields = ("record__title", "claimed_by", "note")
    autocomplete_fields = ("record", "citation")
    date_hierarchy = "date"

    def save_model(self, request: HttpRequest, obj: Uptake, form: Any, change: bool) -> None:
        obj.pk = curation.claim_uptake(by=request.user, **form.cleaned_data).pk


@admin.register(ReadingList)
class ReadingListAdmin(admin.ModelAdmin):
    """Whose lists there are and who may see them; people make and change their own on the pages."""

    list_display = ("title", "owner", "visibility", "updated_at")
    list_filter = ("visibility",)
    list_select_related = ("owner",)
    search_fields = ("title", "description")
    fields = ("title", "owner", "visibility", "description", "query")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ReadingList | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: ReadingList) -> None:
        collecting.delete_list(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for one in queryset:
            collecting.delete_list(one, by=request.user)

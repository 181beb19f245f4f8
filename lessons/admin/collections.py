"""Uptake claims and reading lists in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from lessons import curation
from lessons.forms.lists import ReadingListForm
from lessons.models import ReadingList, ReadingListItem, Uptake


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


class ItemInline(admin.TabularInline):
    model = ReadingListItem
    extra = 1
    autocomplete_fields = ("record",)


@admin.register(ReadingList)
class ReadingListAdmin(admin.ModelAdmin):
    """One's own lists; administrators see everyone's."""

    form = ReadingListForm
    list_display = ("title", "owner", "visibility", "updated_at")
    list_filter = ("visibility",)
    list_select_related = ("owner",)
    search_fields = ("title", "description")
    inlines = (ItemInline,)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ReadingList]:
        lists = super().get_queryset(request)
        mine = lists.filter(owner=request.user.pk)
        return lists if request.user.has_perm("accounts.view_user") else mine

    def save_model(self, request: HttpRequest, obj: ReadingList, form: Any, change: bool) -> None:
        if not change:
            obj.owner_id = request.user.pk  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

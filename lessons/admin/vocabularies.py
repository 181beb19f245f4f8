"""Themes, tags and countries in the admin."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lessons.forms import ThemeForm
from lessons.models import Country, Tag, Theme


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    form = ThemeForm
    list_display = ("notation", "pref_label_en", "pref_label_fr", "broader", "deprecated")
    list_display_links = ("notation", "pref_label_en")
    list_filter = ("deprecated",)
    list_select_related = ("broader",)
    search_fields = (
        "pref_label_en",
        "pref_label_fr",
        "notation",
        "slug",
        "alt_labels_en",
        "alt_labels_fr",
    )
    autocomplete_fields = ("broader", "related", "replaced_by")
    prepopulated_fields = {"slug": ("pref_label_en",)}


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "used")
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Tag]:
        return super().get_queryset(request).annotate(times_used=models.Count("record_tags"))

    @admin.display(description=_("records"), ordering="times_used")
    def used(self, tag: Tag) -> int:
        return tag.times_used


@admin.register(Country)
class CountryAdmin(admin.ModelAdmin):
    list_display = ("code", "label_en", "label_fr", "region", "former")
    list_filter = ("former", "region")
    search_fields = ("code", "label_en", "label_fr")

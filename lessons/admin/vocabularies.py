"""Themes, tags and countries in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from lessons import tagging, theming
from lessons.forms.themes import ThemeForm
from lessons.models import Country, Tag, Theme


def is_naming(request: HttpRequest) -> bool:
    """Whether the search completes a field that names something."""
    return bool(request.resolver_match and request.resolver_match.url_name == "autocomplete")


class VocabularyAdmin(admin.ModelAdmin):
    """What names records: saved and deleted through the verbs, which refuse what is in use."""

    def get_search_results(
        self, request: HttpRequest, queryset: Any, term: str
    ) -> tuple[Any, bool]:
        """Offer, in a field that completes itself, only what may still be given."""
        offered = queryset & self.model.objects.offered() if is_naming(request) else queryset
        return super().get_search_results(request, offered, term)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the address of what there is: others link to it."""
        return (*self.readonly_fields, "slug") if obj else self.readonly_fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # one by one, through the verb
        return actions

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Tell what the verb refuses; by then everything is undone."""
        return self._told(request, super().delete_view, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Tell what the verb refuses; by then everything is undone."""
        return self._told(request, super().changeform_view, *args, **kwargs)

    def _told(self, request: HttpRequest, view: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(request.get_full_path())


@admin.register(Theme)
class ThemeAdmin(VocabularyAdmin):
    """Words and place of a theme; what moves records is done at the desk."""

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
    readonly_fields = ("deprecated", "replaced_by")

    def save_model(self, request: HttpRequest, obj: Theme, form: Any, change: bool) -> None:
        theming.save_theme(obj, by=request.user, related=form.cleaned_data["related"])

    def delete_model(self, request: HttpRequest, obj: Theme) -> None:
        theming.discard_theme(obj, by=request.user)


@admin.register(Tag)
class TagAdmin(VocabularyAdmin):
    """Names of tags; what moves records is done at the desk."""

    list_display = ("name", "slug", "used", "retired", "merged_into")
    list_filter = ("retired",)
    list_select_related = ("merged_into",)
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "slug", "retired", "merged_into")
    readonly_fields = ("retired", "merged_into")
    prepopulated_fields = {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        tagging.save_tag(obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        tagging.discard_tag(obj, by=request.user)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Tag]:
        return Tag.objects.with_use().order_by(*self.ordering)

    @admin.display(description=_("records"), ordering="times_used")
    def used(self, tag: Tag) -> int:
        return tag.times_used


@admin.register(Country)
class CountryAdmin(admin.ModelAdmin):
    list_display = ("code", "label_en", "label_fr", "region", "former")
    list_filter = ("former", "region")
    search_fields = ("code", "label_en", "label_fr")

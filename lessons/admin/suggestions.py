"""Cues in the admin; suggestions are decided at the desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from lessons import suggestions
from lessons.forms.suggestions import CueForm
from lessons.models import Cue

from .vocabularies import VocabularyAdmin


@admin.register(Cue)
class CueAdmin(VocabularyAdmin):
    """Cues, saved and deleted through the verbs."""

    form = CueForm
    list_display = ("phrase", "use", "kind", "language", "prior", "active")
    list_filter = ("active", "use", "kind", "language")
    search_fields = ("phrase",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Cue, form: Any, change: bool) -> None:
        suggestions.save_cue(obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Cue) -> None:
        suggestions.discard_cue(obj, by=request.user)

"""The scheme of themes."""

from __future__ import annotations

from typing import Any

from django import forms

from lessons.models import (
    Theme,
)

from .fields import LinesField


class ThemeForm(forms.ModelForm):
    """A concept; its other labels one a line."""

    class Meta:
        model = Theme
        fields = (
            "notation", "slug", "broader", "pref_label_en", "pref_label_fr",
            "alt_labels_en", "alt_labels_fr", "scope_note_en", "scope_note_fr",
            "related", "exact_match",
        )  # fmt: skip
        field_classes = {"alt_labels_en": LinesField, "alt_labels_fr": LinesField}


class SchemeForm(ThemeForm):
    """A theme as it stands in the scheme: its words, and what it stands below."""

    class Meta:
        model = Theme
        field_classes = ThemeForm.Meta.field_classes
        fields = (
            "pref_label_en", "pref_label_fr", "notation", "broader",
            "alt_labels_en", "alt_labels_fr", "scope_note_en", "scope_note_fr",
        )  # fmt: skip
        widgets = {
            "scope_note_en": forms.Textarea(attrs={"rows": 3}),
            "scope_note_fr": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # All that may stand above; what would close a circle the model refuses.
        above = Theme.objects.offered().exclude(pk=self.instance.pk)
        self.fields["broader"].queryset = above  # type: ignore[attr-defined]

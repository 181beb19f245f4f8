"""The forms of quoting: which words of a passage, and the short form of a new record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.utils import parse_tags

from lessons.evidence import Anchor, anchor
from lessons.models import Actor, Failure, Kind, Lesson, Passage, Recommendation, Record, Theme
from lessons.models.records import REQUIRED_KIND_FIELDS
from lessons.sentences import sentences

PROXIES: dict[str, type[Record]] = {
    Kind.LESSON: Lesson,
    Kind.FAILURE: Failure,
    Kind.ACTOR: Actor,
    Kind.RECOMMENDATION: Recommendation,
}


class QuotationForm(forms.Form):
    """Which words of a passage are quoted: chosen sentences, or words with where they begin."""

    sentence = forms.MultipleChoiceField(
        required=False, label=gettext_lazy("Sentences"), widget=forms.CheckboxSelectMultiple
    )
    quotation = forms.CharField(
        required=False,
        label=gettext_lazy("Or the exact words"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, passage: Passage, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passage = passage
        self.anchor: Anchor | None = None
        self.fields["sentence"].choices = [  # type: ignore[attr-defined]
            (f"{one.start}-{one.end}", one.text) for one in sentences(passage.text)
        ]

    def clean(self) -> dict[str, Any]:
        """Find the words; from the first of several sentences to the last all is quoted."""
        cleaned = super().clean() or {}
        quotation, start = cleaned.get("quotation", ""), cleaned.get("start")
        if cleaned.get("sentence"):
            ends = [int(end) for span in cleaned["sentence"] for end in span.split("-")]
            start = min(ends)
            quotation = self.passage.text[start : max(ends)]
        if not quotation.strip():
            raise ValidationError(_("Choose a sentence or give the exact words."), code="empty")
        self.anchor = anchor(self.passage.text, quotation, start=start)
        return cleaned


class QuotedRecordForm(forms.ModelForm):
    """What a new record needs; the rest is added on its own page."""

    tags = forms.CharField(
        required=False,
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("Separated by commas."),
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.filter(deprecated=False),
        required=False,
        label=gettext_lazy("Themes"),
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_tags(self) -> list[str]:
        return parse_tags(self.cleaned_data["tags"])

    def _post_clean(self) -> None:
        """Leave it to the verb to check the record, which it makes."""


def new_record_form(kind: str) -> type[forms.ModelForm]:
    """Return the short form of a record of ``kind``, with the fields it must have."""
    required = REQUIRED_KIND_FIELDS[Kind(kind)]
    form = forms.modelform_factory(
        PROXIES[kind],
        QuotedRecordForm,
        fields=("title", "statement", *required, "themes", "tags"),
        widgets={
            "title": forms.TextInput(attrs={"autofocus": True}),
            "statement": forms.Textarea(attrs={"rows": 4}),
        },
    )
    for name in required:
        form.base_fields[name].required = True
    return form

"""Quoting the words of a passage, and finding lost ones again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.evidence import (
    anchor,
    check_uncite,
    resolve,
)
from lessons.models import (
    Citation,
    Passage,
)


class CitationForm(forms.ModelForm):
    """A passage and the words quoted from it."""

    class Meta:
        model = Citation
        fields = ("passage", "exact")
        widgets = {"exact": forms.Textarea(attrs={"rows": 3, "cols": 60})}
        help_texts = {
            "exact": gettext_lazy(
                "The words as they stand in the passage; they must be found there."
            ),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        passage, exact = cleaned.get("passage"), cleaned.get("exact")
        if passage and exact:
            try:
                anchor(passage.text, exact)
            except ValidationError as error:
                self.add_error("exact", error)
        return cleaned

    def place(self) -> tuple[int, int, int] | None:
        """Return passage, start and end of what is quoted; None if that is not known."""
        passage, exact = self.cleaned_data.get("passage"), self.cleaned_data.get("exact")
        if not passage or not exact or self.errors:
            return None
        found = anchor(passage.text, exact)
        return passage.pk, found.start, found.end

    def _get_validation_exclusions(self) -> set[str]:
        # Offsets and hash are found by the verb, which then validates the whole.
        found_later = {field.name for field in Citation._meta.fields} - {"passage", "exact"}
        return super()._get_validation_exclusions() | found_later  # type: ignore[misc]


class CitationFormSet(forms.BaseInlineFormSet):
    """Refuses to take away what a published record, a link or a claim rests on."""

    def clean(self) -> None:
        super().clean()
        removed = [form.instance for form in self.deleted_forms if form.instance.pk]
        if removed:
            check_uncite(self.instance, removed)
        self._refuse_repeated(removed)

    def _refuse_repeated(self, removed: list[Citation]) -> None:
        cited = self.instance.citations.all() if self.instance.pk else []
        seen = {(c.passage_id, c.start, c.end) for c in cited if c not in removed}
        for form in self.extra_forms:
            place = None if form in self.deleted_forms else form.place()  # type: ignore[attr-defined]
            if place in seen:
                form.add_error("exact", _("This record cites these words already."))
            elif place:
                seen.add(place)


class PlaceForm(forms.Form):
    """Where a lost citation stands now: the words, and the passage by its number in the report."""

    quotation = forms.CharField(
        strip=False,
        label=gettext_lazy("The words as they stand there"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    number = forms.IntegerField(min_value=1, label=gettext_lazy("Number of the passage"))
    start = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, citation: Citation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.citation = citation

    def clean_number(self) -> Passage:
        """Return the passage of the report's current text that has the number."""
        passages = self.citation.passage.report.passages.current()
        passage = passages.filter(ordinal=self.cleaned_data["number"]).first()
        if passage is None:
            raise ValidationError(_("The report has no passage with this number."))
        return passage

    def save(self, *, by: Any) -> Citation:
        """Let the citation stand there; raises what `evidence.resolve` refuses."""
        data = self.cleaned_data
        return resolve(self.citation, data["number"], data["quotation"], by=by, start=data["start"])

"""Links between two records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.curation import check_link
from lessons.models import (
    AssertedBy,
    Citation,
    Link,
    Record,
    predicates_between,
)


class LinkForm(forms.ModelForm):
    """One end of a link; the other is the record being edited."""

    class Meta:
        model = Link
        fields = ("source", "predicate", "target", "asserted_by", "citation", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 2, "cols": 40})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ends = {name: cleaned.get(name) or self._kept(name) for name in ("source", "target")}
        if cleaned.get("predicate") and all(ends.values()):
            about = {"predicate": cleaned["predicate"], "citation": cleaned.get("citation")}
            check_link(Link(**ends, **about))
        return cleaned

    def _kept(self, end: str) -> Record | None:
        """Return the end that the record being edited fills."""
        try:
            return getattr(self.instance, end)
        except Record.DoesNotExist:
            return None


class CitationChoice(forms.ModelChoiceField):
    """A citation by the code of its record and its first words."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.record.code} “{Truncator(obj.exact).chars(90)}”"


class AddLinkForm(forms.Form):
    """How ``record`` and ``other`` are linked, in words read from the side of ``record``."""

    relation = forms.ChoiceField(widget=forms.RadioSelect, label=gettext_lazy("How"))
    asserted_by = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=AssertedBy.choices,
        initial=AssertedBy.ANALYST,
        label=gettext_lazy("Who says so"),
    )
    citation = CitationChoice(
        Citation.objects.none(),
        required=False,
        label=gettext_lazy("In these words"),
        help_text=gettext_lazy("What the source says needs the citation in which it says it."),
    )
    note = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}), label=gettext_lazy("Note")
    )

    def __init__(self, record: Record, other: Record, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record, self.other = record, other
        self.relations = self._relations()
        self.fields["relation"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, (label, _link) in self.relations.items()
        ]
        citations = Citation.objects.filter(record__in=(record, other)).select_related("record")
        self.fields["citation"].queryset = citations  # type: ignore[attr-defined]

    def _relations(self) -> dict[str, tuple[str, Link]]:
        """Return label and link of each relation that fits and is not there yet."""
        sides = ((self.record, self.other), (self.other, self.record))
        there = {
            (one.source_id, one.predicate)
            for one in Link.objects.filter(source__in=sides[0], target__in=sides[0])
        }
        return {
            f"{'from' if source is self.record else 'to'}-{predicate}": (
                str(predicate.label) if source is self.record else predicate.inverse_label,
                Link(source=source, predicate=predicate, target=target),
            )
            for source, target in sides
            for predicate in predicates_between(source.kind, target.kind)
            if (source.pk, predicate) not in there
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("asserted_by") == AssertedBy.SOURCE and not cleaned.get("citation"):
            self.add_error("citation", _("Choose the citation in which the source says so."))
        return cleaned

    def link(self) -> Link:
        """Return the link as it was described, not saved."""
        one = self.relations[self.cleaned_data["relation"]][1]
        one.asserted_by = self.cleaned_data["asserted_by"]
        one.citation = self.cleaned_data["citation"]
        one.note = self.cleaned_data["note"]
        return one

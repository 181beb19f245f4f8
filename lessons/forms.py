"""The forms of the desk: what a person types, checked before a verb is called."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.utils import parse_tags

from .curation import check_link
from .evidence import (
    Reanchored,
    anchor,
    carried_over,
    check_uncite,
    correct_passage,
    resolve,
    retext,
)
from .models import Citation, Link, Passage, ReadingList, Record, Report, Tag, Theme
from .models.records import KIND_FIELDS, REQUIRED_KIND_FIELDS
from .search import BadQuery, Filters

COMMON_FIELDS = (
    "title", "statement", "discussion", "themes", "tags", "countries",
    "phase", "year_from", "year_to", "language", "identifier",
)  # fmt: skip

PASSAGE_FIELDS = ("text", "section_path", "page", "page_label")
LONGEST_TAG = Tag._meta.get_field("name").max_length


class LinesField(SimpleArrayField):
    """Several values, one a line, since names hold commas."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("base_field", None)
        kwargs.pop("max_length", None)
        super().__init__(
            forms.CharField(required=False), delimiter="\n",
            widget=forms.Textarea(attrs={"rows": 3}), **kwargs,
        )  # fmt: skip

    def clean(self, value: Any) -> list[str]:
        return [line for line in super().clean(value) if line]


class RecordForm(forms.ModelForm):
    """A record of one kind. ``read_version`` finds out whether somebody else saved meanwhile."""

    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.all(), required=False, label=gettext_lazy("Tags")
    )
    new_tags = forms.CharField(
        required=False,
        label=gettext_lazy("New tags"),
        help_text=gettext_lazy("Tags that do not exist yet, separated by commas."),
    )

    class Meta:
        model = Record
        fields = (*COMMON_FIELDS, *(name for names in KIND_FIELDS.values() for name in names))
        field_classes = {"aliases": LinesField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = self._meta.model.objects.kind
        for name in REQUIRED_KIND_FIELDS[self.instance.kind]:
            if name in self.fields:  # not on the read-only page
                self.fields[name].required = True
        if self.instance.pk:
            self.fields["read_version"].initial = self.instance.version
            self.initial["tags"] = list(self.instance.tags.all())

    def clean_new_tags(self) -> list[str]:
        names = parse_tags(self.cleaned_data["new_tags"])
        if any(len(name) > LONGEST_TAG for name in names):
            raise ValidationError(
                _("A tag has at most %(max)d characters; separate tags with commas.")
                % {"max": LONGEST_TAG}
            )
        return names

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk:
            self._refuse_stale(cleaned.get("read_version"))
        return cleaned

    def _refuse_stale(self, read_version: int | None) -> None:
        """Lock the row until the request ends, so that what is checked here is what is saved."""
        current = Record.objects.select_for_update().get(pk=self.instance.pk)
        if current.version != read_version:
            raise ValidationError(
                _(
                    "Somebody else changed this record while you were editing (version %(now)s, "
                    "yours was %(yours)s). Your text is still below: open the record in another "
                    "window, compare, and save again there."
                )
                % {"now": current.version, "yours": read_version},
                code="conflict",
            )

    def tag_names(self) -> list[Tag | str]:
        """Return the chosen tags and the names of the new ones."""
        return [*self.cleaned_data["tags"], *self.cleaned_data["new_tags"]]

    def _save_m2m(self) -> None:
        """Leave themes, tags and countries to the verb that saves the record."""


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


class ReadingListForm(forms.ModelForm):
    """A list of records, or a query that a list of records understands."""

    class Meta:
        model = ReadingList
        fields = ("title", "description", "visibility", "query")

    def clean_query(self) -> str:
        try:
            return Filters.from_string(self.cleaned_data["query"]).query()
        except BadQuery as error:
            raise ValidationError(str(error)) from error


class ReportForm(forms.ModelForm):
    """A report's description; a new one comes with its text."""

    text = forms.CharField(
        required=False,
        strip=False,
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 20, "cols": 100}),
        help_text=gettext_lazy("Paste the text; a blank line ends a passage."),
    )

    class Meta:
        model = Report
        fields = (
            "title", "subtitle", "slug", "authors", "commissioned_by", "publisher",
            "issued", "issued_precision", "type", "language", "countries",
            "symbol", "isbn", "doi", "url", "rights", "note", "file", "page_count",
        )  # fmt: skip
        field_classes = {"authors": LinesField}


def paragraphs(text: str) -> list[str]:
    """Return what blank lines part in a text that was pasted."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    return [part.strip() for part in parts if part.strip()]


class NewTextForm(forms.Form):
    """A new text version of ``report``; ``read_version`` is the one that was on the page."""

    read_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=300, label=gettext_lazy("Why"), widget=forms.TextInput(attrs={"size": 80})
    )

    def __init__(self, report: Report, *args: Any, **kwargs: Any) -> None:
        initial = {"read_version": report.text_version, **self.starting_with(report)}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.report = report
        self.order_fields([name for name in self.fields if name != "reason"])

    def starting_with(self, report: Report) -> dict[str, Any]:
        raise NotImplementedError

    def save(self, *, by: Any) -> Reanchored:
        """Replace the text; raises what the verb refuses."""
        raise NotImplementedError

    def clean_read_version(self) -> int:
        read = int(self.cleaned_data["read_version"])
        if read != self.report.text_version:
            raise ValidationError(
                _("Somebody else replaced the text meanwhile. Open this page again.")
            )
        return read


class ReportTextForm(NewTextForm):
    """The whole text of a report, a blank line between passages."""

    text = forms.CharField(
        strip=False,
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 24, "cols": 100}),
        help_text=gettext_lazy("A blank line ends a passage."),
    )

    def starting_with(self, report: Report) -> dict[str, Any]:
        return {"text": "\n\n".join(one.text for one in report.passages.current())}

    def save(self, *, by: Any) -> Reanchored:
        passages = carried_over(self.report, paragraphs(self.cleaned_data["text"]))
        return retext(self.report, passages, by=by, reason=self.cleaned_data["reason"])


class PassageTextForm(NewTextForm):
    """One passage of a report, and where it stands there."""

    text = forms.CharField(
        label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 10, "cols": 100})
    )
    section_path = LinesField(required=False, label=gettext_lazy("Section"))
    page = forms.IntegerField(required=False, min_value=1, label=gettext_lazy("Page in the file"))
    page_label = forms.CharField(required=False, max_length=20, label=gettext_lazy("Printed page"))

    def __init__(self, passage: Passage, *args: Any, **kwargs: Any) -> None:
        self.passage = passage
        super().__init__(passage.report, *args, **kwargs)

    def starting_with(self, report: Report) -> dict[str, Any]:
        return {name: getattr(self.passage, name) for name in PASSAGE_FIELDS}

    def save(self, *, by: Any) -> Reanchored:
        changes = {name: self.cleaned_data[name] for name in PASSAGE_FIELDS}
        changes["section_path"] = tuple(changes["section_path"])
        reason = self.cleaned_data["reason"]
        return correct_passage(self.passage, by=by, reason=reason, **changes)


class ThemeForm(forms.ModelForm):
    """A concept; its other labels one a line."""

    class Meta:
        model = Theme
        fields = (
            "notation", "slug", "broader", "pref_label_en", "pref_label_fr",
            "alt_labels_en", "alt_labels_fr", "scope_note_en", "scope_note_fr",
            "related", "exact_match", "deprecated", "replaced_by",
        )  # fmt: skip
        field_classes = {"alt_labels_en": LinesField, "alt_labels_fr": LinesField}

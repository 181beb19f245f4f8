"""The forms of the desk: what a person types, checked before a verb is called."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .conflicts import Value, Values, as_text, texts_of
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
from .models import (
    AssertedBy,
    Citation,
    Country,
    Link,
    Passage,
    ReadingList,
    Record,
    Report,
    Tag,
    Theme,
    predicates_between,
)
from .models.records import KIND_FIELDS, REQUIRED_KIND_FIELDS
from .search import BadQuery, Filters
from .tagging import usable
from .theming import check_offered

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
        return names_in(self.cleaned_data["new_tags"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = value.replace("\r\n", "\n")  # as browsers end lines
        if self.instance.pk:
            self._refuse_stale(cleaned.get("read_version"))
        self._refuse_withdrawn_terms(cleaned)
        return cleaned

    @property
    def came_too_late(self) -> bool:
        """Whether all that is wrong is that somebody else has saved meanwhile."""
        return set(self.errors) == {"__all__"} and self.has_error("__all__", "conflict")

    def values(self) -> Values:
        """Return what was typed, as conflicts are compared."""
        typed: Values = {
            name: as_text(self.cleaned_data[name]) for name in texts_of(self.instance.kind)
        }
        typed["tags"] = frozenset(str(tag) for tag in self.tag_names())
        for name in ("themes", "countries"):
            typed[name] = frozenset(str(one.pk) for one in self.cleaned_data[name])
        return typed

    def posted(self, name: str, value: Value) -> dict[str, list[str]]:
        """Return what a browser would send for ``value`` of a field, by the names it sends."""
        if name == "tags":
            known = Tag.objects.filter(name__in=value)
            new = set(value) - {tag.name for tag in known}
            return {"tags": [str(tag.pk) for tag in known], "new_tags": [line_of(new)]}
        return {name: [value] if isinstance(value, str) else sorted(value)}

    def _refuse_withdrawn_terms(self, cleaned: dict[str, Any]) -> None:
        """Refuse tags that are retired and themes that are deprecated, unless borne already."""
        try:
            usable([*cleaned.get("tags", []), *cleaned.get("new_tags", [])], self.instance)
            check_offered(cleaned.get("themes"), self.instance)
        except ValidationError as error:
            self.add_error(None, error)

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


def names_in(line: str) -> list[str]:
    """Return the names in a line, separated by commas; quotation marks keep a comma in a name.

    Raises ValidationError for a name that is too long for a tag.
    """
    (typed,) = csv.reader([" ".join(line.split())], skipinitialspace=True)
    names = list(dict.fromkeys(filter(None, map(str.strip, typed))))
    if any(len(name) > LONGEST_TAG for name in names):
        raise ValidationError(
            _("A tag has at most %(max)d characters; separate tags with commas.")
            % {"max": LONGEST_TAG}
        )
    return names


def line_of(names: Iterable[str]) -> str:
    """Return the line in which `names_in` finds ``names``."""
    bare = (name.replace('"', "") for name in names)
    return ", ".join(f'"{name}"' if "," in name else name for name in sorted(bare))


class ThemeTree(ModelChoiceIterator):
    """All themes in the order of their tree, each with its ``depth``; one query."""

    def __iter__(self) -> Iterator[tuple[ModelChoiceIteratorValue, str]]:
        themes = list(self.queryset)
        narrower: dict[int | None, list[Theme]] = {}
        for theme in themes:
            narrower.setdefault(theme.broader_id, []).append(theme)
        yield from self._branches(narrower, None, 0)

    def _branches(
        self, narrower: dict[int | None, list[Theme]], broader: int | None, depth: int
    ) -> Iterator[tuple[ModelChoiceIteratorValue, str]]:
        for theme in narrower.get(broader, []):
            theme.depth = depth  # type: ignore[attr-defined]
            yield self.choice(theme)
            yield from self._branches(narrower, theme.pk, depth + 1)


class ThemesField(forms.ModelMultipleChoiceField):
    """Boxes to tick, in the order of the theme tree."""

    iterator = ThemeTree
    widget = forms.CheckboxSelectMultiple


class RecordPageForm(RecordForm):
    """The same form outside the admin: boxes to tick, and tags as one line of names."""

    themes = ThemesField(Theme.objects.all(), required=False, label=gettext_lazy("Themes"))
    countries = forms.ModelMultipleChoiceField(
        Country.objects.all(), required=False, label=gettext_lazy("Countries"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    tags = forms.CharField(  # type: ignore[assignment]
        required=False,
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("Separated by commas; a new one is made by writing it."),
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off"}),
    )
    new_tags = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4
        if self.instance.pk:
            self.initial["tags"] = line_of(tag.name for tag in self.instance.tags.all())

    def clean_tags(self) -> list[str]:
        """Return the names, known ones in the case they are known in."""
        names = names_in(self.cleaned_data["tags"])
        known = Tag.objects.annotate(plain=Lower("name"))
        spelt = dict(
            known.filter(plain__in=[n.lower() for n in names]).values_list("plain", "name")
        )
        return [spelt.get(name.lower(), name) for name in names]

    def tag_names(self) -> list[Tag | str]:
        return list(self.cleaned_data["tags"])

    def posted(self, name: str, value: Value) -> dict[str, list[str]]:
        if name == "tags":
            return {name: [line_of(value)]}
        return super().posted(name, value)


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

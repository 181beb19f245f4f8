"""The form of a record, in the admin and on its own page."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.conflicts import Value, Values, as_text, texts_of
from lessons.models import (
    Country,
    Record,
    Tag,
    Theme,
)
from lessons.models.records import KIND_FIELDS, REQUIRED_KIND_FIELDS
from lessons.tagging import usable
from lessons.theming import check_offered

from .fields import LinesField

COMMON_FIELDS = (
    "title", "statement", "discussion", "themes", "tags", "countries",
    "phase", "year_from", "year_to", "language", "identifier",
)  # fmt: skip
LONGEST_TAG = Tag._meta.get_field("name").max_length


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

"""What a person says of a table: which it is, what its columns are, what holds for all rows."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.importers.tables import FIELDS, Settings, check_mapping
from lessons.importers.tables.fields import DATE_ORDERS, SEPARATORS
from lessons.models import ActorType, FailureType, Import, Kind, Origin

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".jsonl")
UNDECIDED, LEAVE_OUT = "", "-"
SHOWN = 60  # characters of a cell that show what a column holds


class TableForm(forms.Form):
    """A table as a file, or pasted."""

    table = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)}),
        help_text=gettext_lazy("CSV, TSV, Excel, OpenDocument, JSON or JSON Lines."),
    )
    pasted = forms.CharField(
        label=gettext_lazy("Or paste the table here, with the names of its columns"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, data: Any, files: Any) -> None:
        super().__init__(data, files, label_suffix="")

    def clean(self) -> dict[str, Any]:
        """Ask for one of both."""
        found = super().clean() or {}
        if bool(found.get("table")) == bool(found.get("pasted")) and not self.errors:
            raise ValidationError(_("Choose a file, or paste a table."))
        return found

    @property
    def file(self) -> tuple[File[Any], str]:
        """The table, and what it is called."""
        if self.cleaned_data["table"]:
            return self.cleaned_data["table"], self.cleaned_data["table"].name
        return ContentFile(self.cleaned_data["pasted"].encode()), _("pasted.txt")


class SheetForm(forms.Form):
    """Which sheet of a workbook it is, and which of its rows names the columns."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"))
    header_row = forms.IntegerField(
        label=gettext_lazy("Row with the names of the columns"), min_value=1, required=False
    )

    def __init__(self, data: Any, *, sheets: list[str], **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]


def _groups() -> list[tuple[Any, Any]]:
    """Return what a column may fill, by group."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in FIELDS.values():
        found.setdefault(str(one.group), []).append((one.name, str(one.label)))
    return [
        (UNDECIDED, _("— choose —")),
        (LEAVE_OUT, _("leave out")),
        *found.items(),
    ]


class ColumnsForm(forms.Form):
    """What each column fills (``column-0``…), and what holds for all rows."""

    leave_out_rest = forms.BooleanField(
        label=gettext_lazy("Leave out every column for which nothing is chosen")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of record"), choices=[("", "—"), *Kind.choices]
    )
    origin = forms.ChoiceField(
        label=gettext_lazy("Who drew the lessons"), choices=[("", "—"), *Origin.choices]
    )
    failure_type = forms.ChoiceField(
        label=gettext_lazy("Kind of failure"), choices=[("", "—"), *FailureType.choices]
    )
    actor_type = forms.ChoiceField(
        label=gettext_lazy("Kind of actor"), choices=[("", "—"), *ActorType.choices]
    )
    language = forms.CharField(
        label=gettext_lazy("Language"), max_length=10, help_text=gettext_lazy("en or fr")
    )
    title_from_statement = forms.BooleanField(
        label=gettext_lazy("Where a title is missing, take the first words of the statement")
    )
    scheme = forms.SlugField(
        label=gettext_lazy("Whose references these are"), max_length=60,
        help_text=gettext_lazy(
            "A short name, such as nasa-llis: number 29 of two origins is not the same."
        ),
    )  # fmt: skip
    separator = forms.ChoiceField(
        label=gettext_lazy("Between several values of a cell"), choices=list(SEPARATORS.items())
    )
    date_order = forms.ChoiceField(
        label=gettext_lazy("Dates such as 03/04/2005"), choices=list(DATE_ORDERS.items())
    )
    source_title = forms.CharField(label=gettext_lazy("Title of the source"), max_length=300)
    source_url = forms.CharField(label=gettext_lazy("Address of the source"), max_length=500)
    source_date = forms.CharField(label=gettext_lazy("Date of the source"), max_length=20)
    source_publisher = forms.CharField(
        label=gettext_lazy("Publisher of the source"), max_length=300
    )
    source_authors = forms.CharField(label=gettext_lazy("Authors of the source"), max_length=500)

    STANDING_IN = ("kind", "origin", "failure_type", "actor_type", "language",
                   "title_from_statement")  # fmt: skip
    READING = ("scheme", "separator", "date_order")
    SOURCE = ("source_title", "source_url", "source_date", "source_publisher", "source_authors")

    def __init__(
        self, data: Any, one: Import, mapping: dict[str, str], settings: Settings, sample: Any
    ) -> None:
        """``sample`` are rows of the table, to show what its columns hold."""
        super().__init__(data, label_suffix="", initial=vars(settings))
        self.one, self.sample = one, sample
        for name in self.fields:
            self.fields[name].required = False
        for place, column in enumerate(one.columns):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=column, choices=_groups(), required=False,
                initial=(mapping[column] or LEAVE_OUT) if column in mapping else UNDECIDED,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse a column of which nothing is said."""
        found = super().clean() or {}
        if not self.errors:
            check_mapping(self.one.columns, self.mapping)
            self._check_scheme(found["scheme"])
        return found

    def _check_scheme(self, scheme: str) -> None:
        """Ask whose references they are where they are bare numbers: others count from 1 too."""
        places = [p for p, one in enumerate(self.one.columns) if self.mapping[one] == "reference"]
        cells = [row.cells[place] for row in self.sample for place in places]
        if not scheme and any(cells) and all(cell.isdigit() for cell in cells if cell):
            self.add_error("scheme", _("These are bare numbers: say whose."))

    @property
    def mapping(self) -> dict[str, str]:
        """By column the field that it fills, empty if it is left out."""
        rest = LEAVE_OUT if self.cleaned_data["leave_out_rest"] else UNDECIDED
        said = {
            column: self.cleaned_data[f"column-{place}"] or rest
            for place, column in enumerate(self.one.columns)
        }
        return {column: name.replace(LEAVE_OUT, "") for column, name in said.items() if name}

    @property
    def settings(self) -> Settings:
        """What holds for all rows."""
        return Settings(**{one.name: self.cleaned_data[one.name] for one in fields(Settings)})

    @property
    def undecided(self) -> bool:
        """Whether there are columns for which nothing is chosen."""
        return any(field.value() == UNDECIDED for field, _examples in self.columns)

    @property
    def columns(self) -> list[tuple[Any, list[str]]]:
        """Each column's field with some of what stands in it."""
        return [
            (self[f"column-{place}"], self._examples(place))
            for place in range(len(self.one.columns))
        ]

    def _examples(self, place: int) -> list[str]:
        cells = dict.fromkeys(row.cells[place] for row in self.sample if row.cells[place].strip())
        return [cell[:SHOWN] + ("…" if len(cell) > SHOWN else "") for cell in list(cells)[:3]]

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """What holds for all rows, by what it is about."""
        return [
            (_("Where a row says nothing"), [self[name] for name in self.STANDING_IN]),
            (_("How cells are read"), [self[name] for name in self.READING]),
            (_("What new records rest on"), [self[name] for name in self.SOURCE]),
        ]

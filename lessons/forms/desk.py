"""The forms of the desk's list: what it is narrowed by, and what is done to many of its records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.bulk import ACTIONS, preview
from lessons.models import Kind, Status, Tag, Theme
from lessons.models.desk import QUALITIES
from lessons.models.records import CODE
from lessons.permissions import at_the_desk


class DeskFilterForm(forms.Form):
    """What the desk's list is narrowed by most; what else its address asks for is kept."""

    q = forms.CharField(required=False, label=gettext_lazy("Words or code"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    status = forms.ChoiceField(label=gettext_lazy("Status"))
    quality = forms.ChoiceField(label=gettext_lazy("Weakness"))
    assigned = forms.ChoiceField(label=gettext_lazy("Assigned to"))

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take the parameters of the list; those with several values stay as they are."""
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        first = {name: values[0] for name, values in given.items()}
        super().__init__(initial=first, label_suffix="")
        offered: dict[str, list[Any]] = {
            "kind": Kind.choices,
            "status": Status.choices,
            "quality": list(QUALITIES.items()),
            "assigned": [("me", _("me")), ("none", _("nobody")), *_people()],
        }
        for name, choices in offered.items():
            self.fields[name].choices = [("", _("any")), *choices]  # type: ignore[attr-defined]
            if len(given.get(name, [])) > 1:
                del self.fields[name]
        self.kept = [(n, v) for n, values in given.items() for v in values if n not in self.fields]


def _people() -> list[tuple[str, str]]:
    return [(user.username, str(user)) for user in at_the_desk()]


class BulkForm(forms.Form):
    """An action on many records, what it needs, and once it was shown, the versions shown."""

    action = forms.ChoiceField(
        choices=[(action.name, action.label) for action in ACTIONS.values()],
        widget=forms.HiddenInput,
    )
    codes = forms.CharField(required=False, widget=forms.HiddenInput)
    versions = forms.CharField(required=False, widget=forms.HiddenInput)
    query = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=1000)
    person = forms.ModelChoiceField(
        at_the_desk(), required=False, label=gettext_lazy("Person"),
        empty_label=gettext_lazy("nobody"),
    )  # fmt: skip
    theme = forms.ModelChoiceField(
        Theme.objects.filter(deprecated=False), label=gettext_lazy("Theme")
    )
    tag = forms.CharField(
        label=gettext_lazy("Tag"), max_length=Tag._meta.get_field("name").max_length
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        self.chosen = ACTIONS.get(data.get("action", ""))
        self.needs = self.chosen.needs if self.chosen else ""
        for name in {"reason", "person", "theme", "tag"} - {self.needs}:
            del self.fields[name]
        if self.needs == "theme" and self.chosen.name == "remove_theme":  # type: ignore[union-attr]
            self.fields["theme"].queryset = Theme.objects.all()  # type: ignore[attr-defined]
        if self.needs and self.needs not in data:
            self.is_bound = False  # not asked yet
            self.initial = dict(data.items())

    @property
    def argument(self) -> Any:
        """What the action needs."""
        return self.cleaned_data.get(self.needs)

    @property
    def shown_argument(self) -> str:
        """What the action needs, in words."""
        label, argument = self.fields[self.needs].label, self.argument
        return _("%(label)s: %(value)s") % {"label": label, "value": argument or _("nobody")}

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the confirmation sends again."""
        names = ("action", "query", *([self.needs] if self.needs else []))
        return [(name, self.data.get(name, "")) for name in names]

    def page(self, *, by: Any) -> dict[str, Any]:
        """Return what curate/bulk.html shows: the question still open, or what would happen.

        Raises ValidationError if these records cannot be changed together.
        """
        assert self.chosen is not None  # noqa: S101
        outcome = None
        if self.is_valid():
            codes = self.cleaned_data["codes"]
            outcome = preview(self.chosen, codes, self.argument, by=by)
        return {"form": self, "outcome": outcome, "title": self.chosen.label}

    def clean_codes(self) -> list[str]:
        return _codes(self.cleaned_data["codes"].split())

    def clean_versions(self) -> dict[str, int]:
        pairs = [pair.partition(":") for pair in self.cleaned_data["versions"].split()]
        _codes([code for code, _colon, _version in pairs])
        if not all(version.isascii() and version.isdecimal() for _code, _colon, version in pairs):
            raise ValidationError(_("Choose the records again."))
        return {code: int(version) for code, _colon, version in pairs}


def _codes(codes: list[str]) -> list[str]:
    if not all(CODE.fullmatch(code) for code in codes):
        raise ValidationError(_("Choose the records again."))
    return codes

"""Reports and their texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessons.evidence import (
    NEEDS_REVIEWER,
    Reanchored,
    carried_over,
    correct_passage,
    may_set_access,
    retext,
)
from lessons.models import (
    Passage,
    Report,
)

from .fields import LinesField

PASSAGE_FIELDS = ("text", "section_path", "page", "page_label")


class ReportForm(forms.ModelForm):
    """A report's description; a new one comes with its text. A file comes by being uploaded."""

    text = forms.CharField(
        required=False,
        strip=False,
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 20, "cols": 100}),
        help_text=gettext_lazy("Paste the text; a blank line ends a passage."),
    )

    by: Any = None  # who fills it in

    class Meta:
        model = Report
        fields = (
            "title", "subtitle", "slug", "authors", "commissioned_by", "publisher",
            "issued", "issued_precision", "type", "language", "countries",
            "symbol", "isbn", "doi", "url", "rights", "access", "note", "page_count",
        )  # fmt: skip
        field_classes = {"authors": LinesField}

    def clean_access(self) -> str:
        changes = self.instance.pk and "access" in self.changed_data
        if changes and not may_set_access(self.instance, self.by):
            raise ValidationError(NEEDS_REVIEWER, code="needs_reviewer")
        return str(self.cleaned_data["access"])


def paragraphs(text: str) -> list[str]:
    """Return what blank lines part in a text that was pasted."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    return [part.strip() for part in parts if part.strip()]


def said_of(outcome: Reanchored) -> Iterator[tuple[int, str]]:
    """Yield level and text of the messages that say what became of a report's citations."""
    moved, lost = len(outcome.moved), len(outcome.lost)
    text = ngettext(
        "Text version %(version)d is read now; %(count)d citation was found again in it.",
        "Text version %(version)d is read now; %(count)d citations were found again in it.",
        moved,
    )
    yield messages.SUCCESS, text % {"version": outcome.text_version, "count": moved}
    if lost:
        text = ngettext("%(count)d citation was lost.", "%(count)d citations were lost.", lost) % {
            "count": lost
        }
        link = (reverse("lost_citations"), _("Say where they stand now"))
        yield messages.WARNING, format_html('{} <a href="{}">{}</a>', text, *link)
    if outcome.sent_back:
        codes = ", ".join(record.code for record in outcome.sent_back)
        yield messages.WARNING, _("Sent back to review: %(codes)s.") % {"codes": codes}


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

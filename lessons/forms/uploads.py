"""Files that are uploaded, and what a person confirms of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lessons.evidence import Reanchored
from lessons.ingest import uploads
from lessons.ingest.describing import described
from lessons.ingest.document import Metadata
from lessons.models import Country, Report, Upload

from .fields import LinesField
from .reports import NewTextForm, ReportForm


class FilesInput(forms.ClearableFileInput):
    """One field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Cleans to a list of files."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        clean = super().clean
        return [clean(one, initial) for one in (data or [None])]


class UploadForm(forms.Form):
    """The files to read."""

    documents = FilesField(
        label=_("Files"),
        widget=FilesInput(attrs={"accept": ",".join(uploads.SUFFIXES)}),
        max_length=255,
    )


class DescriptionForm(forms.ModelForm):
    """What an upload is, filled in by what its file says of itself."""

    countries = forms.ModelMultipleChoiceField(
        Country.objects.all(), required=False, label=_("Countries"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    suggest = forms.BooleanField(
        label=_("Look for suggestions in it"), required=False, initial=True,
        help_text=_("Rules propose what may be worth a record, in the background."),
    )  # fmt: skip

    class Meta:
        model = Report
        fields = ReportForm.Meta.fields
        field_classes = {"authors": LinesField}
        widgets = {
            "rights": forms.Textarea(attrs={"rows": 2}),
            "note": forms.Textarea(attrs={"rows": 2}),
            "issued": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, upload: Upload, *args: Any, **kwargs: Any) -> None:
        about = upload.document
        said = described(Metadata(**about["metadata"]), about["page_count"], upload.name)
        super().__init__(*args, **{**kwargs, "initial": said})
        self.upload = upload

    def confirm(self, *, by: Any) -> Report:
        """Make the report; raises what the verb refuses."""
        return uploads.confirm(self.upload, by=by, **self.cleaned_data)


class UploadedTextForm(NewTextForm):
    """The text of ``report``, replaced by what was read in an upload for it."""

    def __init__(self, report: Report, upload: Upload, *args: Any, **kwargs: Any) -> None:
        super().__init__(report, *args, **kwargs)
        self.upload = upload

    def starting_with(self, report: Report) -> dict[str, Any]:
        return {}

    def save(self, *, by: Any) -> Reanchored:
        return uploads.replace_text(self.upload, by=by, reason=self.cleaned_data["reason"])

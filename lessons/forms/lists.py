"""Reading lists."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from lessons.models import (
    ReadingList,
)
from lessons.search import BadQuery, Filters


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

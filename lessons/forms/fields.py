"""A field that several forms use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField


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

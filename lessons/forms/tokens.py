"""A new token of the API."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Scope, Token

DAYS = {
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("a year"),
    "": gettext_lazy("until it is revoked"),
}


class TokenForm(forms.Form):
    """What it is for, what it opens, and for how long."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=Token._meta.get_field("name").max_length
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("What it opens"), choices=Scope.choices, widget=forms.RadioSelect,
        initial=Scope.READ,
    )  # fmt: skip
    days = forms.ChoiceField(
        label=gettext_lazy("How long"), choices=list(DAYS.items()), initial="90", required=False
    )

    def expires_at(self) -> datetime | None:
        """Return the moment from which it opens nothing."""
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=int(days)) if days else None

"""Inviting somebody, and accepting it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import Role, User


class InviteForm(forms.Form):
    """Who is invited, and in which role."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)


class AcceptForm(forms.ModelForm):
    """What somebody says of themselves when they accept."""

    password = forms.CharField(
        label=gettext_lazy("Password"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name")

"""Reading lists: what they are called, who may see them, and with whom they are owned."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from lessons.models import Frequency, ReadingList, SavedSearch
from lessons.search import BadQuery, Filters


class ReadingListForm(forms.ModelForm):
    """A list of records, or a query that a list of records understands."""

    read_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, required=False)

    class Meta:
        model = ReadingList
        fields = ("title", "description", "visibility", "query")
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "visibility": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["read_version"] = self.instance.version
            if not self.instance.is_living:
                del self.fields["query"]  # it holds records

    def clean_query(self) -> str:
        try:
            return Filters.from_string(self.cleaned_data["query"]).query()
        except BadQuery as error:
            raise ValidationError(str(error)) from error


class OwnerForm(forms.Form):
    """Somebody who is to own a list too."""

    person = forms.CharField(
        label=gettext_lazy("User name or e-mail address"), max_length=254, strip=True
    )

    def clean_person(self) -> User:
        name = self.cleaned_data["person"]
        people = User.objects.filter(is_active=True)
        person = people.filter(Q(username=name) | Q(email=name.lower())).first()
        if person is None:
            raise ValidationError(
                _("Nobody who can sign in is called “%(name)s”.") % {"name": name}
            )
        return person


class SavedSearchForm(forms.ModelForm):
    """A search to keep, and how often to tell of what is new in it."""

    class Meta:
        model = SavedSearch
        fields = ("title", "query", "frequency")
        widgets = {"query": forms.HiddenInput}


class FrequencyForm(forms.Form):
    """How often."""

    frequency = forms.ChoiceField(label=gettext_lazy("E-mail"), choices=Frequency.choices)

"""The form of a cue."""

from __future__ import annotations

from django import forms

from lessons.models import Cue


class CueForm(forms.ModelForm):
    """A phrase and what it is for; the verb checks it."""

    class Meta:
        model = Cue
        fields = ("phrase", "use", "kind", "language", "prior", "active")
        widgets = {
            "prior": forms.NumberInput(attrs={"min": 0, "max": 1, "step": 0.05}),
            "phrase": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def _post_clean(self) -> None:
        """Take over what was typed; leave it to the verb to check the cue."""
        for name, value in self.cleaned_data.items():
            setattr(self.instance, name, value)

"""Fields that we need more than once, or that differ from Django's in one respect."""

from typing import Any

from django.conf import settings
from django.db import models


class WebAddressField(models.URLField):
    """An address typed without a scheme is taken for https, as in Django 6."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"assume_scheme": "https", **kwargs})


def person(label: Any) -> models.ForeignKey:
    """Return the field of who did something; None is the console, and nobody is forgotten."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

"""Fields that differ from Django's in one respect."""

from typing import Any

from django.db import models


class WebAddressField(models.URLField):
    """An address typed without a scheme is taken for https, as in Django 6."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"assume_scheme": "https", **kwargs})

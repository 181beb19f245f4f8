"""The addresses of the API; ``config/urls.py`` puts them below ``/api/v1/``."""

from typing import Any

from django.urls import re_path

from lessons import converters  # noqa: F401  (registers the path converters used below)

from . import entities, records, writing  # noqa: F401  (they declare the operations)
from .application import api, nowhere
from .serving import served


def _served(pattern: Any) -> Any:
    pattern.callback = served(pattern.callback)
    return pattern


patterns = [_served(one) for one in (*api.urls[0], re_path("", nowhere, name="nowhere"))]
urls = (patterns, "ninja", api.urls_namespace)

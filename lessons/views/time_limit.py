"""Reading takes a worker for a few seconds at most, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from lessons.search.limits import TooLong, unlimited, within

from .access import unavailable

READING = {"GET", "HEAD"}


class ReadingTakesSeconds:
    """Middleware: limits every request that only reads; writing takes the time it needs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer within ``READ_TIMEOUT`` seconds, or say that it cannot be done."""
        if request.method not in READING:
            return self.get_response(request)
        with within(settings.READ_TIMEOUT):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer 503 to what took too long."""
        if not isinstance(error, TooLong):
            return None
        with unlimited():
            return unavailable(
                request,
                _("This takes too long"),
                _(
                    "The answer took longer than is good for everyone else. "
                    "Search for fewer or rarer words, or narrow the list, and try again."
                ),
            )

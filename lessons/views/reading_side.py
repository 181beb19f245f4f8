"""Pages that only read may be read from a replica; who wrote sees what they wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from lessons import replica
from lessons.outages import Outage, outage

SAFE = {"GET", "HEAD", "OPTIONS"}
COOKIE = "hindsight_written"
NEVER = ("/admin/", "/readyz")


class ReadingSide:
    """Middleware, the innermost: says for each request whether the replica may be asked.

    Whoever writes is given the place in the log behind it, in a signed cookie, and is answered by
    the replica once that has replayed it. Programs keep no cookies: with a token it is the primary.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, from the replica where that is right."""
        if not replica.configured():
            return self.get_response(request)
        if request.method not in SAFE:
            return self._noted(self.get_response(request))
        place = _place(request)
        if place is None:
            return self.get_response(request)
        with replica.reading(place):
            return self.get_response(request)

    def _noted(self, response: HttpResponseBase) -> HttpResponseBase:
        response.set_signed_cookie(
            COOKIE,
            str(replica.written()),
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer once more, from the primary, where the replica failed on the way."""
        if not replica.is_asked() or outage(error) is not Outage.DATABASE:
            return None
        replica.standing.failed(error)
        found: Any = request.resolver_match
        with replica.primary():
            answer: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
            return answer


def _place(request: HttpRequest) -> int | None:
    """Return how new the replica must be for this request; None if it is not to be asked."""
    if "Authorization" in request.headers or request.path.startswith(NEVER):
        return None
    return int(request.get_signed_cookie(COOKIE, default="0") or 0)  # a forged one is none

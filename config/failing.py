"""The answer when a view fails: 503 where waiting helps, 500 where it is our own mistake."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from lessons.api.problems import away, failed
from lessons.outages import Outage, outage
from lessons.views.access import RETRY_AFTER


def server_error(request: HttpRequest) -> HttpResponse:
    """Tell what failed without a query: the database may be what failed.

    Django calls this (``handler500``) while it handles the exception.
    """
    error = sys.exception()
    what = outage(error)
    if what is not None:
        return unavailable(request, what)
    if request.path.startswith("/api/"):
        return failed(error).response()
    return HttpResponse(render_to_string("500.html"), status=500)


def unavailable(request: HttpRequest, what: Outage) -> HttpResponse:
    """Answer 503 without a query, to people and programs each in their way."""
    if request.path.startswith("/api/"):
        return away(what).response()
    page = render_to_string("unreachable.html", {"away": what.value})
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    return HttpResponse(page, status=503, headers=headers)

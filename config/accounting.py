"""Every request has an id, a line in the log, and is counted; slow queries are named."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.utils.encoding import escape_uri_path

from . import metrics
from .logs import request_id

access, queries = logging.getLogger("hindsight.access"), logging.getLogger("hindsight.queries")
ID = "X-Request-ID"
VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
SECRET = {"token", "key", "uidb36"}  # parts of an address that open something


class Accounted:
    """The outermost middleware: gives a request its id, and accounts for it when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the id in ``X-Request-ID``: a proxy's, if it looks like one, or a new one."""
        began = time.monotonic()
        asked = request.headers.get(ID, "")
        known = request_id.set(asked if VALID_ID.fullmatch(asked) else uuid.uuid4().hex)
        try:
            with connection.execute_wrapper(_timed):
                response = self.get_response(request)
            _account(request, response, time.monotonic() - began)
            response[ID] = request_id.get()
        finally:
            request_id.reset(known)
        return response


def _account(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    view = request.resolver_match.view_name if request.resolver_match else ""
    metrics.count(request.method or "", view, response.status_code, seconds)
    ms, path = round(seconds * 1000, 1), shown_path(request)
    told = {"method": request.method, "path": path, "view": view, "ms": ms}
    access.info(
        *("%s %s %s %s ms", request.method, path, response.status_code, ms),
        extra={**told, "status": response.status_code, "user": _who(request)},
    )


def shown_path(request: HttpRequest) -> str:
    """Return the path without its query and without what opens something."""
    path = request.path
    given = request.resolver_match.kwargs if request.resolver_match else {}
    for name in SECRET & set(given):
        path = path.replace(str(given[name]), "***")
    return escape_uri_path(path)  # no line of the log is forged by an address


def _who(request: HttpRequest) -> int | None:
    """Return the user's number where the session was read already: no query for a log."""
    user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)


def _timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if not settings.SLOW_QUERY:
        return execute(sql, params, many, context)
    began = time.monotonic()
    try:
        return execute(sql, params, many, context)
    finally:
        ms = round((time.monotonic() - began) * 1000, 1)
        if ms >= settings.SLOW_QUERY:  # without its values: they are people's
            queries.warning("%s ms: %s", ms, sql, extra={"ms": ms, "sql": sql})

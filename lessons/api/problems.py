"""What goes wrong, told as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    PermissionDenied,
    RequestDataTooBig,
    ValidationError,
)
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as Malformed

from lessons.curation import EditConflict
from lessons.outages import Outage, outage, words_for
from lessons.search import BadQuery, Building, SearchUnavailable
from lessons.search.limits import TooLong

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 10  # seconds
CONFLICTS = {"wrong_status", "merged", "no_change"}  # codes of refusals: it is so already


class Problem(Exception):
    """An answer other than the one asked for; ``headers`` go with it, ``more`` into its body."""

    def __init__(
        self,
        status: int,
        detail: str,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.headers, self.more = dict(headers or {}), more

    def response(self) -> HttpResponse:
        """Return it as an answer."""
        body = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        return HttpResponse(
            json.dumps(body), status=self.status, content_type=MEDIA_TYPE, headers=self.headers
        )


def register(api: NinjaAPI) -> None:
    """Let ``api`` tell each kind of error as a problem."""
    for kind, told in TOLD.items():
        api.add_exception_handler(kind, _handler(told))


def _handler(told: Any) -> Any:
    def handle(request: HttpRequest, error: Any) -> HttpResponse:
        return told(error).response()

    return handle


def not_found(error: Exception | None = None) -> Problem:
    """Return the problem of an address that leads to nothing that who asks may see."""
    return Problem(404, _("There is nothing at this address that you may see."))


def unavailable(error: Exception) -> Problem:
    """Return the problem of an index that cannot answer just now."""
    return Problem(503, str(error), {"Retry-After": str(RETRY_AFTER)})


def failed(error: BaseException | None) -> Problem:
    """Return the problem of what nobody foresaw, or of a database or a disk that is away."""
    if isinstance(error, TooLong):  # while it was still asked who asks
        return _too_long(error)
    what = outage(error)
    if what is None:
        return Problem(500, _("Something went wrong here. It has been noted."))
    return away(what)


def away(what: Outage) -> Problem:
    """Return the problem of something that is away."""
    return Problem(503, words_for(what), {"Retry-After": str(RETRY_AFTER)})


def _too_long(error: TooLong) -> Problem:
    detail = _(
        "The answer took longer than is good for everyone else. "
        "Search for fewer or rarer words, or narrow the list, and try again."
    )
    return Problem(503, detail, {"Retry-After": str(RETRY_AFTER)})


def _malformed(error: Malformed) -> Problem:
    errors = [
        {"pointer": "/" + "/".join(str(part) for part in one["loc"][2:]), "detail": one["msg"]}
        for one in error.errors
    ]
    return Problem(422, _("The body is not as the documentation says."), errors=errors)


def _refused(error: ValidationError) -> Problem:
    if getattr(error, "code", None) in CONFLICTS:
        return Problem(409, " ".join(error.messages))
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error}
    errors = [
        {"pointer": "" if name == NON_FIELD_ERRORS else f"/{name}", "detail": str(message)}
        for name, messages in by_field.items()
        for message in messages
    ]
    return Problem(422, " ".join(error.messages), errors=errors)


def _overtaken(error: IntegrityError) -> Problem:
    return Problem(
        409, _("Something was changed in the meantime. Look again and repeat it.")
    )  # the database's own words name tables


TOLD: dict[type[Exception], Any] = {
    Problem: lambda error: error,
    Http404: not_found,
    BadQuery: lambda error: Problem(400, str(error)),
    HttpError: lambda error: Problem(error.status_code, str(error)),
    Malformed: _malformed,
    EditConflict: lambda error: Problem(412, " ".join(error.messages)),
    ValidationError: _refused,
    PermissionDenied: lambda error: Problem(403, str(error) or _("This is not open to you.")),
    IntegrityError: _overtaken,
    RequestDataTooBig: lambda error: Problem(413, _("This is more than one request may bring.")),
    SearchUnavailable: unavailable,
    Building: unavailable,
    TooLong: _too_long,
}

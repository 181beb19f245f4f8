"""What holds for every address of the API: who asks, how often, and what they have already."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.utils import check_csrf

from accounts import limits, second_factor, tokens
from lessons.search.limits import unlimited

from .problems import Problem, failed

logger = logging.getLogger("django.request")
SAFE = {"GET", "HEAD", "OPTIONS"}
JSON = "application/json"
BEARER = "Bearer"
# Other sites' pages may read, as nobody or by a token; a browser never sends them our session.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, RateLimit, RateLimit-Policy, "
    "Retry-After",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Authorization, If-None-Match, Accept-Language",
    "Access-Control-Max-Age": "86400",
}
View = Callable[..., HttpResponseBase]


def served(view: View) -> View:
    """Return ``view`` as an address of the API: open to all, who asks being told by a token or a
    session; counted, cacheable, and with a problem for whatever goes wrong."""

    @csrf_exempt  # sessions are checked below, tokens need none
    @login_not_required
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        headers: dict[str, str] = {}
        try:
            _identify(request)
            headers = _counted(request)
            _check_body(request)
            response = _answered(view, request, *args, **kwargs)
        except Problem as problem:
            response = problem.response()
        except Exception as error:
            logger.exception("The API failed at %s", request.path)
            response = failed(error).response()
        for name, value in ({**headers, **CORS} if request.method in SAFE else headers).items():
            response.setdefault(name, value)
        patch_vary_headers(response, ["Accept-Language", "Authorization", "Cookie"])
        return _conditional(request, response)

    return answer


def _identify(request: HttpRequest) -> None:
    """Let ``request.user`` be the holder of the token shown, else of the session.

    ``request.auth`` is the token, or None. A session may only write with the check against forged
    requests that pages have too.
    """
    request.auth = None  # type: ignore[attr-defined]
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        token = tokens.holder(secret.strip()) if scheme.lower() == BEARER.lower() else None
        if token is None:
            raise Problem(
                401,
                _("This token opens nothing: it is wrong, has expired or was revoked."),
                {"WWW-Authenticate": f'{BEARER} error="invalid_token"'},
            )
        request.auth, request.user = token, token.user  # type: ignore[attr-defined]
    elif second_factor.is_missing(request.user):
        raise Problem(403, _("Your role needs a second factor: sign in and set one up first."))
    elif request.method not in SAFE and request.user.is_authenticated and check_csrf(request):
        raise Problem(403, _("Send the CSRF token of your session, or use a token of the API."))
    if settings.SIGN_IN_REQUIRED and not (request.user.is_authenticated or _is_preflight(request)):
        raise Problem(401, _("Reading needs a token here."), {"WWW-Authenticate": BEARER})


def _is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS"


def require_writer(request: HttpRequest) -> None:
    """Raise the problem of somebody who is not known or shows a token for reading alone."""
    if not request.user.is_authenticated:
        raise Problem(401, _("Writing needs a token."), {"WWW-Authenticate": BEARER})
    token = request.auth  # type: ignore[attr-defined]
    if token and not tokens.may_write(token):
        raise Problem(
            403,
            _("This token is for reading alone."),
            {"WWW-Authenticate": f'{BEARER} error="insufficient_scope", scope="write"'},
        )


def _counted(request: HttpRequest) -> dict[str, str]:
    """Count the request; raises the problem of too many.

    A person counts by themselves wherever they sit; an address stands only for those who are
    nobody, and only here, so no office is kept from reading the pages.
    """
    reading = request.method in SAFE
    name, most = ("read", settings.API_READS) if reading else ("write", settings.API_WRITES)
    who = f"user {request.user.pk}" if request.user.is_authenticated else _address(request)
    if not most:
        return {}
    with unlimited():
        allowance = limits.count(name, who, most)
    if allowance.spent:
        raise Problem(
            429,
            _("Too many requests in this minute. Wait, or read more in one request."),
            {**allowance.headers(), "Retry-After": str(allowance.seconds)},
        )
    return allowance.headers()


def _address(request: HttpRequest) -> str:
    """Return the network address of who asks, as for those who sign in."""
    return get_adapter().get_client_ip(request)[:60]


def _check_body(request: HttpRequest) -> None:
    sent = request.META.get("CONTENT_LENGTH") not in {None, "", "0"}
    if request.method not in SAFE and sent and request.content_type != JSON:
        raise Problem(415, _("Send the body as application/json."), {"Accept": JSON})


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=PREFLIGHT)
    method = request.method
    if method == "HEAD":  # the server leaves the body out
        request.method = "GET"
    try:
        response = view(request, *args, **kwargs)
    finally:
        request.method = method
    if response.status_code == 405:  # noqa: PLR2004
        taken = response["Allow"].split(", ")
        allow = ", ".join(sorted({*taken, *(SAFE if "GET" in taken else {"OPTIONS"})}))
        raise Problem(
            405, _("This address takes %(methods)s.") % {"methods": allow}, {"Allow": allow}
        )
    return response


def _conditional(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Name the state of what was read, and answer 304 to who has it already."""
    if request.method not in {"GET", "HEAD"} or response.status_code != 200:  # noqa: PLR2004
        return response
    assert isinstance(response, HttpResponse)  # noqa: S101  (nothing here is streamed)
    if not response.has_header("ETag"):
        response["ETag"] = f'"{digest(response.content)}"'
    private = "private, " if request.user.is_authenticated else ""
    response.setdefault("Cache-Control", f"{private}no-cache")
    return get_conditional_response(request, response["ETag"], None, response) or response


def digest(content: bytes) -> str:
    """Return a short name for what was answered."""
    return hashlib.sha256(content).hexdigest()[:20]

"""An installation for its own people: every address asks who reads, those of signing in aside.

A browser is led to the sign-in page. A program (a feed reader, a script that takes a file along)
shows a token of the API as it does there, for reading; without one it is answered 401.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from . import tokens
from .second_factor import API

# Who watches the installation, who leaves it, and who is told that nothing here is for them.
OPEN = {"healthz", "readyz", "metrics", "set_language", "unsubscribe", "robots"}
SIGNING_IN = ("allauth.", "accounts.")
BEARER = "Bearer"
SAFE = {"GET", "HEAD"}
Answer = Callable[[HttpRequest], HttpResponseBase]


class SignInRequired:
    """Keeps everything for people who are signed in, if HINDSIGHT_SIGN_IN_REQUIRED says so."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.SIGN_IN_REQUIRED:
            patch_cache_control(response, private=True)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, *_arguments: Any
    ) -> HttpResponseBase | None:
        """Answer in place of every page for who is nobody."""
        if not settings.SIGN_IN_REQUIRED or _is_open(request, view):
            return None
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == BEARER.lower() and request.method in SAFE:
            token = tokens.holder(secret.strip())
            if token is None:
                return _unknown(f'{BEARER} error="invalid_token"')
            request.auth, request.user = token, token.user  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            return None
        if "text/html" in request.headers.get("Accept", ""):
            return redirect_to_login(request.get_full_path())
        return _unknown(BEARER)


def _is_open(request: HttpRequest, view: Any) -> bool:
    found = request.resolver_match
    if found is None or API in found.namespaces:  # the API answers for itself, in its own words
        return True
    return found.url_name in OPEN or view.__module__.startswith(SIGNING_IN)


def _unknown(challenge: str) -> HttpResponse:
    text = _("Sign in, or show a token of the API.")
    headers = {"WWW-Authenticate": challenge}
    return HttpResponse(text, status=401, content_type="text/plain; charset=utf-8", headers=headers)

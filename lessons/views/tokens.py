"""The page on which people make and revoke their tokens of the API."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import tokens
from accounts.models import User
from lessons.forms.tokens import TokenForm

SHOWN_ONCE = "token_shown_once"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponseBase:
    """Show the tokens of who is signed in, a new one's secret once; POST makes one."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _made(request, form):
        return redirect("tokens")
    context = {
        "title": _("Tokens for programs"),
        "form": form,
        "tokens": _user(request).tokens.all(),
        "secret": request.session.pop(SHOWN_ONCE, ""),
    }
    return render(request, "account/tokens.html", context)


def _user(request: HttpRequest) -> User:
    """Return who is signed in: others are sent to the sign-in page."""
    return cast("User", request.user)


def _made(request: HttpRequest, form: TokenForm) -> bool:
    named, scope = form.cleaned_data["name"], form.cleaned_data["scope"]
    try:
        _token, secret = tokens.make(_user(request), named, scope, form.expires_at())
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    request.session[SHOWN_ONCE] = secret
    return True


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Revoke one of the tokens of who is signed in."""
    token = get_object_or_404(_user(request).tokens, pk=pk)
    tokens.revoke(token)
    messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("tokens")

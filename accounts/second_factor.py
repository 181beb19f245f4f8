"""A second factor, where the installation requires it of a role.

Who has none yet is led to set one up, and can do nothing else until then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from . import audit
from .models import AccessEvent

# What setting one up needs, and the ways out.
OPEN = {"account_reauthenticate", "account_logout", "set_language", "healthz", "readyz"}
API = "api"  # answers for itself, in its own words (lessons/api/serving.py)
Answer = Callable[[HttpRequest], HttpResponseBase]


def is_missing(user: Any) -> bool:
    """Whether ``user`` must have a second factor to do anything here, and has none."""
    return (
        user.is_authenticated
        and user.role in settings.MFA_REQUIRED_FOR
        and not is_mfa_enabled(user)
    )


class RequireSecondFactor:
    """Leads who has no second factor, and must, to the page that sets one up."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        """Answer in place of every page but those that are needed."""
        found = request.resolver_match
        if found is None or _is_open(found.url_name or "") or API in found.namespaces:
            return None
        if getattr(request, "auth", None) or not is_missing(request.user):
            return None  # a token was made by somebody who had one
        messages.warning(request, _("Your role needs a second factor: set one up to go on."))
        return redirect("mfa_index")


def _is_open(name: str) -> bool:
    return name in OPEN or name.startswith("mfa_")


class NotedForm(AuthenticateForm):
    """Takes a code as allauth does; a wrong one is in the log of access."""

    def clean_code(self) -> str:
        """Return the code; raises ValidationError for a wrong one."""
        try:
            return super().clean_code()
        except ValidationError:
            address = get_adapter().get_client_ip(context.request)
            refused = AccessEvent.What.REFUSED
            audit.note(refused, self.user.get_username(), address, detail="second factor")
            raise

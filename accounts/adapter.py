"""How this installation bends django-allauth."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from . import audit
from .models import AccessEvent

UNKNOWN = "::"  # a server behind a socket of the file system is told no address


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return get_client_ip(request) or UNKNOWN

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # By name and address: a stranger who guesses shuts out neither the person, who sits
        # elsewhere, nor the others of an office.
        name = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{name} from {self.get_client_ip(request)}"

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        audit.note(AccessEvent.What.SIGNED_IN, user.get_username(), self.get_client_ip(request))

    def logout(self, request: HttpRequest) -> None:
        who = request.user.get_username()
        super().logout(request)
        if who:
            audit.note(AccessEvent.What.SIGNED_OUT, who, self.get_client_ip(request))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        who = credentials.get("email") or credentials.get("username") or ""
        audit.note(AccessEvent.What.REFUSED, who, self.get_client_ip(request))

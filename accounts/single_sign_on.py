"""Single sign-on by OpenID Connect: who comes in by it, and in which role."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.account.internal.decorators import login_not_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from requests import RequestException

from .models import Role, User


class SignOnAdapter(DefaultSocialAccountAdapter):
    """The provider's groups say the role, its verified addresses who somebody is."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True  # whom the provider knows; pre_social_login has refused the others

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Give the role of the groups, at each sign-in; refuse who has none where none is given."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            _refuse(request, _("Accounts are joined by their verified e-mail address alone."))
        user = sociallogin.user
        if not sociallogin.is_existing and User.objects.filter(email__iexact=user.email).exclude(
            email=""
        ):
            _refuse(request, _("Somebody has this e-mail address here, and your provider does not "
                               "vouch that it is yours. Sign in with your password."))  # fmt: skip
        role = role_of(groups_of(sociallogin), user.role)
        if role is None:
            _refuse(request, _("You belong to no group that may come in here."))
        if role != user.role:
            user.role = role
            if sociallogin.is_existing:
                user.save(update_fields=["role"])


def groups_of(sociallogin: SocialLogin) -> set[str]:
    """Return the groups that the provider names, in what it says of the person or in its token."""
    told: dict[str, Any] = sociallogin.account.extra_data
    found: set[str] = set()
    for claims in (told.get("userinfo") or {}, told.get("id_token") or {}):
        named = claims.get(settings.OIDC_GROUPS_CLAIM) or []
        found |= {named} if isinstance(named, str) else {str(one) for one in named}
    return found


def role_of(groups: set[str], role: str) -> str | None:
    """Return the highest role of ``groups``; None is for those who may not come in.

    Where no groups are mapped, administrators give the roles: it stays ``role``.
    """
    if not settings.OIDC_GROUPS:
        return role
    given = {settings.OIDC_GROUPS[group] for group in groups if group in settings.OIDC_GROUPS}
    if given:
        return max(given, key=Role.values.index)
    return None if settings.OIDC_NO_GROUP == "refuse" else Role.READER


def _refuse(request: HttpRequest, reason: str) -> NoReturn:
    raise ImmediateHttpResponse(_page(request, reason, 403))


def _page(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    return render(request, "socialaccount/refused.html", {"reason": reason}, status=status)


@login_not_required
def begin(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Lead to the provider; where it does not answer, say so."""
    try:
        return views.login(request, provider_id)
    except (RequestException, KeyError):
        return _page(request, _("The sign-in of your organisation does not answer. Try again in a "
                                "while, or sign in with your password."), 503)  # fmt: skip

"""Administrators invite; who is invited makes their own account."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.models import User
from lessons.forms.invitations import AcceptForm, InviteForm

WAYS = ["GET", "HEAD", "POST"]


@require_http_methods(WAYS)
def page(request: HttpRequest) -> HttpResponseBase:
    """Show the form that invites; POST sends the mail."""
    invitations.require_inviter(request.user)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _sent(request, form):
        messages.success(request, _("Sent to %(email)s.") % {"email": form.cleaned_data["email"]})
        return redirect("invitations")
    context = {"title": _("Invite somebody"), "form": form, "days": invitations.GOOD_FOR.days}
    return render(request, "account/invite.html", context)


def _sent(request: HttpRequest, form: InviteForm) -> bool:
    address = request.build_absolute_uri(reverse("invitation", args=["TOKEN"]))
    by = cast("User", request.user)
    return _done(form, invitations.invite, **form.cleaned_data, by=by, page=address)


def _done(form: Any, verb: Any, *about: Any, **more: Any) -> bool:
    try:
        verb(*about, **more)
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else error.messages)
        return False
    return True


@never_cache
@login_not_required
@require_http_methods(WAYS)
def accept(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show what an invitation promises; POST makes the account."""
    try:
        invitation = invitations.read(token)
    except ValidationError as error:
        context = {"message": error.messages[0]}
        return render(request, "account/no_invitation.html", context, status=410)
    form = AcceptForm(request.POST or None)
    answered = request.method == "POST" and form.is_valid()
    if answered and _done(form, invitations.accept, token, **form.cleaned_data):
        messages.success(request, _("Your account is made. Sign in."))
        return redirect("account_login")
    promised = {"title": _("Your account"), "form": form, "invitation": invitation}
    return render(request, "account/accept.html", promised)

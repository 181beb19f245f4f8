"""Invitations: a signed link by which somebody makes their own account, in a role given to them.

Nothing is kept: the address is unique among accounts, so a link makes one account, and one alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from . import audit
from .models import AccessEvent, Role, User

GOOD_FOR = timedelta(days=7)
SALT = "accounts.invitations"


@dataclass(frozen=True)
class Invitation:
    """What a link says: who is invited, in which role, and by whom."""

    email: str
    role: str
    by: User


def require_inviter(user: Any) -> None:
    """Raise PermissionDenied unless ``user`` may make accounts."""
    if not user.has_perm("accounts.add_user"):
        raise PermissionDenied(_("Administrators invite."))


@transaction.atomic
def invite(email: str, role: str, *, by: User, page: str) -> str:
    """Send a link to ``email``; return its token. ``page`` is the whole address it is put into,
    with ``TOKEN`` in its place.

    Raises ValidationError for what is no address or no role, and where there is an account.
    """
    require_inviter(by)
    email = User.objects.normalize_email(email.strip())
    validate_email(email)
    if role not in Role.values:
        raise ValidationError(_("“%(role)s” is no role.") % {"role": role})
    _require_new(email)
    token = signing.dumps({"email": email, "role": role, "by": by.pk}, salt=SALT)
    context = {"link": page.replace("TOKEN", token), "by": by, "days": GOOD_FOR.days}
    audit.note(AccessEvent.What.INVITED, email, by=by.username, detail=role)
    send_mail(
        render_to_string("account/email/invitation_subject.txt", context).strip(),
        render_to_string("account/email/invitation_message.txt", context),
        None,
        [email],
    )
    return token


def read(token: str) -> Invitation:
    """Return what a link says; raises ValidationError if it opens nothing (any more).

    It is worth as much as who sent it: an administrator who is none any more invites nobody.
    """
    try:
        told = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        raise ValidationError(
            _("This invitation is not whole, or has expired. Ask for a new one.")
        ) from None
    by = User.objects.filter(pk=told["by"], is_active=True).first()
    if by is None or not by.has_perm("accounts.add_user"):
        raise ValidationError(_("Who sent this invitation may not invite any more."))
    _require_new(told["email"])
    return Invitation(told["email"], told["role"], by)


@transaction.atomic
def accept(token: str, username: str, password: str, **names: str) -> User:
    """Make the account that the link of ``token`` promises; raises ValidationError."""
    invitation = read(token)
    user = User(username=username, email=invitation.email, role=invitation.role, **names)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    return user


def _require_new(email: str) -> None:
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError(_("There is an account with this e-mail address: sign in."))

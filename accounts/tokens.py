"""Tokens: what a program shows instead of a password. The secret is kept by its hash alone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Scope, Token, User

PREFIX = "hindsight_"  # so that scanners of code and logs know what they have found
MOST = 20  # tokens of one person
NOTED = timedelta(minutes=5)  # how exactly it is kept when a token was used last


def make(user: User, name: str, scope: str, expires_at: datetime | None) -> tuple[Token, str]:
    """Make a token of ``user``; return it with its secret, which nobody can show again.

    Raises ValidationError for an empty name, an unknown scope, a moment that has passed, and
    beyond MOST tokens.
    """
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError({"expires_at": _("Choose a day that is still to come.")})
    if user.tokens.count() >= MOST:
        raise ValidationError(
            _("You have %(most)d tokens: revoke one that you no longer use.") % {"most": MOST}
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        user=user, name=name.strip(), scope=scope, digest=_digest(secret), expires_at=expires_at
    )
    token.full_clean()
    token.save()
    return token, secret


def revoke(token: Token) -> None:
    """Let a token open nothing any more."""
    token.delete()


def holder(secret: str) -> Token | None:
    """Return the token with this secret, if it opens anything today; notes that it was used.

    What has expired and what belongs to somebody who may no longer sign in opens nothing.
    """
    token = Token.objects.select_related("user").filter(digest=_digest(secret)).first()
    now = timezone.now()
    if token is None or not token.user.is_active or (token.expires_at or now) < now:
        return None
    if token.used_at is None or token.used_at < now - NOTED:
        Token.objects.filter(pk=token.pk).update(used_at=now)
    return token


def may_write(token: Token) -> bool:
    """Whether the token opens more than reading; what, its holder's role says."""
    return token.scope == Scope.WRITE


def _digest(secret: str) -> str:
    # A fast hash is enough: the secret is 256 random bits, which nobody guesses.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

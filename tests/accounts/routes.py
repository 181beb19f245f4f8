"""What a GET of the account pages answers to anonymous, reader, analyst, reviewer, admin."""

from typing import Any
from urllib.parse import quote

from accounts.models import AccessEvent

SIGN_IN = "to the sign-in page"


def signed_in(answer: int | str, anonymous: int | str = SIGN_IN) -> tuple[int | str, ...]:
    """Return the same answer for everyone who is signed in."""
    return (anonymous, *(answer,) * 4)


def after_the_password(path: str) -> tuple[int | str, ...]:
    """Return the answers of a page that asks who is signed in for their password again."""
    return signed_in(f"/accounts/reauthenticate/?next={quote(f'/accounts/2fa/{path}', safe='')}")


ROUTES: dict[str, tuple[int | str, ...]] = {
    "accounts/3rdparty/": signed_in(200),
    "accounts/3rdparty/login/cancelled/": (200,) * 5,
    "accounts/3rdparty/login/error/": signed_in(401),
    "accounts/3rdparty/signup/": ("/accounts/login/",) * 5,  # nobody is waiting to sign up
    "accounts/oidc/<str:provider_id>/login/": (404,) * 5,  # no provider is set
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/": (404,) * 5,
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/": (404,) * 5,
    "accounts/invitations/": (SIGN_IN, 403, 403, 403, 200),
    "accounts/invitations/<str:token>/": (410,) * 5,  # no invitation
    "accounts/sessions/": signed_in(200),
    "accounts/2fa/": signed_in(200),
    "accounts/2fa/authenticate/": signed_in("/", anonymous="/accounts/login/"),
    "accounts/2fa/reauthenticate/": signed_in("/accounts/reauthenticate/"),
    "accounts/2fa/totp/deactivate/": signed_in(404),
    "accounts/2fa/webauthn/reauthenticate/": signed_in("/accounts/reauthenticate/"),
    "accounts/2fa/webauthn/login/": signed_in("/", anonymous="/accounts/login/"),
    "accounts/2fa/totp/activate/": after_the_password("totp/activate/"),
    "accounts/2fa/recovery-codes/": signed_in(404),
    "accounts/2fa/recovery-codes/generate/": after_the_password("recovery-codes/generate/"),
    "accounts/2fa/recovery-codes/download/": signed_in(404),
    "accounts/2fa/webauthn/": signed_in(200),
    "accounts/2fa/webauthn/add/": after_the_password("webauthn/add/"),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": after_the_password("webauthn/keys/1/remove/"),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": after_the_password("webauthn/keys/1/edit/"),
}
OBJECTS: dict[str, Any] = {"accounts.accessevent": lambda _user: AccessEvent.objects.first()}
ARGUMENTS: dict[str, Any] = {
    "<str:provider_id>": "oidc",
    "invitations/<str:token>/": "invitations/x/",
    "^(?P<provider_id>[^/]+)": "oidc",
}

"""The seeds of second factors (codes, recovery codes), sealed in the database.

Whoever reads a copy of the database signs in as nobody: seeds are encrypted by Fernet (AES-128-CBC
and HMAC-SHA256 over it) with a key that serves nothing else, derived by HKDF (RFC 5869) from the
secret key, which stands in no backup.
"""

from __future__ import annotations

import base64
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

PURPOSE = b"hindsight: seeds of second factors"
MARK = "sealed:"  # what stands without it was kept before there was a seal
SEEDS = ("secret", "seed")  # where allauth keeps one, in the data of an authenticator


class SealingAdapter(DefaultMFAAdapter):
    """Keeps what allauth asks to be encrypted under the seal."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)


def seal(text: str) -> str:
    """Return ``text`` encrypted by the secret key of today."""
    return MARK + _seals().encrypt(text.encode()).decode()


def unseal(kept: str) -> str:
    """Return what was sealed, by the secret key or by one of SECRET_KEY_FALLBACKS.

    Raises cryptography.fernet.InvalidToken where none of them did: the key was lost, or the row
    tampered with.
    """
    if not kept.startswith(MARK):
        return kept
    return _seals().decrypt(kept.removeprefix(MARK).encode()).decode()


@transaction.atomic
def seal_all(authenticators: Any) -> int:
    """Seal every seed of these by the secret key of today; return of how many authenticators."""
    changed = 0
    for one in authenticators.select_for_update().order_by("pk"):
        sealed = {name: seal(unseal(one.data[name])) for name in SEEDS if name in one.data}
        if sealed:
            one.data |= sealed
            one.save(update_fields=["data"])
            changed += 1
    return changed


def _seals() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(derived)

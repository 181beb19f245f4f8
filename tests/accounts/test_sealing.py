"""The seeds of second factors stand in the database sealed, and outlast a change of the key."""

from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management import call_command

from accounts import sealing
from tests.accounts.test_second_factor import code_of, with_totp
from tests.factories import make_user

pytestmark = pytest.mark.django_db
KEYS = ["one key of fifty characters, or so", "another key of fifty characters"]


def kept() -> str:
    return str(list(Authenticator.objects.values_list("data", flat=True)))


def opens(user, secret: str) -> bool:
    totp = Authenticator.objects.get(user=user, type="totp").wrap()
    return totp.validate_code(code_of(secret))


def test_no_seed_stands_in_the_database():
    user = make_user()
    secret = with_totp(user)
    RecoveryCodes.activate(user)
    assert secret not in kept()
    assert kept().count(sealing.MARK) == 2
    assert opens(user, secret)


def test_what_was_kept_before_still_opens_and_the_migration_seals_it():
    user = make_user()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    codes = RecoveryCodes(
        Authenticator.objects.create(
            user=user, type="recovery_codes", data={"seed": "ab" * 40, "used_mask": 5}
        )
    ).generate_codes()
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "My key"})
    assert opens(user, "JBSWY3DPEHPK3PXP")
    import_module("accounts.migrations.0007_sealed_seeds").seal(apps, None)
    assert "JBSWY3DPEHPK3PXP" not in kept()
    assert "abab" not in kept()
    assert RecoveryCodes.activate(user).generate_codes() == codes
    assert RecoveryCodes.activate(user).instance.data["used_mask"] == 5
    assert Authenticator.objects.get(pk=key.pk).data == {"name": "My key"}


def test_a_changed_key_still_opens_and_the_old_one_is_then_no_longer_needed(settings, capsys):
    settings.SECRET_KEY = KEYS[0]
    user = make_user()
    secret = with_totp(user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = KEYS[1], [KEYS[0]]
    assert opens(user, secret)
    call_command("seal")
    assert capsys.readouterr().out.startswith("1 second factors sealed")
    settings.SECRET_KEY_FALLBACKS = []
    assert sealing.unseal(Authenticator.objects.get(user=user).data["secret"]) == secret


def test_with_neither_key_nor_the_row_as_it_was_nothing_opens(settings):
    settings.SECRET_KEY = KEYS[0]
    sealed = sealing.seal("seed")
    with pytest.raises(InvalidToken):
        sealing.unseal(sealed[:-6] + "AAAAAA")
    settings.SECRET_KEY = KEYS[1]
    with pytest.raises(InvalidToken):
        sealing.unseal(sealed)


def test_the_key_serves_nothing_else_and_two_seals_are_never_alike(settings):
    assert KEYS[0].encode() not in sealing._derived(KEYS[0])
    assert sealing.seal("seed") != sealing.seal("seed")

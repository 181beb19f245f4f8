"""A passkey, made and used in a real browser with an authenticator that chromium plays itself."""

import re

import pytest
from playwright.sync_api import Page

HOME = re.compile(r"^https?://[^/]+/$")
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_a_passkey_is_added_and_then_opens_the_door_by_itself(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "analyst")
    page.fill("input[name=password]", "password")
    page.click("main form button[type=submit]")
    page.wait_for_url(HOME)
    page.goto("/accounts/2fa/webauthn/add/")
    page.fill("input[name=password]", "password")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/2fa/webauthn/add/")
    page.fill("input[name=name]", "This laptop")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda address: "add" not in address)
    page.goto("/accounts/logout/")
    page.click("main form button[type=submit]")
    page.wait_for_url(HOME)
    assert page.locator("text=Sign out").count() == 0
    page.goto("/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url(HOME)
    assert page.locator("text=Sign out").count() > 0

"""A real browser in front of a real server, filled with the seeds once for all its tests."""

import io
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from tests.factories import make_user

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT = 15_000  # milliseconds; a busy machine starts slowly

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if not chromium:
        if os.environ.get("HINDSIGHT_BROWSER_TESTS") == "required":
            pytest.fail("HINDSIGHT_BROWSER_TESTS is “required”, and there is no chromium")
        pytest.skip("there is no chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # The sync API runs an event loop in this thread, where Django refuses every query.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield playwright.chromium.launch(executable_path=chromium, args=FLAGS)


@pytest.fixture(scope="module")
def seeded(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Load the seeds, make a user for each role; yield the address of a server, then empty all."""
    with django_db_blocker.unblock():
        server = LiveServer("localhost")
        try:
            call_command("load_seeds", stdout=io.StringIO())
            for role in Role:
                make_user(role, username=role.value)
            yield server.url
        finally:
            server.stop()
            cache.clear()
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def open_page(browser: Browser, seeded: str, settings: Any) -> Iterator[Open]:
    """Return a function that opens a window of its own; what its console says is an error."""
    settings.ALLOWED_HOSTS = ["localhost"]
    said: list[str] = []
    contexts: list[BrowserContext] = []

    def open_(**options: Any) -> Page:
        context = browser.new_context(**{"base_url": seeded, "locale": "en-GB", **options})
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "response", lambda r: said.append(f"{r.status} {r.url}") if r.status >= 400 else None
        )
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not said


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page(viewport={"width": 1280, "height": 800})

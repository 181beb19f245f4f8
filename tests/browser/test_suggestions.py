"""Suggestions in a browser: many decided in a minute by keys, and without scripts."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from lessons import suggestions
from lessons.models import Record, Report, Suggestion
from tests.browser.conftest import Open
from tests.browser.test_journeys import sign_in
from tests.factories import make_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

DECIDED = 24
TEXTS = (
    *(f"Unit {number} of the force failed to act in time." for number in range(DECIDED)),
    "The Rwandan Council should act at once.",
)
HERE = "/curate/reports/{}/suggestions/?order=place"


@pytest.fixture(scope="module")
def reports(seeded: str, django_db_blocker: Any) -> Iterator[Report]:
    """Make a report for each test, committed before any test begins its transaction."""
    with django_db_blocker.unblock():
        made = [make_report(TEXTS, title=f"Suggested {number}", language="en") for number in "ab"]
        for one in made:
            suggestions.look(one, by=None)
    return iter(made)


def states(report: Report) -> list[str]:
    return list(Suggestion.objects.of(report).as_read().values_list("state", flat=True))


def test_more_than_twenty_are_decided_in_a_minute_by_keys(
    open_page: Open, reports: Iterator[Report]
) -> None:
    report = next(reports)
    page = open_page(viewport={"width": 1280, "height": 800})
    sign_in(page, "analyst", HERE.format(report.slug))
    expect(page.locator(".suggestion").first).to_be_focused()
    assert not Axe().run(page).response["violations"]
    begun = time.monotonic()
    for number in range(DECIDED):
        page.keyboard.press("ar"[number % 2])
        expect(page.locator("#counts")).to_contain_text(f"{number + 1} decided")
    assert time.monotonic() - begun < 60
    assert states(report)[:DECIDED] == ["accepted", "rejected"] * (DECIDED // 2)
    page.keyboard.press("u")
    expect(page.locator("#counts")).to_contain_text(f"{DECIDED - 1} decided")
    assert states(report)[DECIDED - 1] == "waiting"
    expect(page.locator(".suggestion").first).to_be_focused()
    page.keyboard.press("l")
    page.keyboard.press("e")
    expect(page.get_by_label("Title")).to_be_focused()
    page.get_by_label("Title").fill("Act in time")
    page.keyboard.press("Enter")
    expect(page.locator(".decided")).to_contain_text("Act in time")
    assert Record.objects.get(title="Act in time").kind == "lesson"


def test_it_works_without_scripts_on_a_telephone(
    open_page: Open, reports: Iterator[Report]
) -> None:
    report = next(reports)
    page = open_page(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    sign_in(page, "analyst", HERE.format(report.slug))
    page.locator(".suggestion").first.get_by_role("button", name="Accept").click()
    expect(page.locator("#counts")).to_contain_text("1 decided")
    assert states(report)[0] == "accepted"
    page.get_by_role("button", name="Undo").click()
    assert states(report)[0] == "waiting"

"""Lost citations: settled by keyboard, without JavaScript, and on a phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from lessons import evidence
from tests.browser.conftest import Open
from tests.browser.test_journeys import sign_in
from tests.factories import make_record, make_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

OLD = "The force was cut when it should have been made larger."
NOW = "The force was cut when it could have been made larger. Nobody asked why."


@pytest.fixture(scope="module")
def lost(seeded: str, django_db_blocker: Any) -> int:
    """Lose two citations; return how many there are."""
    with django_db_blocker.unblock():
        report = make_report((OLD,))
        for quotation in (OLD, "should have been"):
            evidence.cite(make_record(), report.passages.get(), quotation, by=None)
        passages = [evidence.PassageText(NOW)]
        return len(evidence.retext(report, passages, by=None, reason="Read anew.").lost)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_fits_a_phone(scheme: str, open_page: Open, lost: int) -> None:
    page: Page = open_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
    sign_in(page, "reviewer", "/accounts/login/?next=/curate/lost/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lost citations")
    for summary in page.locator(".lost summary").all():
        summary.click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_place_is_chosen_and_other_words_are_quoted_by_keyboard_alone(
    open_page: Open, lost: int
) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    sign_in(page, "analyst", "/accounts/login/?next=/curate/lost/")
    expect(page.locator(".lost")).to_have_count(lost)
    page.get_by_role("button", name="This is it: place 1").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text("rests on")
    expect(page.locator(".lost")).to_have_count(lost - 1)
    page.get_by_text("Quote other words").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Nobody asked why")
    page.keyboard.press("Tab")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text("rests on “Nobody asked why”.")
    expect(page.get_by_text("No citation is lost.")).to_be_visible()

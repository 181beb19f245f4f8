"""Collecting by a key, ordering by keyboard and sharing, in a browser; how a record is cited."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lessons.models import ReadingList
from tests.browser.conftest import Open
from tests.browser.test_desk import accessible
from tests.browser.test_journeys import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def codes(page: Page) -> list[str]:
    return page.locator(".order .code").all_inner_texts()


def in_database() -> list[str]:
    return [item.record.code for item in ReadingList.objects.get().items.select_related("record")]


def test_a_reader_collects_orders_and_shares_by_keyboard(open_page: Open) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    sign_in(page, "reader", "/accounts/login/?next=/lessons/")
    page.wait_for_url("**/lessons/", wait_until="load")
    wanted = page.locator(".row .code").all_inner_texts()[:3]
    for code in wanted:
        page.keyboard.press("ArrowDown")
        page.keyboard.press("c")
        expect(page.locator("#collected")).to_contain_text(f"{code} is on “My reading list”.")
    accessible(page)
    page.locator("#collected").get_by_role("link", name="See the list").click()
    page.get_by_role("link", name="Order, notes and sharing").click()
    assert codes(page) == wanted
    page.locator(".order > li").nth(2).get_by_role("button", name=f"Move {wanted[2]} up").focus()
    with page.expect_response("**/items/"):
        page.keyboard.press("Enter")
    expect(page.locator("#moved")).to_have_text("Place 2 of 3")
    expect(page.get_by_role("button", name=f"Move {wanted[2]} up")).to_be_focused()
    with page.expect_response("**/items/"):
        page.keyboard.press("Alt+ArrowUp")
    expected = [wanted[2], wanted[0], wanted[1]]
    assert codes(page) == expected == in_database()
    with page.expect_response("**/items/"):
        page.locator(".order > li").nth(2).drag_to(
            page.locator(".order > li").nth(0), target_position={"x": 20, "y": 4}
        )
    expected = [wanted[1], wanted[2], wanted[0]]
    assert codes(page) == expected == in_database()
    page.get_by_label(f"Note on {wanted[1]}").fill("Read this first.")
    page.get_by_role("button", name="Save the note").first.click()
    accessible(page)
    page.get_by_label("anyone with the link").check()
    page.get_by_role("button", name="Save", exact=True).click()
    address = page.locator("#sharing .to-copy").inner_text()
    somebody = open_page(viewport={"width": 390, "height": 800})
    somebody.goto(address.partition("8000")[2] or address)
    expect(somebody.locator(".rows .code").first).to_have_text(wanted[1])
    expect(somebody.locator(".rows .note")).to_have_text("Read this first.")
    accessible(somebody)


def test_a_citation_is_copied_with_its_italics(open_page: Open) -> None:
    """And the block of linked data passes the policy of contents without a word in the console."""
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/reports/larose-edwards-1994/")
    page.locator(".cite summary").click()
    entry: Any = page.locator(".cite dl > div").first
    entry.get_by_role("button", name="Copy").click()
    expect(entry.get_by_role("button")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == entry.locator(".to-copy").inner_text()
    assert copied.startswith("LaRose-Edwards, Paul. 1994. ")
    assert page.locator("script[type='application/ld+json']").count() == 1
    accessible(page)

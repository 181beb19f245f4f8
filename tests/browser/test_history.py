"""Reading how a record came to say what it says, and taking a change back, in a browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from lessons.models import Kind, Record
from tests.browser.conftest import Open
from tests.browser.test_journeys import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def edit(page: Page, record: Record, statement: str) -> None:
    page.goto(f"/admin/lessons/{record.kind}/{record.pk}/change/")
    page.fill("#id_statement", statement)
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist .success")).to_be_visible()


def violations(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_a_reviewer_reads_restores_and_undoes_by_keyboard_and_everyone_reads_the_rest(
    open_page: Open,
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    record = Record.objects.filter(kind=Kind.LESSON).earliest("pk")
    first = record.statement
    sign_in(page, "reviewer", "/admin/")
    edit(page, record, f"{first} Always.")
    page.goto(f"/records/{record.code}/")
    page.locator("details.history summary").click()
    page.get_by_role("link", name="Every version and what changed in it").click()
    newest = page.locator(".versions > li").first
    expect(newest.locator("ins")).to_contain_text("Always.")
    expect(newest).to_contain_text("reviewer")
    assert violations(page) == []
    page.locator(".versions > li").nth(1).get_by_role("link", name="Restore this version").click()
    expect(page.locator("del")).to_contain_text("Always.")
    assert violations(page) == []
    page.get_by_label("Why").fill("It is not always so.")
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text("says again")
    expect(page.locator(".versions > li").first).to_contain_text("It is not always so.")
    page.get_by_role("link", name="Undo this act").first.click()
    assert violations(page) == []
    page.get_by_role("button", name="Undo this act").press("Enter")
    expect(page.locator(".message")).to_contain_text("Undone")
    record.refresh_from_db()
    assert record.statement == f"{first} Always."
    stranger = open_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    for path in (f"/records/{record.code}/history/", "/changes/"):
        stranger.goto(path)
        assert violations(stranger) == []
        assert stranger.evaluate("document.documentElement.scrollWidth") == 390
    stranger.goto(f"/records/{record.code}/history/")
    expect(stranger.locator("main")).not_to_contain_text("reviewer")
    expect(stranger.locator("main")).not_to_contain_text("not always so")
    stranger.locator("select[name=from]").select_option("1")
    stranger.get_by_role("button", name="Compare").click()
    expect(stranger.locator("ins")).to_contain_text("Always.")

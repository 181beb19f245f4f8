"""The desk in a browser: from an analyst to the public page, and edits that meet."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Page, expect

from lessons.models import Record
from tests.browser.conftest import Open
from tests.browser.test_journeys import sign_in
from tests.factories import cite, make_record

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WIDE = {"viewport": {"width": 1280, "height": 800}}
NARROW = {"viewport": {"width": 390, "height": 844}}


def committed(do: Callable[..., Record], *args: Any, **named: Any) -> Record:
    """Return what ``do`` makes on a connection of its own, so that the server sees it."""

    def work() -> Record:
        try:
            return do(*args, **named)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def draft(**fields: Any) -> Record:
    return committed(lambda: cite(make_record(**fields)))


def at_the_desk(open_page: Open, name: str, **options: Any) -> Page:
    page = open_page(**{**WIDE, **options})
    sign_in(page, name, "/accounts/login/?next=/curate/")
    expect(page.get_by_role("heading", level=1)).to_have_text("The desk")
    return page


def assert_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def write_a_lesson(page: Page, title: str) -> str:
    """Write it with tags completed and a theme found; return its code."""
    page.goto("/curate/")
    page.get_by_role("link", name="lesson", exact=True).click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Statement").fill("A warning that names nobody is heard by nobody.")
    page.get_by_label("Origin", exact=True).select_option("stated")
    page.get_by_label("Find a theme…").fill("early")
    page.get_by_label("Early warning").check()
    page.get_by_label("Tags").fill("cables, ")
    offered = page.locator("#known-tags option").first
    assert offered.get_attribute("value").startswith("cables, ")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".message")).to_contain_text("is written")
    return page.locator("header .code").first.inner_text()


def test_a_lesson_goes_from_the_analyst_over_the_reviewer_to_the_public(open_page: Open) -> None:
    title = "Warnings need an addressee"
    analyst = at_the_desk(open_page, "analyst")
    code = write_a_lesson(analyst, title)
    expect(analyst.locator(".obstacle")).to_contain_text("cites no passage that holds")
    committed(lambda: cite(Record.objects.with_code(code).get()))
    analyst.reload()
    assert_accessible(analyst)
    analyst.get_by_role("button", name="Send to review").click()

    reviewer = at_the_desk(open_page, "reviewer")
    reviewer.get_by_role("link", name=title).click()
    reviewer.get_by_text(re.compile("0 comments")).click()
    reviewer.get_by_label("Your comment").fill("Who was warned?")
    reviewer.get_by_role("button", name="Comment", exact=True).click()
    assert_accessible(reviewer)
    reviewer.locator("summary", has_text="Send back").click()
    reviewer.locator("#reason-send_back").fill("Say who was warned.")
    reviewer.get_by_role("button", name="Send back").click()

    analyst.goto("/curate/")
    expect(analyst.locator("main")).to_contain_text("reviewer: Say who was warned.")
    expect(analyst.locator("main")).to_contain_text("reviewer: Who was warned?")
    assert_accessible(analyst)
    analyst.get_by_role("link", name=title).first.click()
    analyst.get_by_role("link", name="Edit this record").click()
    assert_accessible(analyst)
    analyst.get_by_label("Statement").fill("A warning to no capital is heard by none.")
    analyst.get_by_role("button", name="Save").click()
    analyst.get_by_role("button", name="Send to review").click()

    reviewer.goto(f"/records/{code}/")
    reviewer.get_by_role("button", name="Publish").click()
    public = open_page(**NARROW)
    public.goto(f"/records/{code}/")
    expect(public.locator(".lead")).to_have_text("A warning to no capital is heard by none.")
    expect(public.get_by_text("Who was warned?")).to_have_count(0)
    expect(public.locator(".panel")).to_have_count(0)


def test_two_who_edit_at_once_settle_it_by_keyboard(open_page: Open) -> None:
    record = draft(title="As it was", statement="The force was cut.")
    path = f"/records/{record.code}/edit/"
    first, second = at_the_desk(open_page, "analyst"), at_the_desk(open_page, "reviewer", **NARROW)
    for page in (first, second):
        page.goto(path)
    first.get_by_label("Title").fill("As they say")
    first.get_by_label("Statement").fill("The force was not cut.")
    first.get_by_role("button", name="Save").click()
    second.get_by_label("Title").fill("As I say")
    second.get_by_role("button", name="Save").click()
    expect(second.locator("ins").first).to_contain_text("they say")
    assert_accessible(second)
    assert second.evaluate("document.documentElement.scrollWidth") <= 390
    second.get_by_label("As you typed it").first.focus()
    second.keyboard.press("Space")
    second.get_by_role("button", name="Save this onto the new version").press("Enter")
    expect(second.get_by_role("heading", level=1)).to_have_text("As I say")
    expect(second.locator(".lead")).to_have_text("The force was not cut.")


def test_many_records_are_changed_after_a_look(open_page: Open) -> None:
    for number in range(2):
        draft(title=f"Draft of many {number}")
    page = at_the_desk(open_page, "analyst")
    page.get_by_role("link", name="Records", exact=True).click()
    page.get_by_label("Words or code").fill("draft of many")
    page.get_by_role("button", name="Narrow").click()
    assert_accessible(page)
    everything = page.get_by_label("Choose all on this page")
    everything.check()
    everything.uncheck()
    for box in page.get_by_label("Draft of many").all():
        box.check()
    page.get_by_label("Action").select_option("add_tag")
    page.get_by_role("button", name="Show what will change").click()
    page.get_by_label("Tag").fill("many")
    page.get_by_role("button", name="Show what will change").click()
    expect(page.locator(".lead")).to_contain_text("Nothing has changed yet")
    assert_accessible(page)
    page.get_by_role("button", name="Do it to 2 records").click()
    expect(page.locator(".lead")).to_contain_text("2 records were changed")
    assert_accessible(page)


@pytest.mark.parametrize(("language", "scheme"), [("en-GB", "light"), ("fr-CA", "dark")])
def test_the_desk_fits_a_narrow_screen(language: str, scheme: str, open_page: Open) -> None:
    record = draft(title="Narrow")
    page = open_page(**NARROW, locale=language, color_scheme=scheme)
    sign_in(page, "reviewer", "/accounts/login/?next=/curate/")
    for path in ("/curate/", "/curate/records/", f"/records/{record.code}/",
                 f"/records/{record.code}/edit/", "/records/new/actor/"):  # fmt: skip
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert_accessible(page)

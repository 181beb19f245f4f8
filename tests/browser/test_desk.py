"""The desk in a browser: linking by typing, merging side by side, on large and small screens."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from lessons.models import Kind, Link, Record, Theme
from tests.browser.conftest import Open
from tests.browser.test_journeys import sign_in
from tests.factories import cite, make_record

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LARGE, SMALL = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SIZES = {"large": LARGE, "small": SMALL}


@pytest.fixture(scope="module")
def made(seeded: str, django_db_blocker: Any) -> dict[str, Record]:
    """Records for each test by size of the screen, where the server sees them."""
    with django_db_blocker.unblock():
        return {f"{name} {size}": make(size) for name, make in MADE.items() for size in SIZES}


def statement(size: str) -> str:
    words = {"large": "Ombudsmen were asked for years", "small": "Paramedics wrote every spring"}
    return f"{words[size]}, and their answers were never read."


MADE = {
    "lesson": lambda size: make_record(title=f"Listen to the {size} field"),
    "failure": lambda size: cite(make_record(Kind.FAILURE, title=f"Zephyr {size} report unread")),
    "one": lambda size: cite(make_record(title=f"Unheard {size}", statement=statement(size))),
    "other": lambda size: cite(
        make_record(title=f"Answers {size}", statement=f"{statement(size)} Not once.")
    ),
}


def accessible(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]


@pytest.mark.parametrize("size", SIZES)
def test_an_analyst_links_two_records_by_typing(
    size: str, made: dict[str, Record], open_page: Open
) -> None:
    lesson, failure = made[f"lesson {size}"], made[f"failure {size}"]
    page = open_page(viewport=SIZES[size])
    sign_in(page, "analyst", f"/accounts/login/?next={lesson.get_absolute_url()}")
    field = page.get_by_label("Code or words of the other record")
    field.focus()
    page.keyboard.type(f"zephyr {size} rep")
    found = page.locator("#link-found").get_by_role("link", name=failure.title)
    found.wait_for()
    page.wait_for_load_state("networkidle")  # the last letters may still be asked for
    accessible(page)
    field.focus()
    page.keyboard.press("Tab")  # the button, then what was found
    page.keyboard.press("Tab")
    expect(found).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("drawn from").check()
    page.get_by_label("the source").check()
    page.get_by_label("In these words").select_option(index=1)
    accessible(page)
    page.get_by_role("button", name="Save the link").click()
    chain = page.get_by_role("region", name="The chain it belongs to")
    expect(chain.get_by_role("link", name=failure.title)).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text(f"is linked to {failure.code}")
    link = Link.objects.get(source=lesson)
    assert (link.predicate, link.asserted_by, link.target) == ("drawn_from", "source", failure)
    page.get_by_role("button", name=f"Remove the link to {failure.code}").click()
    expect(page.get_by_role("region", name="The chain it belongs to")).to_have_count(0)


def test_a_link_is_added_without_a_script(made: dict[str, Record], open_page: Open) -> None:
    lesson, actor = made["one large"], Record.objects.filter(kind=Kind.ACTOR)[0]
    page = open_page(viewport=SMALL, java_script_enabled=False)
    sign_in(page, "analyst", f"/accounts/login/?next={lesson.get_absolute_url()}")
    page.fill("#link-q", actor.code)
    page.get_by_role("button", name="Find").click()
    page.locator("#link-found a").click()
    page.get_by_label("addressed to").check()
    page.get_by_role("button", name="Save the link").click()
    assert Link.objects.get(source=lesson).target == actor


@pytest.mark.parametrize("size", SIZES)
def test_an_analyst_merges_two_records_side_by_side(
    size: str, made: dict[str, Record], open_page: Open
) -> None:
    one, other = made[f"one {size}"], made[f"other {size}"]
    page = open_page(viewport=SIZES[size])
    sign_in(page, "analyst", f"/accounts/login/?next={one.get_absolute_url()}")
    page.get_by_role("link", name=f"Compare and merge {other.code}").click()
    expect(page.locator("mark.differs").first).to_be_visible()
    accessible(page)
    page.get_by_role("link", name=f"Swap: let {other.code} stay").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Merge {one.code} into {other.code}")
    page.locator('input[name="title"][value="theirs"]').check()
    page.get_by_role("button", name=f"Merge {one.code} into {other.code}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(one.title)
    page.goto(one.get_absolute_url())
    assert page.url.endswith(other.get_absolute_url())
    assert Record.objects.get(pk=other.pk).citations.count() == 2


@pytest.mark.parametrize(("size", "scheme"), [("large", "light"), ("small", "dark")])
def test_the_pages_of_the_desk_are_accessible(size: str, scheme: str, open_page: Open) -> None:
    page = open_page(viewport=SIZES[size], color_scheme=scheme)
    sign_in(page, "reviewer", "/accounts/login/?next=/curate/duplicates/")
    accessible(page)
    for path in ("/curate/tags/", "/curate/tags/?page=2", "/curate/themes/"):
        page.goto(path)
        accessible(page)
    page.goto("/curate/tags/")
    page.locator("tbody th a").first.click()
    accessible(page)
    one, other = Theme.objects.all()[:2]
    page.goto(f"/curate/themes/{one.slug}/?into={other.slug}")
    accessible(page)

"""The insights in a browser: no wider than a phone, nothing axe objects to, all by keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lessons.models import Kind, Link, Record, Uptake
from lessons.views.insights import INSIGHTS
from tests.browser.conftest import Open
from tests.browser.test_desk import SMALL, accessible
from tests.factories import cite, make_published

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def linked(seeded: str, django_db_blocker: Any) -> Record:
    """A failure by somebody, said in two reports, with what was learned and became of it."""
    with django_db_blocker.unblock():
        actor, failure, lesson = (
            make_published(kind) for kind in (Kind.ACTOR, Kind.FAILURE, Kind.LESSON)
        )
        cite(failure)
        Link.objects.create(
            source=actor, predicate="failed_in", target=failure,
            asserted_by="source", citation=failure.citations.first(),
        )  # fmt: skip
        Link.objects.create(source=lesson, predicate="drawn_from", target=failure)
        for claim, year in (("accepted", 1998), ("rejected", 2001)):
            Uptake.objects.create(
                record=lesson, claim=claim, date=f"{year}-01-01", claimed_by="A body",
                url="https://e.org/",
            )  # fmt: skip
        return failure


def test_every_insight_is_accessible_and_no_wider_than_a_phone(
    linked: Record, open_page: Open
) -> None:
    page = open_page(viewport=SMALL)
    for path in ["", *(f"{one.name}/" for one in INSIGHTS if not one.for_desk)]:
        page.goto(f"/insights/{path}")
        accessible(page)


def test_the_chain_is_walked_by_keyboard(linked: Record, page: Page) -> None:
    page.goto("/insights/chain/")
    page.locator(f"a.box[href='?focus={linked.code}']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/?focus={linked.code}")
    expect(page.locator(".focused")).to_have_count(1)
    page.get_by_role("link", name="1 link", exact=True).click()
    expect(page.locator("a.box")).to_have_count(3)
    accessible(page)


def test_where_the_drawing_has_no_room_its_list_stands_open(
    linked: Record, open_page: Open
) -> None:
    page = open_page(viewport=SMALL)
    page.goto(f"/insights/chain/?focus={linked.code}")
    expect(page.locator(".diagram")).to_be_hidden()
    expect(page.locator(".paths").get_by_role("link", name=linked.title)).to_be_visible()

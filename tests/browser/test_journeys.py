"""What people do here, from end to end, in a browser."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from lessons.models import Kind, Record, Report, Status
from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

IN_VIEW = """element => {
    const box = element.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
}"""


def sign_in(page: Page, name: str, to: str) -> None:
    page.goto(to)
    page.fill("#id_login", name)
    page.fill("#id_password", "password")
    page.click("main button[type=submit]")


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("theme", ["Early warning", "Justice and reconciliation"])
def test_a_policy_officer_finds_what_was_learned_checks_it_and_takes_it_along(
    theme: str, page: Page
) -> None:
    page.goto("/")
    page.get_by_role("link", name="Themes", exact=True).click()
    page.get_by_role("link", name=theme, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(theme)
    row = page.locator(".rows .row").first
    title = row.locator("h3").inner_text()
    row.locator("h3 a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    quotation = page.locator("blockquote").first.inner_text()
    code = page.locator("header .code").first.inner_text()
    page.get_by_role("link", name="Read it in the report").first.click()
    marks = page.locator("mark.cited")
    assert squeezed("".join(marks.all_inner_texts())) == squeezed(quotation)
    expect(marks.first).to_be_in_viewport()
    assert marks.first.evaluate(IN_VIEW)
    note = page.locator(".margin li.cited")
    expect(note).to_have_count(1)
    expect(note).to_contain_text(code)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.go_back()
    page.locator("a.more").first.click()
    expect(page.locator(".chosen")).to_contain_text(theme)
    take_along(page, code)


def take_along(page: Page, code: str) -> None:
    """Download the list on the screen and compare it with what the screen says."""
    total = int(page.locator(".total").inner_text().split()[0])
    shown = page.locator(".rows .code").all_inner_texts()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert re.fullmatch(r"(lessons|failures|actors|recommendations)\.csv",
                        waiting.value.suggested_filename)  # fmt: skip
    with Path(waiting.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == total
    assert [row["code"] for row in rows][: len(shown)] == shown
    (ours,) = [row for row in rows if row["code"] == code]
    assert "(LaRose-Edwards, " in ours["quotations"]
    assert ours["permalink"].endswith(f"/records/{code}/")


def complete(page: Page, field: str, words: str, expected: str) -> None:
    """Choose in a field that completes itself, with the keyboard."""
    page.click(f"{field} .select2-selection")
    page.locator(".select2-container--open .select2-search__field").press_sequentially(words)
    found = page.locator(".select2-results__option--highlighted", has_text=expected)
    found.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(f"{field} .select2-selection")).to_contain_text(expected)


def write_a_failure(page: Page, quotation: str, cause: Record) -> None:
    page.fill("#id_title", "The blinded cabinets")
    page.fill("#id_statement", "Old habits of power hid the crisis.")
    page.select_option("#id_failure_type", "misjudgement")
    complete(page, ".field-themes", "early", "Early warning")
    page.fill("#id_new_tags", 'blindness, "habits, old"')
    complete(page, "#citations-0 .field-passage", quotation[:25], quotation[:25])
    page.fill("#id_citations-0-exact", quotation)
    page.click("#links_out-group .add-row a")
    page.select_option("#id_links_out-0-predicate", "caused_by")
    complete(page, "#links_out-0 .field-target", cause.code, cause.title[:30])


def test_an_analyst_writes_and_a_reviewer_publishes(page: Page, open_page: Open) -> None:
    passage = Report.objects.get().passages.order_by("ordinal").last()
    quotation = " ".join(passage.text.split()[:9])
    cause = Record.objects.filter(kind=Kind.FAILURE).first()
    sign_in(page, "analyst", "/admin/lessons/failure/add/")
    write_a_failure(page, quotation, cause)
    page.click("button[name=_step][value=submit]")
    expect(page.locator(".messagelist")).to_contain_text("in review")
    record = Record.objects.get(title="The blinded cabinets")
    assert set(record.tags.names()) == {"blindness", "habits, old"}
    assert record.links_out.get().target_id == cause.pk

    desk = open_page()
    sign_in(desk, "reviewer", f"/admin/lessons/failure/{record.pk}/change/")
    expect(desk.locator("#citations-0 mark")).to_contain_text(quotation[:20])
    desk.click("button[name=_step][value=publish]")
    expect(desk.locator(".messagelist")).to_contain_text("published")
    record.refresh_from_db()
    assert record.status == Status.PUBLISHED

    visitor = open_page()
    visitor.goto("/failures/?q=blinded")
    visitor.get_by_role("link", name="The blinded cabinets").click()
    expect(visitor.locator("blockquote")).to_have_text(quotation)
    expect(visitor.locator(".links")).to_contain_text(cause.title)


def test_filters_work_by_clicking(page: Page) -> None:
    page.goto("/records/")
    page.locator("aside").get_by_role("link", name=re.compile("^failures")).click()
    expect(page.locator(".chosen")).to_contain_text("Kind: failures")
    number = page.locator(".total").inner_text()
    page.get_by_label("Search all records").fill("genocide")
    page.get_by_label("Search all records").press("Enter")
    expect(page.locator(".total")).to_contain_text("for “genocide”")
    page.go_back()
    expect(page.locator(".total")).to_have_text(number)
    page.locator(".chosen a").first.click()
    expect(page.locator(".chosen")).to_have_count(0)


def addresses() -> list[str]:
    """Return one address of each sort that everybody may open."""
    record = Record.objects.filter(kind=Kind.FAILURE, links_out__isnull=False).first()
    citation = record.citations.first()
    return [
        "/", "/records/", "/lessons/?q=nothing+at+all", "/actors/?sort=year", "/themes/",
        "/themes/early-warning/", "/reports/", citation.get_absolute_url(),
        record.get_absolute_url(), "/accounts/login/", "/accounts/password/reset/",
    ]  # fmt: skip


@pytest.mark.parametrize("locale", ["en-GB", "fr-CA"])
def test_no_page_is_wider_than_a_small_screen(locale: str, open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, locale=locale)
    wide = {}
    for path in addresses():
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == locale[:2]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[path] = width
    assert not wide


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_shuts_anybody_out(scheme: Any, open_page: Open) -> None:
    page = open_page(color_scheme=scheme)
    found = {}
    for path in addresses():
        page.goto(path)
        violations = Axe().run(page).response["violations"]
        grave = [
            (one["id"], [node["html"][:120] for node in one["nodes"]][:3])
            for one in violations
            if one["impact"] in {"serious", "critical"}
        ]
        if grave:
            found[path] = grave
    assert not found


FOCUS = """() => {
    const style = getComputedStyle(document.activeElement);
    const box = document.activeElement.getBoundingClientRect();
    return [document.activeElement.textContent.trim(),
            style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
            box.width > 0 && box.height > 0 && box.top >= 0 && box.left >= 0];
}"""


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page) -> None:
    page.goto("/lessons/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS) == ["Skip to the content", True, True]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto("/lessons/")
    for _stop in range(30):
        page.keyboard.press("Tab")
        text, outlined, in_view = page.evaluate(FOCUS)
        assert outlined, text
        assert in_view, text


def test_pages_work_without_scripts(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Themes", exact=True).click()
    page.get_by_role("link", name="Early warning", exact=True).click()
    page.locator("a.more").first.click()
    page.locator("details.facet summary").last.click()
    expect(page.locator(".rows .row").first).to_be_visible()


def test_a_passage_that_is_asked_for_by_its_number_is_shown(page: Page) -> None:
    page.goto("/reports/larose-edwards-1994/?passage=7")
    expect(page).to_have_url(re.compile(r"\?passage=7#p-7$"))
    expect(page.locator("#p-7")).to_be_in_viewport()

"""A report comes in through a browser: chosen, read while one watches, confirmed, cited."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from lessons.management.commands.worker import JobWorker
from tests.browser.conftest import Open
from tests.browser.test_journeys import sign_in
from tests.job_worker import DATABASE_TASKS, elsewhere
from tests.pdf import pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

TEXT = "The mission was warned in January that weapons were being handed out. Nobody acted."


@pytest.fixture
def report_file(tmp_path: Path, folder_of_files: Path, settings) -> Iterator[Path]:
    settings.TASKS = DATABASE_TASKS
    path = tmp_path / "inquiry.pdf"
    path.write_bytes(pdf(f"= What was known\n{TEXT}", title="What was known in January"))
    return path


def test_a_report_is_uploaded_watched_confirmed_and_cited(
    open_page: Open, report_file: Path
) -> None:
    page = open_page()
    sign_in(page, "analyst", "/curate/reports/")
    page.get_by_role("link", name="Add reports").click()
    page.get_by_label("Files").set_input_files(report_file)
    page.get_by_role("button", name="Read", exact=True).click()

    expect(page.get_by_role("heading", name="inquiry.pdf")).to_be_visible()
    expect(page.get_by_text("waiting")).to_be_visible()
    assert not Axe().run(page).response["violations"]
    elsewhere(lambda: JobWorker(batch=True).work(None))

    expect(page.locator("#id_title")).to_have_value("What was known in January")
    assert not Axe().run(page).response["violations"]
    page.locator("#id_title").fill("What was known")
    page.get_by_role("button", name="Confirm").click()

    expect(page.get_by_text("“What was known” is here").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    expect(page.locator("#p-1")).to_be_focused()
    page.keyboard.press("s")
    page.keyboard.press("l")
    page.get_by_label("Title").fill("Warnings must reach who decides")
    page.get_by_label("Statement").fill("A warning helps nobody who cannot decide.")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("link", name="Warnings must reach who decides")).to_be_visible()

    page.goto("/reports/what-was-known-in-january/")
    page.get_by_text("See page 1").click()
    picture = page.get_by_role("img", name="Page 1 of “What was known”")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 1200)

"""A table through a browser: a problem is seen, mended and imported."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lessons.models import Record
from tests.browser.conftest import Open
from tests.browser.test_desk import LARGE, SMALL, accessible
from tests.browser.test_journeys import sign_in
from tests.importers.tables.importing import csv_of, lesson

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def table(folder: Path, **cells: Any) -> Path:
    path = folder / "lessons.csv"
    rows = [lesson(title="Keep the radio on", url="https://radio.example", odd="7"),
            lesson(title="Read the cables", phase="warning", url="", odd="")]  # fmt: skip
    path.write_bytes(csv_of([{"phase": "", **row, **cells} for row in rows]))
    return path


def upload(page: Page, path: Path) -> None:
    page.get_by_role("navigation", name="Desk").get_by_role("link", name="Import").click()
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Read the table").click()


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])
def test_an_analyst_mends_a_table_and_imports_it(
    size: dict[str, int], open_page: Open, tmp_path: Path
) -> None:
    page = open_page(viewport=size)
    sign_in(page, "analyst", "/accounts/login/?next=/curate/")
    upload(page, table(tmp_path, phase="wraning"))
    page.get_by_label("odd").select_option(label="leave out")
    accessible(page)
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_text("“wraning” is none of").first).to_be_visible()
    accessible(page)
    upload(page, table(tmp_path, title=f"Keep the radio on, {size['width']}"))
    expect(page.get_by_label("odd")).to_have_value("-")  # remembered
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("link", name="2 new")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.get_by_role("heading", name="“lessons.csv” is imported")).to_be_visible()
    accessible(page)
    record = Record.objects.get(
        title=f"Keep the radio on, {size['width']}", citations__isnull=False
    )
    page.get_by_role("link", name=record.code).click()
    expect(page.locator("blockquote").first).to_have_text("Listen before you send troops.")

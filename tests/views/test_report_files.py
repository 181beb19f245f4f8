"""A report's own file and the pictures of its pages, as browsers get them."""

import io

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from accounts.models import User
from lessons import evidence
from lessons.models import Access, Report
from tests.factories import make_published, make_report
from tests.pdf import pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def with_file(name: str, content: bytes, **fields) -> Report:
    report = make_report(**fields)
    report.file_sha256 = "0" * 64
    report.file.save(name, ContentFile(content))
    return report


@pytest.fixture
def report() -> Report:
    return with_file("any.pdf", pdf("One.", "Two."), slug="r", page_count=2)


def test_a_pdf_is_read_in_place_and_can_do_nothing_here(client: Client, report: Report) -> None:
    response = client.get("/reports/r/file")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="r.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert b"".join(response).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["page.html", "text.txt", "word.docx"])
def test_any_other_file_is_kept_and_not_opened(client: Client, name: str) -> None:
    with_file(name, b"<script>alert(1)</script>", slug="h")
    response = client.get("/reports/h/file")
    assert response["Content-Disposition"].startswith("attachment;")
    assert not response["Content-Type"].startswith("text/")
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response) == b"<script>alert(1)</script>"


def test_without_a_file_there_is_none(client: Client) -> None:
    make_report(slug="r")
    assert client.get("/reports/r/file").status_code == 404
    assert client.get("/reports/r/pages/1.webp").status_code == 404


def test_a_restricted_reports_file_and_pages_are_the_desks(
    client: Client, report: Report, analyst: User
) -> None:
    drawn = client.get("/reports/r/pages/1.webp")
    assert "public" in drawn["Cache-Control"]
    evidence.set_access(report, Access.RESTRICTED, by=None)
    for path in ("/reports/r/file", "/reports/r/pages/1.webp"):
        assert client.get(path, headers={"If-None-Match": drawn["ETag"]}).status_code == 404
    client.force_login(analyst)
    assert b"".join(client.get("/reports/r/file")).startswith(b"%PDF")
    assert "private" in client.get("/reports/r/pages/1.webp")["Cache-Control"]


def test_a_page_is_drawn_once_and_then_remembered(client: Client, report: Report, settings) -> None:
    response = client.get("/reports/r/pages/2.webp")
    assert response["Content-Type"] == "image/webp"
    picture = Image.open(io.BytesIO(response.content))
    assert picture.width == 1200
    assert picture.height > picture.width
    (kept,) = [path for path in settings.PICTURES_DIR.rglob("*") if path.is_file()]
    report.file.delete()
    report.file = "any.pdf"
    report.save()
    again = client.get("/reports/r/pages/2.webp")
    assert again.content == kept.read_bytes()
    assert (
        client.get(
            "/reports/r/pages/2.webp", headers={"If-None-Match": response["ETag"]}
        ).status_code
        == 304
    )


@pytest.mark.parametrize("number", [0, 3, 10**300])
def test_a_page_that_there_is_not_is_not_found(client: Client, report: Report, number) -> None:
    assert client.get(f"/reports/r/pages/{number}.webp").status_code == 404
    Report.objects.update(page_count=None)
    assert client.get(f"/reports/r/pages/{number}.webp").status_code == 404


def test_a_pdf_that_cannot_be_drawn_costs_its_picture_alone(client: Client) -> None:
    with_file("any.pdf", b"%PDF-1.4 nothing", slug="broken")
    assert client.get("/reports/broken/pages/1.webp").status_code == 404
    assert client.get("/reports/broken/").status_code == 200


def test_the_page_stands_beside_its_text_on_the_reports_and_the_records_page(
    client: Client, report: Report
) -> None:
    evidence.retext(
        report,
        [evidence.PassageText(text, page=page) for text, page in
         (("One.", 1), ("Also one.", 1), ("Two.", 2), ("Nowhere.", None))],
        by=None, reason="Pages.",
    )  # fmt: skip
    record = make_published(passage=report.passages.current().get(ordinal=3))
    page = client.get("/reports/r/").content.decode()
    assert page.count("<img ") == 2
    assert 'src="/reports/r/pages/1.webp" loading="lazy"' in page
    assert 'href="/reports/r/file"' in page
    page = client.get(f"/records/{record.code}/").content.decode()
    assert 'src="/reports/r/pages/2.webp" loading="lazy"' in page
    assert f'alt="Page 2 of “{report.title}”' in page
    evidence.retext(
        report, [evidence.PassageText("Gone.", page=1)], by=None, reason="Another text."
    )
    page = client.get(f"/records/{record.code}/").content.decode()
    assert "<img " not in page  # the page of another text is not shown

"""Handing files in, seeing what was read, confirming it: the pages of uploads."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from lessons import suggestions
from lessons.ingest import uploads
from lessons.models import Cue, Job, Report, Suggestion, Upload
from tests.factories import cite, make_record, make_report
from tests.job_worker import DATABASE_TASKS
from tests.uploads import TEXT, make_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]

ADD = "/curate/reports/add/"


def text_file(name: str = "late.txt", text: str = TEXT) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def confirmed(**more: Any) -> dict[str, Any]:
    about = {"title": "What was late", "slug": "late", "issued_precision": "year", "language": "en",
             "access": "public"}  # fmt: skip
    return {**about, "issued": "1996-01-01", "type": "inquiry", "authors": "Doe, Jane", **more}


@pytest.fixture
def desk(signed_in, analyst: User) -> Client:
    return signed_in(analyst)


def test_a_file_is_read_confirmed_and_lands_on_the_workbench(desk: Client) -> None:
    answer = desk.post(ADD, {"documents": text_file()})
    upload = Upload.objects.get()
    assert answer["Location"] == upload.get_absolute_url()
    page = desk.get(upload.get_absolute_url()).content.decode()
    for shown in ("What was late", "The force was cut.", "Page 2 holds no text.", "3 passages"):
        assert shown in page
    answer = desk.post(upload.get_absolute_url(), confirmed())
    assert answer["Location"] == "/curate/reports/late/"
    report = Report.objects.get()
    assert (report.authors, report.type) == (["Doe, Jane"], "inquiry")
    assert report.passages.count() == 3
    again = desk.get(upload.get_absolute_url(), follow=True)
    assert b"confirmed or discarded" in again.content


def test_who_may_read_it_is_asked_before_it_is_a_report(desk: Client) -> None:
    upload = make_upload()
    page = desk.get(upload.get_absolute_url()).content.decode()
    assert page.index('name="access"') < page.index("<summary>More")
    desk.post(upload.get_absolute_url(), confirmed(access="restricted"))
    assert Client().get("/reports/late/").status_code == 404
    assert "restricted" in desk.get("/reports/late/").content.decode()


def test_suggestions_are_looked_for_unless_the_box_is_left_empty(desk: Client) -> None:
    suggestions.save_cue(Cue(phrase="was cut", kind="failure"), by=None)
    upload = make_upload()
    page = desk.get(upload.get_absolute_url()).content.decode()
    assert '<input type="checkbox" name="suggest"' in page
    desk.post(upload.get_absolute_url(), confirmed(suggest="on"))
    assert Job.objects.get(kind="look for suggestions").result == {
        "said": "1 suggestion to look at."
    }
    for address in ("/reports/late/", "/curate/reports/late/"):
        assert "1 suggestion to look at" in desk.get(address).content.decode()
    assert "suggestion" not in Client().get("/reports/late/").content.decode()
    other = make_upload("The other force was cut.")
    desk.post(other.get_absolute_url(), confirmed(slug="other", title="Other"))
    assert not Suggestion.objects.of(Report.objects.get(slug="other")).exists()


def test_the_report_says_that_suggestions_are_being_looked_for(desk: Client, settings: Any) -> None:
    settings.TASKS = DATABASE_TASKS
    report = make_report(slug="r")
    suggestions.look_later(report, by=None)
    assert "being looked for" in desk.get("/reports/r/").content.decode()


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(desk: Client) -> None:
    upload = make_upload()
    make_report(slug="late")
    page = desk.post(upload.get_absolute_url(), confirmed(title="")).content.decode()
    assert "This field is required." in page
    assert "already exists" in page
    assert Upload.objects.exists()


def test_several_files_at_once_each_say_what_came_of_it(desk: Client) -> None:
    make_upload("One.")
    sent = [text_file("a.txt", "One."), text_file("b.exe"), text_file("c.txt", "Three.")]
    page = desk.post(ADD, {"documents": sent}, follow=True).content.decode()
    assert "a.txt: This file is already here: “late.txt”." in page
    assert "b.exe: “b.exe” is of a kind that is not read here." in page
    assert "c.txt" in page
    assert Upload.objects.count() == 2


def test_the_file_of_a_report_leads_to_that_report(desk: Client) -> None:
    report = uploads.confirm(make_upload(), by=None, title="Late", slug="late")
    page = desk.post(ADD, {"documents": text_file()}, follow=True).content.decode()
    assert f'<a href="{report.get_absolute_url()}">Open it</a>' in page


@pytest.mark.parametrize("limit", [100, 5])
def test_what_is_too_large_is_not_kept_for_a_moment(desk: Client, settings, limit: int) -> None:
    """Neither what says so of itself nor what turns out to be."""
    settings.MAX_UPLOAD = limit
    big = "x" * (2_000_000 if limit == 100 else 50)
    page = desk.post(ADD, {"documents": text_file(text=big)}).content.decode()
    assert "what can be uploaded at once" in page
    assert not Upload.objects.exists()


def test_no_file_is_no_upload(desk: Client) -> None:
    assert b"This field is required." in desk.post(ADD, {}).content


def test_a_file_that_cannot_be_read_says_why_and_goes(desk: Client) -> None:
    upload = make_upload("broken")
    page = desk.get(upload.get_absolute_url()).content.decode()
    assert "This file is damaged: line 1." in page
    assert "Read it again" in page
    desk.post(upload.get_absolute_url(), {"again": "1"})
    assert b"late.txt" in desk.get(ADD).content
    desk.post(upload.get_absolute_url(), {"discard": "1"})
    assert not Upload.objects.exists()


def test_while_it_is_being_read_its_page_asks_how_far_it_is(desk: Client, settings) -> None:
    settings.TASKS = DATABASE_TASKS
    upload = make_upload(by=None)
    page = desk.get(upload.get_absolute_url()).content.decode()
    assert f'hx-get="{upload.job.get_absolute_url()}"' in page
    desk.post(upload.get_absolute_url(), {"discard": "1"})
    upload.job.refresh_from_db()
    assert upload.job.state == "cancelled"


def test_a_new_file_for_a_text_shows_what_becomes_of_the_citations_first(desk: Client) -> None:
    report = make_report((*TEXT.split("\n\n"), "Gone."), slug="r")
    cite(make_record(), report.passages.get(ordinal=1))
    cite(make_record(), report.passages.get(ordinal=4))
    desk.post(f"{ADD}?report=r", {"documents": text_file()})
    address = Upload.objects.get().get_absolute_url()
    sent = {"reason": "The file came.", "read_version": "1"}
    page = desk.post(address, {**sent, "look": "1"}).content.decode()
    assert "1 citation would be found again." in page
    assert "1 citation would be lost." in page
    assert report.passages.count() == 4
    page = desk.post(address, {**sent, "replace": "1"}, follow=True).content.decode()
    assert "1 citation was lost." in page
    report.refresh_from_db()
    assert report.text_version == 2


def test_the_admin_leads_from_a_text_to_a_file_for_it(desk: Client) -> None:
    report = make_report(slug="r")
    page = desk.get(f"/admin/lessons/report/{report.pk}/text/").content.decode()
    assert f'href="{ADD}?report=r"' in page


def test_pages_of_uploads_ask_few_queries(desk: Client, django_assert_max_num_queries) -> None:
    one = make_upload()
    make_upload("Two.")
    with django_assert_max_num_queries(3):  # session, user, uploads
        desk.get(ADD)
    with django_assert_max_num_queries(6):  # …, upload, free name, countries
        desk.get(one.get_absolute_url())

"""A file comes in, is read by a job, and becomes a report only when a person confirms it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from lessons import jobs
from lessons.ingest import uploads
from lessons.ingest.describing import described, issued
from lessons.ingest.document import Metadata
from lessons.models import Job, Report, Upload
from tests.factories import cite, make_record, make_report
from tests.uploads import TEXT, make_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def refused(name: str, content: bytes, **more) -> str:
    with pytest.raises(ValidationError) as error:
        uploads.receive(ContentFile(content, name), name, by=None, **more)
    return " ".join(error.value.messages)


def test_a_file_is_read_and_is_no_report_yet(analyst: User) -> None:
    upload = make_upload(by=analyst)
    assert upload.is_read
    assert [one.text for one in uploads.stored_passages(upload)] == TEXT.split("\n\n")
    assert upload.document["warnings"] == ["Page 2 holds no text."]
    assert upload.job.state == "done"
    assert upload.job.result["address"] == upload.get_absolute_url()
    assert not Report.objects.exists()


def test_what_is_confirmed_is_a_report_with_its_file_and_text(analyst: User) -> None:
    upload = make_upload(by=analyst)
    said = described(Metadata(**upload.document["metadata"]), 1, upload.name)
    report = uploads.confirm(upload, by=analyst, **said)
    assert report.title == "What was late"
    assert (report.issued, report.issued_precision) == (date(1996, 3, 1), "month")
    assert (report.language, report.page_count) == ("en", 1)
    assert report.file_sha256 == upload.sha256
    with report.file.open() as file:
        assert file.read().decode() == TEXT
    passage = report.passages.get(ordinal=2)
    assert (passage.text, passage.section_path, passage.page) == (
        "Nobody asked why.",
        ["Chapter"],
        1,
    )
    assert not Upload.objects.exists()


def test_a_file_is_kept_under_its_checksum_and_never_under_a_name_somebody_chose(
    files: Path,
) -> None:
    upload = make_upload(name="../../etc/pass\\wd.TXT")
    assert upload.name == "wd.TXT"
    assert upload.file.name == f"reports/{upload.sha256}.txt"
    assert [path.name for path in files.rglob("*") if path.is_file()] == [f"{upload.sha256}.txt"]


def test_the_same_file_is_recognised_while_it_waits_and_once_it_is_a_report() -> None:
    upload = make_upload()
    assert "already here: “late.txt”" in refused("other.txt", TEXT.encode())
    uploads.confirm(upload, by=None, title="Late", slug="late")
    assert "already here: “Late”" in refused("other.txt", TEXT.encode())
    assert Report.objects.count() == 1


def test_what_is_empty_too_large_or_of_another_kind_is_refused_at_once(settings) -> None:
    assert "empty" in refused("a.txt", b"")
    assert "a kind that is not read" in refused("a.exe", b"MZ")
    settings.MAX_UPLOAD = 3
    assert "larger than" in refused("a.txt", b"four")
    assert not Upload.objects.exists()


def test_a_file_that_cannot_be_read_says_why_and_can_be_read_again_or_discarded(
    files: Path, analyst: User, django_capture_on_commit_callbacks
) -> None:
    upload = make_upload("broken", by=analyst)
    assert not upload.is_read
    assert upload.job.error == "This file is damaged: line 1."
    assert uploads.read_again(upload, by=analyst).job.state == "failed"
    with pytest.raises(ValidationError, match="not read yet"):
        uploads.confirm(upload, by=analyst, title="T", slug="t")
    with django_capture_on_commit_callbacks(execute=True):
        uploads.discard(upload, by=analyst)
    assert not [path for path in files.rglob("*") if path.is_file()]


def test_cancelling_ends_the_reading_between_two_pages(analyst: User) -> None:
    upload = make_upload("broken", by=analyst)

    def unwanted(done: int, total: int | None = None, message: str = "") -> None:
        if message == "Reading the pages":
            assert (done, total) == (1, 2)
            raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        uploads.read_upload(upload.job, unwanted)


def test_a_file_without_any_text_is_refused() -> None:
    assert "may be a scan" in make_upload("   ").job.error


def test_a_file_that_was_damaged_here_is_not_read(files: Path) -> None:
    upload = make_upload()
    (files / upload.file.name).write_text("Something else.")
    assert "damaged" in uploads.read_again(upload, by=None).job.error


def test_the_file_of_a_report_stays_when_its_upload_for_a_new_text_is_discarded(
    files: Path, django_capture_on_commit_callbacks
) -> None:
    report = uploads.confirm(make_upload(), by=None, title="Late", slug="late")
    again = make_upload(report=report)
    with django_capture_on_commit_callbacks(execute=True):
        uploads.discard(again, by=None)
    assert (files / report.file.name).exists()


def test_a_new_file_replaces_the_text_and_citations_follow(reviewer: User) -> None:
    report = make_report(tuple(TEXT.split("\n\n")))
    record = cite(make_record(), report.passages.get(ordinal=2))
    upload = make_upload("A foreword.\n\n" + TEXT, by=reviewer, report=report)
    outcome = uploads.replace_text(upload, by=reviewer, reason="The whole file came.")
    assert [one.record for one in outcome.moved] == [record]
    report.refresh_from_db()
    assert (report.text_version, report.file_sha256) == (2, upload.sha256)
    assert record.citations.get().passage.ordinal == 3
    assert not Upload.objects.exists()


def test_two_cannot_confirm_the_same_upload() -> None:
    upload = make_upload()
    uploads.confirm(upload, by=None, title="Late", slug="late")
    upload.pk = 1
    with pytest.raises(ValidationError, match="Somebody else"):
        uploads.confirm(upload, by=None, title="Later", slug="later")


def test_a_reader_uploads_nothing(reader: User) -> None:
    with pytest.raises(PermissionDenied):
        make_upload(by=reader)
    assert not Job.objects.exists()


def test_what_nobody_confirmed_for_weeks_is_discarded() -> None:
    kept, old = make_upload("One."), make_upload("Two.")
    Upload.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(weeks=7))
    assert uploads.prune() == 1
    assert list(Upload.objects.all()) == [kept]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1996", ("1996-01-01", "year")),
        ("1996-03", ("1996-03-01", "month")),
        ("1996-03-09", ("1996-03-09", "day")),
        ("", None),
        ("March", None),
        ("1996-13", None),
    ],
)
def test_a_date_is_known_as_far_as_the_file_says(text: str, expected) -> None:
    assert (tuple(map(str, issued(text).values())) or None) == expected


def test_without_a_title_the_name_of_the_file_stands_for_it() -> None:
    make_report(slug="annual-report")
    said = described(Metadata(url="x" * 900), None, "annual_report.pdf")
    assert (said["title"], said["slug"]) == ("annual report", "annual-report-2")
    assert len(said["url"]) == 500

"""Files in an S3-compatible store: every way they go, without a folder of this machine."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from accounts.models import User
from lessons import archive
from lessons.curation import withdraw
from lessons.importers import tables
from lessons.ingest import uploads
from lessons.models import Report, Upload
from tests.factories import make_published, make_user
from tests.pdf import pdf
from tests.test_archive import emptied

boto3 = pytest.importorskip("boto3", reason="the extra s3 is not installed")
moto = pytest.importorskip("moto.server", reason="moto, a store to test with, is not installed")

PAGES = pdf("The force was cut before anybody asked why.", "It was late.")
BUCKET = "hindsight"
# botocore's own (boto/botocore issue 3201): it asks the clock of an older Python.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:datetime.datetime.utc:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    _host, port = running.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    running.stop()


@pytest.fixture(autouse=True)
def store(server: str, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Any:
    """Keep files in a bucket of that server, as an installation does; return its client."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = {"BACKEND": "config.s3.Bucket", "OPTIONS": {"bucket_name": BUCKET}}
    settings.STORAGES = {**settings.STORAGES, "default": bucket}
    settings.PICTURES_DIR = tmp_path / "pictures"
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=one["Key"])


def kept(store: Any) -> list[str]:
    return [one["Key"] for one in store.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def make_report(by: User) -> Report:
    uploads.receive(ContentFile(PAGES, "late.pdf"), "late.pdf", by=by)
    return uploads.confirm(Upload.objects.get(), by=by, title="What was late", slug="late")


def test_an_upload_is_read_drawn_and_handed_out_by_us_alone(
    client: Client, analyst: User, store: Any, settings: Any
) -> None:
    report = make_report(analyst)
    assert kept(store) == [report.file.name]
    assert report.passages.filter(text__contains="before anybody").exists()
    answer = client.get("/reports/late/file")
    assert b"".join(answer) == PAGES
    assert answer["Content-Disposition"] == 'inline; filename="late.pdf"'
    assert answer["Content-Length"] == str(len(PAGES))
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    for number in (1, 2):
        picture = client.get(f"/reports/late/pages/{number}.webp")
        assert Image.open(io.BytesIO(picture.content)).width == 1200
    page = client.get("/reports/late/").content.decode()
    assert BUCKET not in page.replace("Hindsight", "").replace("/static/css/hindsight", "")
    with pytest.raises(NotImplementedError):
        report.file.url  # noqa: B018
    assert len(list(settings.PICTURES_DIR.rglob("document"))) == 1  # fetched once for all pages


def test_a_file_is_kept_once_and_goes_when_it_is_discarded(
    analyst: User, store: Any, django_capture_on_commit_callbacks: Any
) -> None:
    uploads.receive(ContentFile(PAGES, "late.pdf"), "late.pdf", by=analyst)
    with pytest.raises(uploads.AlreadyHere):
        uploads.receive(ContentFile(PAGES, "again.pdf"), "again.pdf", by=analyst)
    assert len(kept(store)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        uploads.discard(Upload.objects.get(), by=analyst)
    assert kept(store) == []


def test_a_table_is_imported(analyst: User) -> None:
    table = ContentFile(b"Title,Statement\nWarn early,Act on it.\n", "t.csv")
    one = tables.start(table, "t.csv", by=analyst)
    assert one.columns == ["Title", "Statement"]


def test_the_archive_takes_files_along_and_brings_them_back(
    analyst: User, store: Any, tmp_path: Path, client: Client
) -> None:
    report = make_report(analyst)
    manifest = archive.dump(tmp_path / "all.zip")
    assert manifest["missing"] == []
    assert list(manifest["files"]) == [report.file.name]
    emptied()
    default_storage.delete(report.file.name)
    assert kept(store) == []
    archive.load(tmp_path / "all.zip")
    assert kept(store) == [report.file.name]
    assert b"".join(client.get("/reports/late/file")) == PAGES
    archive.dump(tmp_path / "again.zip")
    assert (tmp_path / "all.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()


def test_nothing_is_written_over(store: Any) -> None:
    first, second = (default_storage.save("reports/a", ContentFile(one)) for one in (b"1", b"2"))
    assert first != second
    assert len(kept(store)) == 2


def test_two_machines_share_the_database_and_the_store_and_no_folder(
    start_worker: Any, store: Any, tmp_path: Path
) -> None:
    other = start_worker(
        DJANGO_SETTINGS_MODULE="config.settings",
        HINDSIGHT_DATA=str(tmp_path / "other"),
        HINDSIGHT_S3_BUCKET=BUCKET,
    )
    report = make_report(make_user())
    record = make_published(title="Zanzibar", passage=report.passages.first())
    assert other.find("q=zanzibar") == [record.pk]
    answer = other.ask("send_file", path="/reports/late/file")
    assert (answer["status"], answer["text"].encode("latin-1")) == (200, PAGES)
    withdraw(record, by=None, reason="Superseded.")
    assert other.find("q=zanzibar") == []
    assert (tmp_path / "other" / "search").is_dir()


def test_a_store_that_is_away_is_no_mistake_of_ours(
    client: Client, analyst: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    make_report(analyst)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    settings.STORAGES = {**settings.STORAGES}  # asks anew where it is
    client.raise_request_exception = False
    answer = client.get("/reports/late/file")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    with pytest.raises(ValidationError, match="cannot keep this file"):
        uploads.receive(ContentFile(b"Other words.", "b.txt"), "b.txt", by=analyst)


def test_a_backup_says_that_files_are_elsewhere(settings: Any, capsys: Any) -> None:
    settings.S3_BUCKET = BUCKET
    command = "lessons.management.commands.db"
    from importlib import import_module

    import_module(command).Command()._say_where_files_are()
    assert f"in the bucket {BUCKET} and not in this file" in capsys.readouterr().out

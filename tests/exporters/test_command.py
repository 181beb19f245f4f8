"""``manage.py export``."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tests.exporters.reading import codes, of_csv
from tests.factories import make_published, make_record

pytestmark = pytest.mark.django_db


def run(file: Path, **options: str) -> str:
    said = StringIO()
    call_command("export", str(file), stdout=said, **options)
    return said.getvalue()


def test_a_list_is_written_in_the_format_of_the_files_suffix(tmp_path: Path) -> None:
    record, _actor = make_published(title="Listen"), make_published("actor")
    for suffix in ("csv", "pdf"):
        said = run(tmp_path / f"out.{suffix}", kind="lesson", query="q=listen&sort=recent")
        assert said == f"1 records in {tmp_path / f'out.{suffix}'}.\n"
        assert codes((tmp_path / f"out.{suffix}").read_bytes(), suffix) == [record.code]
    run(tmp_path / "out.csv", query="columns=code,kind&kind=actor")
    assert [tuple(row) for row in of_csv((tmp_path / "out.csv").read_bytes())] == [("code", "kind")]


def test_drafts_are_written_for_a_person_of_the_desk_alone(tmp_path: Path, analyst: User) -> None:
    make_record()
    file = tmp_path / "out.csv"
    run(file)
    assert codes(file.read_bytes(), "csv") == []
    run(file, person=analyst.username)
    assert len(codes(file.read_bytes(), "csv")) == 1


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [("out.exe", {}, "out.exe: give one of .docx"), ("out", {}, "give one of"),
     ("out.csv", {"query": "colour=red"}, "colour"), ("out.csv", {"query": "columns=x"}, "“x”"),
     ("out.csv", {"person": "nobody"}, "nobody called “nobody”"), ("no/out.csv", {}, "no/out")],
)  # fmt: skip
def test_what_cannot_be_done_is_said(
    name: str, options: dict[str, str], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=reason):
        run(tmp_path / name, **options)


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_published()
    file = tmp_path / "out.csv"
    file.write_text("as it was")
    monkeypatch.setattr("lessons.exporters.rows.COPY", {"csv": "FORMAT nonsense"})
    with pytest.raises(Exception, match="nonsense"):
        run(file)
    assert not list(tmp_path.glob("*.part"))
    assert file.read_text() == "as it was"

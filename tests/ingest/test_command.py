"""``manage.py ingest``: a folder of documents becomes reports, one line a file."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lessons.models import Access, Job, Report
from tests.uploads import TEXT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text(TEXT)
    (folder / "b.md").write_text("broken")
    (folder / "c.exe").write_text("of no kind that is read")
    (folder / "sub" / "annual_report.txt").write_text("Another.")
    return folder


def ingest(*args: object) -> list[str]:
    """Return the lines of a run, the last one what it ended with if that is an error."""
    out = StringIO()
    try:
        call_command("ingest", *map(str, args), stdout=out)
    except CommandError as error:
        out.write(f"{error}\n")
    return out.getvalue().splitlines()


def test_each_file_says_what_came_of_it_and_one_that_fails_stops_no_other(folder: Path) -> None:
    assert ingest(folder) == [
        f"[1/3] {folder}/a.txt: added: /reports/what-was-late/, 3 passages",
        f"[2/3] {folder}/b.md: refused: This file is damaged: line 1.",
        f"[3/3] {folder}/sub/annual_report.txt: added: /reports/annual-report/, 1 passage",
        "1 of 3 were refused.",
    ]
    again = ingest(folder)
    assert "already here: /reports/what-was-late/" in again[0]
    assert Report.objects.count() == 2


def test_at_a_terminal_a_bar_says_how_many_pages_are_read(folder: Path) -> None:
    out = StringIO()
    out.isatty = lambda: True  # type: ignore[method-assign]
    call_command("ingest", str(folder / "a.txt"), stdout=out)
    bar, came = out.getvalue().split("\r")[1:]
    assert bar.startswith("███████████████░░░░░░░░░░░░░░░ page 1 of 2")
    assert "added: /reports/what-was-late/" in came


def test_a_job_looks_for_suggestions_unless_told_not_to(folder: Path) -> None:
    ingest(folder / "a.txt")
    ingest("--no-suggestions", folder / "sub" / "annual_report.txt")
    assert [job.parameters for job in Job.objects.all()] == [
        {"report": Report.objects.get(title="What was late").pk}
    ]


def test_a_dry_run_adds_nothing(folder: Path, files: Path) -> None:
    assert "would be added: “What was late”, 3 passages" in ingest("--dry-run", folder)[0]
    assert not Report.objects.exists()
    assert not files.exists()


def test_what_is_not_there_or_of_no_kind_is_refused_by_name(folder: Path) -> None:
    lines = ingest(folder / "c.exe", folder / "gone.txt", folder / "a.txt")
    assert "refused: “c.exe” is of a kind" in lines[0]
    assert "refused: No such file" in lines[1]
    assert "added" in lines[2]
    assert lines[3] == "2 of 3 were refused."


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert ingest(tmp_path / "empty") == ["There is no document to read."]


def test_documents_are_restricted_where_the_command_says_so(folder: Path) -> None:
    ingest("--restricted", folder / "a.txt")
    ingest(folder / "sub")
    assert Report.objects.get(slug="what-was-late").access == Access.RESTRICTED
    assert Report.objects.get(slug="annual-report").access == Access.PUBLIC

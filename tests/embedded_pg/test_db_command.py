"""``manage.py db``: status, stop, psql, backup, restore."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from . import Project
from .conftest import opened, short_directory

FILL = "CREATE TABLE notes AS SELECT i AS id, 'é' || i AS note FROM generate_series(1, 500) i"
LATER = (
    "DROP OWNED BY CURRENT_USER; CREATE EXTENSION pg_trgm;"
    "CREATE TABLE notes (id int, note text); CREATE TABLE later AS SELECT 1 AS id"
)
ELSEWHERE = """
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
"""


@pytest.fixture(scope="module")
def dump() -> Iterator[bytes]:
    """What a backup of a database with the table ``notes`` consists of."""
    with short_directory() as path, opened(Project(path)) as project:
        project.query("CREATE EXTENSION pg_trgm; " + FILL)
        assert project.db("backup", str(path / "notes.dump")).returncode == 0
        yield (path / "notes.dump").read_bytes()


@pytest.fixture
def backup(project: Project, dump: bytes) -> Path:
    """That backup, beside a database which has been emptied and got the table ``later``."""
    file = project.base / "notes.dump"
    file.write_bytes(dump)
    project.query(LATER)
    return file


def test_status_starts_nothing(cold: Project) -> None:
    result = cold.db("status")
    assert "Server:         not running" in result.stdout
    assert f"Data directory: {cold.data_dir}" in result.stdout
    assert "PostgreSQL:     18." in result.stdout
    assert not cold.data_dir.exists()


def test_status_of_a_running_server_neither_holds_nor_stops_it(project: Project) -> None:
    project.query(HINDSIGHT_PG_KEEP="1")
    server = project.postmaster
    client = project.client()
    lines = project.db("status").stdout.splitlines()
    assert lines[0] == "Server:         running"
    assert lines[3].endswith("MB")
    assert lines[4] == "Connections:    1"
    client.kill()
    project.db("status")
    assert project.postmaster == server, "although nobody holds it"


def test_stop_leaves_a_server_in_use_unless_forced(project: Project) -> None:
    client = project.client()
    refused = project.db("stop")
    assert refused.returncode == 1
    assert "Other processes use the server (1 connections are open)" in refused.stderr
    assert client.ask("SELECT 1") == "1"
    assert "has stopped" in project.db("stop", "--force").stdout
    assert project.postmaster is None
    assert client.ask("SELECT 'started again'") == "started again"
    client.leave()


def test_stop_ends_a_server_that_nobody_uses(project: Project) -> None:
    project.client().kill()
    assert "has stopped" in project.db("stop").stdout
    assert project.postmaster is None
    assert "is not running" in project.db("stop").stdout


def test_psql_passes_its_arguments_on(project: Project) -> None:
    assert project.db("psql", "--", "-Atc", "SELECT 'p' || 'sql'").stdout == "psql\n"
    failed = project.db("psql", "--", "-c", "SELECT nothing")
    assert failed.returncode == 1
    assert "CommandError: psql ended with an error" in failed.stderr


def test_backup_is_private_whole_and_overwrites_only_when_forced(
    project: Project, backup: Path
) -> None:
    before = backup.read_bytes()
    refused = project.db("backup", str(backup))
    assert refused.returncode == 1
    assert "exists. Choose another name, or overwrite it with --force" in refused.stderr
    assert backup.read_bytes() == before
    assert project.db("backup", str(backup), "--force").returncode == 0
    assert backup.read_bytes() != before
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert list(backup.parent.glob(".notes*")) == [], "no temporary file is left"


def test_backup_says_where_it_cannot_write(project: Project) -> None:
    refused = project.db("backup", str(project.base / "missing" / "file"))
    assert f"Cannot write to {project.base}/missing" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_restore_fills_an_empty_database(project: Project, backup: Path) -> None:
    project.query("DROP TABLE notes; DROP TABLE later; DROP EXTENSION pg_trgm")
    result = project.db("restore", str(backup))
    assert result.returncode == 0, result.stderr
    assert project.query("SELECT count(*), max(note), similarity('a', 'a') FROM notes") == (
        "500|é99|1.0"
    )


def test_restore_replaces_contents_only_when_told(project: Project, backup: Path) -> None:
    refused = project.db("restore", str(backup))
    assert refused.returncode == 1
    assert "The database is not empty (tables: 2)" in refused.stderr
    assert project.db("restore", str(backup), "--replace").returncode == 0
    assert project.query("SELECT count(*), to_regclass('later') FROM notes") == "500|None"


def test_files_go_along_and_come_back(project: Project) -> None:
    files = project.base / "files"
    project.write_settings(extra=f"MEDIA_ROOT = {str(files)!r}\n")
    (files / "reports").mkdir(parents=True)
    (files / "reports" / "é.pdf").write_bytes(b"the evidence")
    backup = project.base / "all.tar"
    assert "files: 1" in project.db("backup", str(backup)).stdout
    refused = project.db("restore", str(backup))
    assert "uploaded files are kept (1)" in refused.stderr
    (files / "reports" / "é.pdf").write_bytes(b"changed since")
    (files / "later.pdf").touch()
    result = project.db("restore", str(backup), "--replace")
    assert result.returncode == 0, result.stderr
    found = {path.name: path.read_bytes() for path in files.rglob("*.pdf")}
    assert found == {"é.pdf": b"the evidence"}
    assert not list(project.base.glob(".restoring*"))


def half(content: bytes) -> bytes:
    return content[:2000]


def one_bit_other(content: bytes) -> bytes:
    return content[:2000] + bytes([content[2000] ^ 1]) + content[2001:]


@pytest.mark.parametrize("damaged", [half, one_bit_other])
def test_a_damaged_backup_changes_nothing(
    project: Project, backup: Path, damaged: Callable[[bytes], bytes]
) -> None:
    backup.write_bytes(damaged(backup.read_bytes()))
    failed = project.db("restore", str(backup), "--replace")
    assert failed.returncode == 1
    assert "or was damaged since" in failed.stderr
    assert "Nothing was changed" in failed.stderr
    assert project.query("SELECT count(*), to_regclass('later') FROM notes") == "0|later"


def test_a_restore_that_the_database_refuses_changes_nothing(
    project: Project, backup: Path
) -> None:
    holder = project.client()
    holder.ask("BEGIN; LOCK TABLE later; SELECT 1")
    hurry = "import lessons.management.commands.db as db\n" + (
        "db.EMPTY_THE_DATABASE = db.EMPTY_THE_DATABASE.replace('30s', '200ms')\n"
        "db.Command().run_from_argv(['manage.py', 'db', *sys.argv[1:]])"
    )
    failed = project.python(hurry, "restore", str(backup), "--replace")
    assert failed.returncode == 1
    assert "Nothing was changed: " in failed.stderr
    assert "lock timeout" in failed.stderr
    holder.leave()
    assert project.query("SELECT count(*), to_regclass('later') FROM notes") == "0|later"


def test_a_file_that_is_no_backup_is_named(project: Project) -> None:
    file = project.base / "tiny_settings.py"
    refused = project.db("restore", str(file), "--replace")
    assert f"{file} is not a backup that 'manage.py db backup' wrote" in refused.stderr
    missing = project.db("restore", str(project.base / "missing"))
    assert f"There is no file {project.base}/missing" in missing.stderr


@pytest.mark.parametrize(
    ("verb", "tool"),
    [
        (("status",), "pg_isready"),
        (("stop",), "systemctl"),
        (("psql",), "manage.py dbshell"),
        (("backup", "x"), "pg_dump --format=custom"),
        (("restore", "x"), "pg_restore --single-transaction"),
    ],
)
def test_another_database_is_left_to_its_own_tools(
    cold: Project, verb: tuple[str, ...], tool: str
) -> None:
    cold.write_settings(extra=ELSEWHERE)
    refused = cold.db(*verb)
    assert refused.returncode == 1
    assert "works on the embedded database only" in refused.stderr
    assert tool in refused.stderr

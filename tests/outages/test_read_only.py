"""A data directory on a disk that is read-only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.embedded_pg.server import EmbeddedServer
from lessons.outages import Outage, data_directory, outage

from .disks import mounted, unmount


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    if not mounted(tmp_path, "1m", "ro"):
        pytest.skip("needs root, to mount a small disk")
    yield tmp_path
    unmount(tmp_path)


def test_every_command_refuses_with_the_remedy(read_only: Path, settings: Any) -> None:
    settings.DATA_DIR = read_only
    (error,) = data_directory()
    assert error.msg == f"Nothing can be kept in {read_only}: Read-only file system."
    assert "make it writable" in error.hint


def test_the_embedded_database_names_it_and_pages_say_there_is_no_room(read_only: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="lock: Read-only file system") as refused:
        EmbeddedServer(read_only).ensure()
    assert outage(refused.value) is Outage.STORAGE

"""CSV files are read in this process: the sandbox has tests of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lessons.importers import sheets
from lessons.importers.sheets import reading


@pytest.fixture(autouse=True)
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare each CSV file three processes."""
    elsewhere = sheets.stream

    def stream(reader: str, path: Path, name: str, *args: Any, limits: Any) -> Iterator[Any]:
        if not name.endswith(".csv"):
            yield from elsewhere(reader, path, name, *args, limits=limits)
            return
        for one in getattr(reading, reader.partition(":")[2])(path, name, *args):
            yield json.loads(json.dumps(one))

    monkeypatch.setattr(sheets, "stream", stream)

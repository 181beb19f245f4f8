"""Uploaded files, wherever they are kept: in a folder of this machine, or in a store of objects."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def local(file: Any) -> Iterator[Path]:
    """Yield where a kept file (of a FileField) lies here: itself, or a copy for as long."""
    if path := path_of(file):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "copy"
        copy(file, copied)
        yield copied


def path_of(file: Any) -> Path | None:
    """Return the path of a kept file on this machine; None if it is kept elsewhere."""
    try:
        path = Path(file.path)
    except NotImplementedError:  # what Django's storages say that have none
        return None
    return path if path.is_file() else None  # one in memory names what is nowhere


def copy(file: Any, path: Path) -> None:
    """Write what is in a kept file to ``path``."""
    with file.open("rb") as kept, path.open("wb") as written:
        shutil.copyfileobj(kept, written)

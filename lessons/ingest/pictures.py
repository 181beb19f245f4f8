"""The pages of a report's PDF as pictures: drawn once, then kept in a folder of this machine."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from lessons import files, sandbox
from lessons.models import Report

DOCUMENT = "document"  # beside its pictures, where files are kept elsewhere
WIDTH = 1200  # pixels: a page of text is sharp on a screen of high density
LIMITS = sandbox.Limits(seconds=4, waiting=4, memory=768 * sandbox.MB, output=16 * sandbox.MB)


def picture(report: Report, number: int) -> Path:
    """Return where the picture (WebP) of page ``number``, from 1, lies; it is drawn if need be.

    Raises `sandbox.Refused` if there is no such page, or if it cannot be drawn within LIMITS.
    """
    kept = settings.PICTURES_DIR / str(report.file_sha256) / f"{number}.webp"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        document = files.path_of(report.file) or _copied(report.file, kept.with_name(DOCUMENT))
        drawer = "lessons.ingest.drawing:draw"
        (drawn,) = sandbox.stream(drawer, document, number, WIDTH, limits=LIMITS)
        with _whole(kept) as fresh:
            fresh.write_bytes(base64.b64decode(drawn))
    return kept


def _copied(file: Any, path: Path) -> Path:
    """Return a copy of a file that is kept elsewhere: its pages are asked for one by one."""
    if not path.exists():
        with _whole(path) as fresh:
            files.copy(file, fresh)
    return path


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Yield where to write what others may be reading or writing: it is there whole, or not."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        yield fresh
        fresh.replace(path)

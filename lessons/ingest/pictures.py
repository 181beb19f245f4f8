"""The pages of a report's PDF as pictures: drawn once, then kept in a folder of this machine."""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path

from django.conf import settings

from lessons import sandbox
from lessons.models import Report

WIDTH = 1200  # pixels: a page of text is sharp on a screen of high density
LIMITS = sandbox.Limits(seconds=4, waiting=4, memory=768 * sandbox.MB, output=16 * sandbox.MB)


def picture(report: Report, number: int) -> Path:
    """Return where the picture (WebP) of page ``number``, from 1, lies; it is drawn if need be.

    Raises `sandbox.Refused` if there is no such page, or if it cannot be drawn within LIMITS.
    """
    kept = settings.PICTURES_DIR / str(report.file_sha256) / f"{number}.webp"
    if not kept.exists():
        drawer = "lessons.ingest.drawing:draw"
        (drawn,) = sandbox.stream(drawer, Path(report.file.path), number, WIDTH, limits=LIMITS)
        _write(kept, base64.b64decode(drawn))
    return kept


def _write(path: Path, content: bytes) -> None:
    """Write a file that others may be reading or writing: whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).replace(path)

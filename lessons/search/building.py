"""Building a large index beside the site, so that no reader waits for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from lessons.models import Record

from .locks import is_held

INLINE = 20_000  # records that are indexed while one reader waits, in about a second
STARTING = 20.0  # seconds that a process may take before it holds the lock
PROGRESS = "progress.json"
BUILD_LOCK = "build-lock"  # held while a generation is built, so that only one is


class Building(Exception):
    """The index is being built; the message says how far it is."""


def refuse_if_large(root: Path) -> None:
    """Start a build in the background and raise Building if a reader would wait for too long."""
    total = Record.objects.count()
    if total > INLINE:
        refuse(root, "rebuild", total)


def refuse(root: Path, verb: str, total: int) -> None:
    """Start ``manage.py search <verb>`` unless it is running, and raise Building."""
    root.mkdir(parents=True, exist_ok=True)
    done = read_progress(root)
    if done is None:
        start(root, verb)
    raise Building(
        _(
            "The search index is being built: %(done)d of %(total)d records. "
            "Browsing without words works meanwhile."
        )
        % {"done": done or 0, "total": total}
    )


def start(root: Path, verb: str) -> None:
    """Start ``manage.py search <verb>`` as a process of its own, which outlives this one."""
    write_progress(root, 0)
    with (root / "build.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "search", verb, "--if-needed"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def read_progress(root: Path) -> int | None:
    """Return how many records the running build has indexed; None if none is running.

    It runs while it holds its lock, or has been started only now: a process that died holds none.
    """
    try:
        held = json.loads((root / PROGRESS).read_text("ascii"))
        age = time.time() - (root / PROGRESS).stat().st_mtime
        starting = held["pid"] == 0 and 0 <= age < STARTING
        return int(held["done"]) if starting or is_held(root / BUILD_LOCK) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_progress(root: Path, done: int, pid: int = 0) -> None:
    """Say how far the build is; ``pid`` is the builder's (0: it has not begun)."""
    draft = root / f"{PROGRESS}.{os.getpid()}.tmp"
    draft.write_text(json.dumps({"done": done, "pid": pid}), "ascii")
    draft.replace(root / PROGRESS)


def clear_progress(root: Path) -> None:
    """Say that no build is running."""
    (root / PROGRESS).unlink(missing_ok=True)

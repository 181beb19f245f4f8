"""Locks between the processes of one machine; the system lets go of them when a process dies."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

PATIENCE = 20.0  # seconds to wait for another process
PAUSE = 0.005


class SearchUnavailable(Exception):
    """The index cannot answer now; the message says why and what happens next."""


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock ``path``; raises SearchUnavailable if another holds it for too long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        _acquire(file.fileno(), patience)
        yield


def is_held(path: Path) -> bool:
    """Whether another process, or another lock of this one, holds the lock ``path``."""
    try:
        with path.open("a") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def _acquire(descriptor: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise SearchUnavailable(
                    _("The search index is being written for long; try again in a moment.")
                ) from None
            time.sleep(PAUSE)

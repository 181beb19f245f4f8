"""What a generation of the index holds, written beside it so that a crash leaves old or new."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from . import schema
from .outbox import Hole, Position

STATE = "state.json"
Signature = tuple[int, int]


@dataclass(frozen=True)
class State:
    """Which generation serves, of which version, and how far in the outbox it has read."""

    version: int
    generation: str
    position: Position
    wal: int = 0  # the place in the database's log behind all it holds, where there is a replica


def read(root: Path) -> State | None:
    """Return the state on disk; None if there is none, or none that this version can use."""
    try:
        held = json.loads((root / STATE).read_text("ascii"))
        row, at, holes = held["position"]
        position = Position(row, at, tuple(Hole(a, b, tuple(who)) for a, b, who in holes))
        state = State(held["version"], held["generation"], position, held.get("wal", 0))
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    usable = state.version == schema.VERSION and (root / state.generation).is_dir()
    return state if usable else None


def write(root: Path, state: State) -> None:
    """Replace the state; raises OSError if the disk is full, and then leaves the old one."""
    draft = root / f"{STATE}.{os.getpid()}.tmp"
    try:
        with draft.open("w", encoding="ascii") as file:
            json.dump(asdict(state), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(root / STATE)
    finally:
        draft.unlink(missing_ok=True)


def forget(root: Path) -> None:
    """Say that no generation serves; the next search builds one."""
    (root / STATE).unlink(missing_ok=True)


def signature(root: Path) -> Signature | None:
    """Return what differs after every write of the state; None if there is none."""
    try:
        status = (root / STATE).stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns

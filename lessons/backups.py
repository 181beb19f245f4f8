"""A backup: one tar file with the database's dump, the uploaded files, and a manifest of SHA-256.

The site goes on serving meanwhile. Files are never changed once a row names them, so the ones there
before the dump, and those that came until after it, hold every file that the dump names.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

DUMP, FILES, MANIFEST = "database.dump", "files", "manifest.json"
FORMAT, VERSION = "hindsight-backup", 1
PIECE = 1 << 20
Stamp = tuple[int, int]  # a file's size and moment


class BackupError(Exception):
    """A file is no backup, or not the one that was written."""


def write(path: Path, dump: Path, make_dump: Callable[[], Any], files: Path | None) -> int:
    """Write a backup to ``path``; ``make_dump`` fills ``dump`` while the files are looked through.

    Returns how many files are in it; ``files`` is their folder, None without one. Raises OSError.
    """
    entries: dict[str, dict[str, Any]] = {}
    with tarfile.open(path, "w") as tar:
        seen = _add_files(tar, files, {}, entries)
        make_dump()
        _add(tar, DUMP, dump, entries)
        seen |= _add_files(tar, files, seen, entries)
        told = {"format": FORMAT, "version": VERSION, "entries": entries}
        content = json.dumps(told, indent=1, sort_keys=True).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(content)
        tar.addfile(info, BytesIO(content))
    with path.open("rb") as written:
        os.fsync(written.fileno())
    return len(seen)


def _add_files(
    tar: tarfile.TarFile,
    folder: Path | None,
    known: dict[str, Stamp],
    entries: dict[str, dict[str, Any]],
) -> dict[str, Stamp]:
    """Add the files that are new or other than ``known``; return the stamp of each."""
    added = {}
    for path in sorted(folder.rglob("*")) if folder else ():
        name = path.relative_to(folder).as_posix() if folder else ""
        try:
            found = path.stat()
            stamp = (found.st_size, found.st_mtime_ns)
            if path.is_file() and known.get(name) != stamp:
                _add(tar, f"{FILES}/{name}", path, entries)
                added[name] = stamp
        except FileNotFoundError:
            continue  # discarded meanwhile
    return added


def _add(tar: tarfile.TarFile, name: str, path: Path, entries: dict[str, dict[str, Any]]) -> None:
    with path.open("rb") as source:
        info = tarfile.TarInfo(name)
        info.size = os.fstat(source.fileno()).st_size
        info.mode = 0o600
        counted = _Counted(source)
        tar.addfile(info, counted)
    entries[name] = {"bytes": info.size, "sha256": counted.sha256.hexdigest()}


class _Counted:
    """Reads a file and knows the checksum of what was read."""

    def __init__(self, source: BinaryIO) -> None:
        self.source, self.sha256 = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.source.read(size)
        self.sha256.update(piece)
        return piece


def unpack(path: Path, folder: Path) -> int:
    """Unpack a backup into ``folder`` and return how many files it holds, all checksums right.

    Raises BackupError if anything in it is not what was written, and OSError.
    """
    found: dict[str, dict[str, Any]] = {}
    manifest: Any = None
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                if member.name == MANIFEST:
                    manifest = json.loads(_content(tar, member).read())
                else:
                    found[member.name] = _unpack_one(tar, member, folder)
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise BackupError(str(error)) from error
    _compare(manifest, found)
    return len(found) - 1


def _compare(manifest: Any, found: dict[str, dict[str, Any]]) -> None:
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BackupError("its manifest is missing, so it is not whole")
    if manifest.get("version") != VERSION:
        raise BackupError(f"it is of version {manifest.get('version')}, this reads {VERSION}")
    if manifest["entries"] == found and DUMP in found:
        return
    every = sorted(set(manifest["entries"]) | set(found) | {DUMP})
    wrong = next(
        one for one in every if manifest["entries"].get(one) != found.get(one) or one not in found
    )
    raise BackupError(f"{wrong} is not what was written (SHA-256)")


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> dict[str, Any]:
    parts = PurePosixPath(member.name).parts
    if member.name != DUMP and (parts[:1] != (FILES,) or ".." in parts):
        raise BackupError(f"{member.name!r} has no place in it")
    target = folder / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    checksum = hashlib.sha256()
    with target.open("wb") as kept:
        for piece in _pieces(_content(tar, member)):
            checksum.update(piece)
            kept.write(piece)
    return {"bytes": member.size, "sha256": checksum.hexdigest()}


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    content = tar.extractfile(member) if member.isreg() else None
    if content is None:
        raise BackupError(f"{member.name!r} is no file")
    return content


def _pieces(source: Any) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece

"""Reading an archive into an empty installation: looked through first, then all or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, connection, models, transaction

from .contents import (
    FORMAT,
    MANIFEST,
    VERSION,
    ArchiveError,
    Counted,
    columns,
    entry,
    kept_models,
    migrations,
    sequence,
)
from .packing import AS_LINES, PIECE

LONGEST_MANIFEST = 50_000_000  # bytes
DAMAGED = "The archive is damaged: {what}. Nothing was loaded; take another copy of it."


def load(path: Path) -> dict[str, Any]:
    """Load the archive ``path`` into this installation, which must be empty; return its manifest.

    Raises ArchiveError, and leaves everything as it was, if the archive is damaged or of another
    version, or if there is anything here already.
    """
    try:
        with ZipFile(path) as archive:
            manifest = _manifest(archive)
            _check_fits(manifest)
            _check_names(manifest)
            _check_empty(manifest)
            _check_whole(archive, manifest)
            _load(archive, manifest)
    except OSError as error:
        raise ArchiveError(f"Cannot read {path}: {error.strerror or error}.") from error
    except BadZipFile as error:
        raise ArchiveError(DAMAGED.format(what=f"it is no zip file that is whole ({error})")) from (
            error
        )
    return manifest


def _manifest(archive: ZipFile) -> dict[str, Any]:
    try:
        if archive.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
            raise ArchiveError(DAMAGED.format(what="its manifest is too long"))
        manifest = json.loads(archive.read(MANIFEST))
        known = manifest["format"] == FORMAT
    except (KeyError, ValueError, TypeError) as error:
        raise ArchiveError(
            "This is no archive that `manage.py dump_archive` wrote: its manifest is missing."
        ) from error
    if not known:
        raise ArchiveError("This is no archive that `manage.py dump_archive` wrote.")
    return manifest


def _check_fits(manifest: dict[str, Any]) -> None:
    if manifest["version"] > VERSION:
        raise ArchiveError(
            f"The archive has format {manifest['version']}, and this Hindsight knows {VERSION}: "
            "install a newer one."
        )
    theirs, ours = set(manifest["migrations"]), set(migrations())
    if theirs - ours:
        raise ArchiveError(
            "The archive is of a newer Hindsight than this one; it has the migrations "
            f"{', '.join(sorted(theirs - ours))}. Install that version, then load it."
        )
    if ours - theirs:
        raise ArchiveError(
            "The archive is of an older Hindsight than this one; it lacks the migrations "
            f"{', '.join(sorted(ours - theirs))}. Load it with the version that wrote it, then "
            "upgrade that installation."
        )
    if set(manifest["models"]) != {one._meta.label for one in kept_models()}:
        raise ArchiveError(DAMAGED.format(what="it does not hold the models of its migrations"))


def _check_empty(manifest: dict[str, Any]) -> None:
    for model in kept_models():
        if model._base_manager.exists():
            raise ArchiveError(
                f"This installation is not empty: it has {model._meta.verbose_name_plural}. An "
                "archive is loaded into one that has only been migrated."
            )
    taken = [name for name in manifest["files"] if default_storage.exists(name)]
    if taken:
        raise ArchiveError(f"There is a file {taken[0]} here already: move the files away first.")


def _check_whole(archive: ZipFile, manifest: dict[str, Any]) -> None:
    """Read everything once, before anything is written."""
    expected = {entry(one): manifest["models"][one._meta.label] for one in kept_models()}
    expected |= {f"files/{name}": about for name, about in manifest["files"].items()}
    names = archive.namelist()
    if sorted(names) != sorted([*expected, MANIFEST]):
        raise ArchiveError(DAMAGED.format(what="it holds other files than its manifest names"))
    for name, about in expected.items():
        with archive.open(name) as source:
            counted = Counted(source)
            while counted.read(PIECE):
                pass
        if counted.sha256 != about["sha256"]:
            raise ArchiveError(DAMAGED.format(what=f"{name} is not what was written"))


def _check_names(manifest: dict[str, Any]) -> None:
    for name in manifest["files"]:
        if not _is_inside(name):
            raise ArchiveError(DAMAGED.format(what=f"“{name}” is no name of a file"))


def _is_inside(name: str) -> bool:
    """Whether a file's name leads nowhere but below the folder of files."""
    path = PurePosixPath(name)
    plain = "\\" not in name and "\0" not in name and ":" not in name
    return bool(name) and plain and not path.is_absolute() and ".." not in path.parts


def _load(archive: ZipFile, manifest: dict[str, Any]) -> None:
    written: list[str] = []
    try:
        with transaction.atomic():
            with _without_triggers():
                for model in kept_models():
                    _read_rows(archive, model, manifest["models"][model._meta.label])
            _forget_index()
            for name in manifest["files"]:
                written.append(_read_file(archive, name))
    except BaseException as error:
        for name in written:
            default_storage.delete(name)
        if isinstance(error, DataError | IntegrityError):
            raise ArchiveError(DAMAGED.format(what=str(error).splitlines()[0])) from error
        raise


@contextmanager
def _without_triggers() -> Iterator[None]:
    """Keep what triggers would do from being done again: it is in the archive, as they left it.

    Foreign keys and constraints hold all the same, and are checked before this ends.
    """
    tables = [connection.ops.quote_name(one._meta.db_table) for one in kept_models()]
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    _execute("SET CONSTRAINTS ALL DEFERRED")
    yield
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        _execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _execute(statement: str, values: Any = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def _read_rows(archive: ZipFile, model: type[models.Model], about: dict[str, Any]) -> None:
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = [quote(one) for one in columns(model)]
    _execute("CREATE TEMP TABLE archived (one json) ON COMMIT DROP")
    with archive.open(entry(model)) as source, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY archived FROM STDIN {AS_LINES}", source, PIECE)
    rows = _execute(
        f"INSERT INTO {table} ({', '.join(names)})"  # noqa: S608  (names of the model)
        f" SELECT {', '.join(f'row_of.{name}' for name in names)}"
        f" FROM archived, json_populate_record(NULL::{table}, one) AS row_of"
    )
    _execute("DROP TABLE archived")
    if rows != about["rows"]:
        raise ArchiveError(DAMAGED.format(what=f"{entry(model)} has another number of rows"))
    name = sequence(model)
    if name:
        _execute("SELECT setval(%s, %s, %s)", [name, *about["sequence"]])


def _forget_index() -> None:
    """Let an index of what was here before be built anew."""
    _execute("DELETE FROM lessons_searchoutbox")


def _read_file(archive: ZipFile, name: str) -> str:
    with archive.open(f"files/{name}") as source:
        written = default_storage.save(name, File(source, name))
    if written != name:
        default_storage.delete(written)
        raise ArchiveError(f"The file {name} cannot be written under its name here.")
    return written

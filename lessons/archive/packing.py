"""Writing an archive: the rows as the database has them at one moment, then the files they name."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.files.storage import default_storage
from django.db import connection, models, transaction

from .contents import (
    FORMAT,
    MANIFEST,
    VERSION,
    WITHOUT_ACCOUNTS,
    ArchiveError,
    Counted,
    columns,
    entry,
    files,
    kept_models,
    migrations,
    sequence,
)

# One object a line, byte for byte: with marks that JSON escapes, nothing is quoted.
AS_LINES = r"(FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')"
# Always the same, so that two archives of the same content are the same bytes.
MOMENT = (1980, 1, 1, 0, 0, 0)
PIECE = 1 << 20


def dump(path: Path, *, accounts: bool = False) -> dict[str, Any]:
    """Write all that this installation holds to ``path``; return the manifest.

    With ``accounts`` passwords go along; without, nobody signs in by them where it is loaded. Takes
    little memory however much there is. The file appears when it is whole. Raises ArchiveError if
    it cannot be written.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise ArchiveError(f"Cannot write to {path.parent}: {error.strerror}.") from error
    os.close(descriptor)
    fresh = Path(name)
    try:
        with ZipFile(fresh, "w", ZIP_DEFLATED) as archive, _one_moment():
            manifest = _write(archive, accounts)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return manifest


@contextmanager
def _one_moment() -> Iterator[None]:
    """See the database as it is now, whatever is written meanwhile."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _write(archive: ZipFile, accounts: bool) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "accounts": accounts,
        "migrations": migrations(),
        "models": {},
        "files": {},
        "missing": [],
    }
    for model in kept_models():
        manifest["models"][model._meta.label] = _write_rows(archive, model, accounts)
    for name in sorted(_named_files()):
        _write_file(archive, name, manifest)
    content = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
    archive.writestr(_info(MANIFEST), content.encode())
    return manifest


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, MOMENT)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _write_rows(archive: ZipFile, model: type[models.Model], accounts: bool) -> dict[str, Any]:
    with archive.open(_info(entry(model)), "w", force_zip64=True) as target:
        counted = Counted(target)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({_rows(model, accounts)}) TO STDOUT {AS_LINES}", counted)
    return {
        "rows": counted.lines,
        "sha256": counted.sha256,
        "sequence": _sequence(model),
    }


def _rows(model: type[models.Model], accounts: bool) -> str:
    """Return the query for the rows as JSON, in the order of their keys."""
    instead = {} if accounts else WITHOUT_ACCOUNTS.get(model._meta.label, {})
    quote = connection.ops.quote_name
    wanted = ", ".join(
        f"{instead[one]} AS {quote(one)}" if one in instead else quote(one)
        for one in columns(model)
    )
    key: Any = model._meta.pk
    order = quote(key.column) + (' COLLATE "C"' if isinstance(key, models.CharField) else "")
    table = quote(model._meta.db_table)
    return f"SELECT row_to_json(one) FROM (SELECT {wanted} FROM {table} ORDER BY {order}) one"  # noqa: S608


def _sequence(model: type[models.Model]) -> list[Any] | None:
    """Return the last number given and whether it was: what was deleted is not numbered again."""
    name = sequence(model)
    if name is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT last_value, is_called FROM {name}")  # noqa: S608  (PostgreSQL's own name)
        return list(cursor.fetchone())


def _named_files() -> set[str]:
    return {
        name
        for model in kept_models()
        for field in files(model)
        for name in model._base_manager.values_list(field.name, flat=True).distinct()
        if name
    }


def _write_file(archive: ZipFile, name: str, manifest: dict[str, Any]) -> None:
    if not default_storage.exists(name):
        manifest["missing"].append(name)
        return
    with (
        default_storage.open(name) as source,
        archive.open(_info(f"files/{name}"), "w", force_zip64=True) as target,
    ):
        counted = Counted(target)
        while piece := source.read(PIECE):
            counted.write(piece)
    manifest["files"][name] = {"bytes": counted.size, "sha256": counted.sha256}

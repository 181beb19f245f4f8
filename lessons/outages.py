"""What Hindsight rests on and may be away: the database, and room in the data directory."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from enum import Enum
from typing import Any

from django.conf import settings
from django.core.checks import Error
from django.db import InterfaceError, OperationalError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
TRIED = 4096  # bytes: a full disk still makes files, and keeps nothing in them


class Outage(Enum):
    """What keeps us from answering."""

    DATABASE = "database"
    STORAGE = "storage"
    CROWD = "crowd"  # nothing is away but room for one more request


def outage(error: BaseException | None) -> Outage | None:
    """Return what is away if that is why ``error`` was raised; None for any other mistake."""
    found = list(_causes(error))
    if any(isinstance(one, OSError) and one.errno in NO_ROOM for one in found):
        return Outage.STORAGE
    away = any(isinstance(one, OperationalError | InterfaceError) for one in found)
    return Outage.DATABASE if away else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def data_directory(**_kwargs: Any) -> list[Error]:
    """Return an error if the data directory is read-only, full, or none at all: a system check."""
    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
            file.write(bytes(TRIED))
            file.flush()
    except OSError as error:
        return [
            Error(
                f"Nothing can be kept in {settings.DATA_DIR}: {error.strerror}.",
                hint="Make room on it, make it writable for the user that Hindsight runs as, or "
                "set HINDSIGHT_DATA to another directory.",
                id="lessons.E001",
            )
        ]
    return []

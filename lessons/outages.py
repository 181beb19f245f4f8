"""What Hindsight rests on and may be away: the database, room on the disk, other services."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from enum import Enum
from typing import Any

import psycopg2
from django.conf import settings
from django.core.checks import Error
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
DISK_FULL = "53100"  # PostgreSQL's code
NO_SPACE = os.strerror(errno.ENOSPC)
# What Django hands on as it is, where a COPY is cut off, among it.
CUT_OFF = (
    OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError,
)  # fmt: skip
TRIED = 4096  # bytes: a full disk still makes files, and keeps nothing in them


class Outage(Enum):
    """What keeps us from answering."""

    DATABASE = "database"
    STORAGE = "storage"
    SERVICE = "service"  # what keeps files or the cache, where that is another machine
    CROWD = "crowd"  # nothing is away but room for one more request


def outage(error: BaseException | None) -> Outage | None:
    """Return what is away if that is why ``error`` was raised; None for any other mistake."""
    found = list(_causes(error))
    if any(_no_room(one) for one in found):
        return Outage.STORAGE
    if any(_cut_off(one) for one in found):
        return Outage.DATABASE
    return Outage.SERVICE if any(isinstance(one, ConnectionError) for one in found) else None


def words_for(what: Outage) -> str:
    """Return the sentence that tells people of it, in their language."""
    return {
        Outage.DATABASE: _("The database does not answer just now. Try again in a moment."),
        Outage.STORAGE: _("There is no room on the server. Tell whoever runs it."),
        Outage.SERVICE: _("A service that keeps files or counts does not answer just now."),
        Outage.CROWD: _("Too many ask at once. Try again in a moment; nothing was done."),
    }[what]


def _no_room(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    # Where it refuses a connection the driver gives no code.
    refused = isinstance(error, OperationalError) and NO_SPACE in str(error)
    return refused or getattr(error, "pgcode", None) == DISK_FULL


def _cut_off(error: BaseException) -> bool:
    # Of a server that dies while it answers the driver tells by the plainest of its errors.
    return isinstance(error, CUT_OFF) or type(error) is psycopg2.DatabaseError


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

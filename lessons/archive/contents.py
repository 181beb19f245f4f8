"""What an archive holds, in which form, and what is left out and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Protocol

from django.apps import apps
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

FORMAT = "hindsight-archive"
VERSION = 1  # of the format; a reader knows its own and those before
MANIFEST = "manifest.json"
KEPT_APPS = ("accounts", "lessons", "pghistory")
LEFT_OUT = {
    "accounts.Token": "opens this installation, and nothing but its hash is kept",
    "accounts.AccessEvent": "tells who came in here",
    "accounts.RequestCount": "counts the requests of a minute",
    "lessons.SearchOutbox": "tells this machine's index what to read; an index is built anew",
    "lessons.RecordEmbedding": "made of the records by `manage.py embed`",
    "lessons.RecordNeighbour": "made of the records by `manage.py embed`",
    "taggit.Tag": "not used: our tags have a model of their own",
    "taggit.TaggedItem": "not used: our tags have a model of their own",
    "account.EmailAddress": "made of the users' addresses when they sign in",
    "account.EmailConfirmation": "waits for an answer to a mail of this installation",
    "mfa.Authenticator": "opens this installation: a second factor is set up anew elsewhere",
    "socialaccount.SocialAccount": "joins accounts here to a provider; made anew by signing in",
    "socialaccount.SocialApp": "not used: the provider stands in the environment",
    "socialaccount.SocialToken": "not kept",
    "usersessions.UserSession": "who is signed in here",
    "admin.LogEntry": "the admin's own log; the history tells the same and more",
    "auth.Permission": "written by `manage.py migrate`",
    "auth.Group": "not used: what a role may do stands in the code",
    "auth.Group_permissions": "not used: what a role may do stands in the code",
    "contenttypes.ContentType": "written by `manage.py migrate`",
    "sessions.Session": "who is signed in here",
}
# Apps whose tables are work in progress and no content.
LEFT_OUT_APPS = {"django_tasks_database": "work that waits in this installation"}
# What is written instead of a column's value where accounts stay behind.
WITHOUT_ACCOUNTS = {
    "accounts.User": {"password": "'!'::varchar", "last_login": "NULL::timestamptz"}
}


class ArchiveError(Exception):
    """An archive cannot be written or read; the message says why and what to do."""


class Readable(Protocol):
    """What can be read in pieces."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes."""


def all_models() -> Iterator[type[models.Model]]:
    """Yield every model that has a table of its own here, in the order of their names."""
    found = apps.get_models(include_auto_created=True)
    tables = [one for one in found if one._meta.managed and not one._meta.proxy]
    yield from sorted(tables, key=lambda one: one._meta.label)


def kept_models() -> list[type[models.Model]]:
    """Return the models that an archive holds."""
    return [one for one in all_models() if _is_ours(one) and one._meta.label not in LEFT_OUT]


def _is_ours(model: type[models.Model]) -> bool:
    return model._meta.app_label in KEPT_APPS


def undecided() -> set[str]:
    """Return the models of which nobody has said whether an archive holds them."""
    return {
        one._meta.label
        for one in all_models()
        if not _is_ours(one)
        and one._meta.label not in LEFT_OUT
        and one._meta.app_label not in LEFT_OUT_APPS
    }


def columns(model: type[models.Model]) -> list[str]:
    """Return the columns that are written and read, in the order of the model."""
    return [str(one.column) for one in model._meta.concrete_fields if not one.generated]


def files(model: type[models.Model]) -> list[models.FileField]:
    """Return the fields that name files."""
    return [one for one in model._meta.concrete_fields if isinstance(one, models.FileField)]


def entry(model: type[models.Model]) -> str:
    """Return the name of a model's rows in the archive."""
    return f"data/{model._meta.label}.jsonl"


def migrations() -> list[str]:
    """Return the migrations of ours that this database has, which say what its tables are like."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in KEPT_APPS)


def sequence(model: type[models.Model]) -> str | None:
    """Return the name of the sequence that numbers a model's rows; None if nothing does."""
    key: Any = model._meta.pk
    if not isinstance(key, models.AutoField | models.BigAutoField):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, key.column])
        (name,) = cursor.fetchone()
    return name


class Counted:
    """Passes bytes on, and knows their number, their lines and their SHA-256."""

    def __init__(self, target: Any) -> None:
        self.target = target
        self.size = self.lines = 0
        self._hash = hashlib.sha256()

    def write(self, piece: bytes | str) -> int:
        """Pass a piece on."""
        data = piece.encode() if isinstance(piece, str) else bytes(piece)
        self._note(data)
        self.target.write(data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        """Return the next piece."""
        data = self.target.read(size)
        self._note(data)
        return data

    def _note(self, data: bytes) -> None:
        self.size += len(data)
        self.lines += data.count(b"\n")
        self._hash.update(data)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

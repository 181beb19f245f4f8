"""Uploaded files in an S3-compatible store: django-storages', with what we need said."""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]

IN_MEMORY = 5_000_000  # bytes of a file that is read; beyond it lies on the disk for as long


def _told(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let a store that fails be what a disk that fails is: an OSError, which says so."""

    @wraps(method)
    def asked(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except (BotoCoreError, ClientError) as error:
            raise ConnectionError(errno.EIO, f"the store of files: {error}") from error

    return asked


class Bucket(S3Storage):
    """One bucket, private: no address of it is ever shown, and no file is written over."""

    def get_default_settings(self) -> dict[str, Any]:
        """Return what cannot be set from outside."""
        patient = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3})
        return super().get_default_settings() | {
            "client_config": patient,
            "default_acl": None,  # the bucket's own: private
            "file_overwrite": False,
            "max_memory_size": IN_MEMORY,
        }

    exists, size, delete = (
        _told(one) for one in (S3Storage.exists, S3Storage.size, S3Storage.delete)
    )
    _open, _save = _told(S3Storage._open), _told(S3Storage._save)

    def url(self, name: str, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise: files are handed out by our own views, with their rights and headers."""
        raise NotImplementedError("Files have no address of their own.")

"""What is uploaded is not kept, not even for a moment, beyond a limit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

TOO_LARGE = "hindsight.too_large"
BESIDE = 1_000_000  # bytes of a form that are no file


class UploadLimit(FileUploadHandler):
    """Leave out files of a form that says it is too large, and those that turn out to be.

    The form's other fields are read all the same, so that a page can say what is wrong.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803
        content_length: int,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        self.left = settings.MAX_UPLOAD
        if content_length > settings.MAX_UPLOAD + BESIDE:
            self._refuse()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.left < 0:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.left -= len(raw_data)
        if self.left < 0:
            self._refuse()
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that keep it."""

    def _refuse(self) -> None:
        self.left = -1
        if self.request is not None:
            self.request.META[TOO_LARGE] = True


def too_large(request: HttpRequest) -> str:
    """Return what is wrong if a form brought more than it may, else an empty text."""
    if not request.META.get(TOO_LARGE):
        return ""
    limit = filesizeformat(settings.MAX_UPLOAD)
    return _("This is more than %(limit)s, which is what can be uploaded at once.") % {
        "limit": limit
    }

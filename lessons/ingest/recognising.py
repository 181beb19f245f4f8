"""What kind of document a file is, by what it holds; its name decides between kinds of text only.

Plain Python.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from ..sandbox import Refused
from ..sandbox import marked as _
from .decoding import NO_TEXT, is_binary
from .packages import PASSWORD, opened, part

LOOKED_AT = 4096  # bytes
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
HTML = re.compile(rb"<!doctype html|<html|<head|<body", re.IGNORECASE)
NAMED = {
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
}

EMPTY = _("This file is empty.")
PICTURE = _("This is a picture. Only documents with text in them can be read.")
TABLE = _("This is a table, not a document. Tables are imported as records.")
SLIDES = _("Presentations cannot be read. Save it as PDF and add that.")
ARCHIVE = _("This is an archive. Take the documents out and add them one by one.")
OLD_OFFICE = _(
    "This is of an old Office format. Open it, save it as Word document (.docx) and add that."
)
RTF = _("RTF cannot be read. Open it, save it as Word document (.docx) or PDF and add that.")


def kind_of(path: Path, name: str) -> str:
    """Return the reader for a file that is called ``name``. Raises Refused where there is none."""
    with path.open("rb") as file:
        head = file.read(LOOKED_AT)
    if not head:
        raise Refused(EMPTY)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(path)
    _refuse(path, head)
    if HTML.search(head):
        return "html"
    return NAMED.get(PurePath(name).suffix.lower(), "text")


def _refuse(path: Path, head: bytes) -> None:
    if head.startswith(OLE):
        raise Refused(
            PASSWORD if "EncryptedPackage".encode("utf-16-le") in path.read_bytes() else OLD_OFFICE
        )
    if head.startswith(b"{\\rtf"):
        raise Refused(RTF)
    if head.startswith(PICTURES):
        raise Refused(PICTURE)
    if is_binary(head):
        raise Refused(NO_TEXT)


def _package(path: Path) -> str:
    with opened(path) as package:
        names = set(package.namelist())
        kind = part(package, "mimetype").strip()
    if "word/document.xml" in names or "word/document2.xml" in names:
        return "docx"
    if kind.startswith(b"application/vnd.oasis.opendocument.text"):
        return "odt"
    if (
        kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet")
        or "xl/workbook.xml" in names
    ):
        raise Refused(TABLE)
    if kind.startswith(b"application/vnd.oasis.opendocument") or "ppt/presentation.xml" in names:
        raise Refused(SLIDES)
    raise Refused(ARCHIVE)

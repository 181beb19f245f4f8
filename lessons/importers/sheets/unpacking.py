"""Archives: what lies in a zip, looked at before any of it is unpacked."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from pathlib import PurePath

from lessons.sandbox import Refused
from lessons.sandbox import marked as _

from .table import MAX_FILE, MAX_RATIO, MAX_UNPACKED, Source

ENCRYPTED = 0x1  # of the general purpose flags (APPNOTE.TXT, 4.4.4)
SMALL = 1 << 20  # bytes; what unpacks to less is no bomb, whatever its ratio
MAX_ENTRIES = 10_000
DAMAGED = _("The archive is damaged: %(reason)s. Make it anew and try again.")


def archive_of(source: Source) -> zipfile.ZipFile:
    """Return the archive; raises Refused where it is damaged, a bomb or too large."""
    try:
        archive = zipfile.ZipFile(source.whole())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused(DAMAGED, reason=str(error)) from None
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if size > MAX_UNPACKED or len(entries) > MAX_ENTRIES:
        raise Refused(_("It unpacks to more than can be taken in. Split it into smaller files."))
    if size > SMALL and size > MAX_RATIO * max(packed, 1):
        raise Refused(_("It is packed so tightly that it looks like a trap; unpack it first."))
    return archive


def only_file(archive: zipfile.ZipFile) -> Source:
    """Return the one file of the archive that is not a system's own; raises Refused if several."""
    files = [entry for entry in archive.infolist() if not entry.is_dir() and _ours(entry)]
    if any(entry.flag_bits & ENCRYPTED for entry in files):
        raise Refused(_("The archive is protected by a password. Unpack it and import the table."))
    if len(files) != 1:
        names = ", ".join(entry.filename for entry in files[:5]) or "–"
        text = _("The archive holds %(number)s files (%(names)s). Import each table by itself.")
        raise Refused(text, number=len(files), names=names)
    entry = files[0]
    if entry.file_size > MAX_FILE:
        raise Refused(_("It unpacks to more than can be taken in. Split it into smaller files."))
    return Source(PurePath(entry.filename).name, lambda: io.BytesIO(_content(archive, entry)))


def _ours(entry: zipfile.ZipInfo) -> bool:
    way = PurePath(entry.filename)
    return "__MACOSX" not in way.parts and way.name not in {".DS_Store", "Thumbs.db"}


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the file unpacked; zipfile itself stops at the size that was declared."""
    try:
        return archive.read(entry)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        OSError,
        EOFError,
        RuntimeError,
    ) as error:
        raise Refused(DAMAGED, reason=str(error)) from None

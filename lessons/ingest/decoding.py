"""From bytes to letters. Plain Python.

A byte-order mark, then what looks like UTF-16, then UTF-8, what is declared, Windows-1252, Latin-1:
guessing by frequency turned French into wrong letters, this order did not.
"""

from __future__ import annotations

import codecs

from ..sandbox import Refused
from ..sandbox import marked as _

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LOOKED_AT = 4096  # bytes
CONTROL = bytes(range(32)).translate(None, b"\t\n\x0b\x0c\r\x1a\x1b\x85")
STRAY = 2  # of them in any text
BINARY = 0.005  # control characters a byte, from which on this is no text
NO_TEXT = _(
    "This is neither text nor a kind of document that can be read: "
    "PDF, Word (.docx), OpenDocument (.odt), HTML, Markdown or plain text."
)


def decoded(data: bytes, declared: str = "") -> str:
    """Return the text of ``data``, whose encoding may be ``declared``. Raises Refused for none."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if wide := _wide(data[:LOOKED_AT]):
        return data.decode(wide, "replace")
    if len(data[:LOOKED_AT]) and is_binary(data[:LOOKED_AT]):
        raise Refused(NO_TEXT)
    for encoding in ("utf-8", declared, "cp1252"):
        try:
            return data.decode(encoding or "ascii")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def is_binary(data: bytes) -> bool:
    """Tell whether these first bytes of a file are no text of any encoding."""
    if any(data.startswith(mark) for mark, _encoding in MARKS) or _wide(data):
        return False
    controls = len(data) - len(data.translate(None, CONTROL))
    return controls > max(STRAY, BINARY * len(data))


def _wide(data: bytes) -> str:
    """Return the UTF-16 these bytes look like: every second one is zero in Latin scripts."""
    half = len(data) // 2
    if half < 2:  # noqa: PLR2004
        return ""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else ""

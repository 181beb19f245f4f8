"""The encoding of a text file: told by its mark, or the first that the whole file fits."""

from __future__ import annotations

import codecs
import io
from typing import TextIO

from lessons.sandbox import Refused
from lessons.sandbox import marked as _

from .table import Source

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PIECE = 1 << 20
MIXED = "utf-8-mixed"  # UTF-8 with a few bytes that are not
MANY = 10  # so many times more right letters than wrong bytes make a damaged UTF-8


def encoding_of(source: Source) -> str:
    """Return the name of the encoding, as Python calls it, or ``MIXED``."""
    with source.open() as file:
        head = file.read(4096)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if wide := _without_mark(head):
        return wide
    good, bad = _utf8(source)
    if not bad:
        return "utf-8"
    if good > MANY * bad:
        return MIXED
    return "cp1252" if _fits(source, "cp1252") else "latin-1"


def opened(source: Source, encoding: str) -> TextIO:
    """Return the file as text whose line ends are left as they are."""
    if encoding == MIXED:
        return io.TextIOWrapper(source.open(), "utf-8", errors="replace", newline="")
    try:
        codecs.lookup(encoding)
    except LookupError:
        text = _("There is no encoding called “%(encoding)s”. Try utf-8 or cp1252.")
        raise Refused(text, encoding=encoding) from None
    return io.TextIOWrapper(source.open(), encoding, newline="")


def _without_mark(head: bytes) -> str:
    """Return which UTF-16 it is: in most languages every other byte is then zero."""
    half = max(1, len(head) // 2)
    if head[1::2].count(0) > half * 0.4 and head[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if head[::2].count(0) > half * 0.4 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""


def _utf8(source: Source) -> tuple[int, int]:
    """Return how many letters beyond ASCII are right UTF-8, and how many places are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    with source.open() as file:
        while piece := file.read(PIECE):
            text = decoder.decode(piece)
            if not text.isascii():
                wrong = text.count("\ufffd") - piece.count(b"\xef\xbf\xbd")
                good += len(text) - len(text.encode("ascii", "ignore")) - wrong
                bad += max(0, wrong)
    return good, bad + len(decoder.decode(b"", True))


def _fits(source: Source, encoding: str) -> bool:
    with source.open() as file:
        try:
            while piece := file.read(PIECE):
                piece.decode(encoding)
        except UnicodeDecodeError:
            return False
    return True

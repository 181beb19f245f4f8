"""Which format a file is, told by its content: names lie."""

from __future__ import annotations

import json
import re
from typing import TextIO

from lessons.sandbox import Refused
from lessons.sandbox import marked as _

from . import from_csv, from_excel, from_json
from .decoding import encoding_of, opened
from .table import MAX_CELL, MAX_FILE, Grid, Source
from .unpacking import archive_of, only_file

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Excel 97 to 2003, and what Office encrypts
DOCUMENTS = {b"%PDF": "PDF", b"{\\rtf": "RTF"}
OTHERS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd",
          b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"SQLite format 3", b"PAR1")  # fmt: skip
HEAD = 1 << 12
BINARY = 0.02  # share of control characters that no text has, unless its mark says it is one
CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
JSON_START = re.compile(r'\s*(\{\s*["}]|\[\s*[\[\]{"\d])')
OPENDOCUMENT = "application/vnd.oasis.opendocument."
DOCUMENT = _(
    "This is a document (%(kind)s), not a table. Add it as a report to read and cite it, or save "
    "its table as CSV or as a spreadsheet."
)


def grids_of(
    source: Source, encoding: str | None = None, delimiter: str | None = None
) -> list[Grid]:
    """Return the tables of a file; raises Refused, saying why, where it holds none."""
    with source.open() as file:
        head = file.read(HEAD)
        size = file.seek(0, 2)
    if size > MAX_FILE:
        text = _("The file is larger than %(most)s MB. Split it into smaller files.")
        raise Refused(text, most=MAX_FILE >> 20)
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise Refused(_("The file is empty."))
    if head.startswith((ZIP, EMPTY_ZIP)):
        return _packed(source, encoding, delimiter)
    if head.startswith(OLE):
        return _office(source)
    for start, kind in DOCUMENTS.items():
        if head.startswith(start):
            raise Refused(DOCUMENT, kind=kind)
    if head.startswith(OTHERS):
        raise Refused(_("This is no table. CSV, Excel, OpenDocument and JSON can be read."))
    return _text(source, encoding, delimiter)


def _office(source: Source) -> list[Grid]:
    """Read what a compound file is for in the names of its streams (MS-CFB 2.6.1)."""
    content = source.whole().getvalue()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refused(from_excel.PROTECTED)
    if "Book".encode("utf-16-le") in content or "Workbook".encode("utf-16-le") in content:
        return from_excel.grids(source, "xls")
    raise Refused(DOCUMENT, kind="DOC, PPT, MSG")


def _packed(source: Source, encoding: str | None, delimiter: str | None) -> list[Grid]:
    archive = archive_of(source)
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return from_excel.grids(source, "xlsx")
    if "xl/workbook.bin" in names:
        return from_excel.grids(source, "xlsb")
    if any(name.startswith("word/") for name in names):
        raise Refused(DOCUMENT, kind="DOCX")
    if "mimetype" in names:
        kind = archive.read("mimetype")[:100].decode("ascii", "replace").strip()
        if kind.startswith(f"{OPENDOCUMENT}spreadsheet"):
            return from_excel.grids(source, "ods")
        raise Refused(DOCUMENT, kind=kind.removeprefix(OPENDOCUMENT))
    inner = only_file(archive)
    with inner.open() as file:
        if file.read(4) == ZIP and not _spreadsheet(inner):
            raise Refused(_("The archive holds another archive. Unpack it and import the table."))
    return grids_of(inner, encoding, delimiter)


def _spreadsheet(source: Source) -> bool:
    names = set(archive_of(source).namelist())
    return bool(names & {"xl/workbook.xml", "xl/workbook.bin", "mimetype", "word/document.xml"})


def _text(source: Source, encoding: str | None, delimiter: str | None) -> list[Grid]:
    encoding = encoding or encoding_of(source)
    try:
        with opened(source, encoding) as file:
            head = file.read(HEAD)
    except UnicodeError as error:
        raise from_csv.undecodable(encoding, error) from None
    if not encoding.endswith("-sig") and len(CONTROLS.findall(head)) > len(head) * BINARY:
        raise Refused(_("This is no table. CSV, Excel, OpenDocument and JSON can be read."))
    if head.lstrip().startswith("<"):
        raise Refused(DOCUMENT, kind=_("HTML or XML"))
    if JSON_START.match(head) and not delimiter:
        one_a_line = _one_a_line(source, encoding)
        return (from_json.line_grids if one_a_line else from_json.grids)(source, encoding)
    return from_csv.grids(source, encoding, delimiter)


def _one_a_line(source: Source, encoding: str) -> bool:
    """Tell whether each of the first lines is an object, and not one that holds the records."""
    with opened(source, encoding) as file:
        first, second = (_next_filled(file) for _number in range(2))
    if len(first) >= MAX_CELL:
        return False  # all in one line
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return second.startswith("{") and first.startswith("{") and first.endswith("}")
    if not isinstance(value, dict):
        return False
    return bool(second) or not any(_records(one) for one in value.values())


def _next_filled(file: TextIO) -> str:
    """Return the next line that is not empty, or so much of it that it can be no record."""
    while line := file.readline(MAX_CELL):
        if line.strip():
            return line.strip()
    return ""


def _records(value: object) -> bool:
    """Tell whether a value is a list of objects, or an object that holds one."""
    if isinstance(value, dict):
        return any(_records(one) for one in value.values())
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)

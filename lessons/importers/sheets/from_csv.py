"""CSV and its kin: comma, semicolon, tab or pipe, in any usual encoding (RFC 4180 and what is not).

Cells keep their spaces and line ends; the apostrophe our export puts before what a spreadsheet
would take for a formula is taken off again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath

from ...sandbox import Message, Refused
from ...sandbox import marked as _
from .cells import unprotected
from .decoding import MIXED, encoding_of, opened
from .dialect import SAMPLE, Dialect, dialect_of
from .table import MAX_CELL, Flaw, Grid, Line, Source

ENCODINGS = {"utf-8-sig": "utf-8", MIXED: "utf-8"}  # as a person calls them


def grids(source: Source, encoding: str | None = None, delimiter: str | None = None) -> list[Grid]:
    """Return the one table of the file; what is not given is detected."""
    encoding = encoding or encoding_of(source)
    try:
        with opened(source, encoding) as file:
            sample = file.read(SAMPLE)
    except UnicodeError as error:
        raise undecodable(encoding, error) from None
    dialect = dialect_of(sample, delimiter)
    return [
        Grid(
            name=PurePath(source.name).stem,
            format="csv",
            lines=lambda: _lines(source, encoding, dialect),
            encoding=ENCODINGS.get(encoding, encoding),
            delimiter=dialect.delimiter,
            notes=tuple(_notes(encoding, dialect)),
        )
    ]


def _notes(encoding: str, dialect: Dialect) -> Iterator[Message]:
    if encoding == MIXED:
        yield Message(_("Most of it is UTF-8, but not all; see the rows it names."))
    if not dialect.delimiter:
        yield Message(_("No delimiter was found: each line was taken for one cell."))
    if dialect.escape:
        yield Message(_("A backslash before a character was taken to protect it."))


class _Remembering:
    """The lines of a file, of which those of the record being read are kept."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.taken.append(line)
        return line


def _lines(source: Source, encoding: str, dialect: Dialect) -> Iterator[Line]:
    csv.field_size_limit(MAX_CELL)
    with opened(source, encoding) as file:
        try:
            yield from _records(islice(file, dialect.first_line - 1, None), dialect, encoding)
        except UnicodeError as error:
            raise undecodable(encoding, error) from None


def _records(lines: Iterator[str], dialect: Dialect, encoding: str) -> Iterator[Line]:
    remembering = _Remembering(lines)
    taken = remembering.taken
    reader = csv.reader(remembering, strict=True, **dialect.options())  # type: ignore[arg-type]
    skipped = dialect.first_line
    while True:
        number = reader.line_num + skipped
        taken.clear()
        flaws: tuple[Flaw, ...] = ()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells, flaws = _mended(taken, dialect, number, str(error))
        if encoding == MIXED and any("\ufffd" in cell for cell in cells):
            flaws += (Flaw(Message(_("Some of its bytes are not UTF-8; save the file as UTF-8."))),)
        yield Line(number, unprotected(cells), flaws)


def _mended(
    lines: list[str], dialect: Dialect, number: int, error: str
) -> tuple[list[str], tuple[Flaw, ...]]:
    """Read again, less strictly, a record whose quotation marks are not as they should be."""
    if "limit" in error:
        text = _(
            "The cell that begins in line %(line)s is longer than %(most)s characters. Is a "
            "quotation mark missing?"
        )
        raise Refused(text, line=number, most=MAX_CELL)
    if "end of data" in error:
        text = _("The quotation mark opened in the record of line %(line)s is never closed.")
        raise Refused(text, line=number)
    mark = re.escape(dialect.delimiter or "\x1f")
    text = re.sub(rf'"[ \t]+(?={mark}|\r|\n|$)', '"', "".join(lines))
    tidy = text.splitlines(keepends=True)
    try:
        return next(csv.reader(tidy, strict=True, **dialect.options())), ()  # type: ignore[arg-type]
    except csv.Error:
        cells = next(csv.reader(lines, **dialect.options()))  # type: ignore[arg-type]
        said = _(
            "Its quotation marks are not closed where a cell ends; double those that are text."
        )
        return cells, (Flaw(Message(said)),)


def undecodable(encoding: str, error: UnicodeError) -> Refused:
    """Return the refusal of a file that is not in this encoding."""
    text = _("The file is not %(encoding)s: %(reason)s. Choose another encoding.")
    return Refused(text, encoding=encoding, reason=str(getattr(error, "reason", error)))

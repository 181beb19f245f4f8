"""JSON (RFC 8259): a list of objects wherever it stands, piece by piece; and JSON Lines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import PurePath
from typing import Any, TextIO

import ijson

from ...sandbox import Message, Refused
from ...sandbox import marked as _
from .cells import text_of
from .decoding import MIXED, encoding_of, opened
from .table import MAX_COLUMNS, MAX_NESTING, MAX_SHEETS, Flaw, Grid, Line, Source

DEEPEST_LIST = 3  # objects a list of records may lie in
STARTS, ENDS = {"start_map", "start_array"}, {"end_map", "end_array"}
STRING = re.compile(rb'"[^"]*"?')
NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))
Record = tuple[int, Any]


class Once(dict[str, Any]):
    """An object that knows which of its names stood there twice."""

    def __init__(self, pairs: Any = ()) -> None:
        super().__init__()
        self.twice: list[str] = []
        for name, value in pairs:
            self[name] = value

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self:
            self.twice.append(name)
        super().__setitem__(name, value)


def grids(source: Source, encoding: str | None = None) -> list[Grid]:
    """Return each list of objects in the file."""
    encoding = encoding or encoding_of(source)
    if encoding in {MIXED, "cp1252", "latin-1"}:
        raise Refused(_("JSON is written in UTF-8, and this is not."))
    found = _lists(source, encoding)
    if not found:
        text = _("This JSON holds no list of objects, so there are no rows to read.")
        raise Refused(text)

    def records(prefix: str) -> Callable[[], Iterator[Record]]:
        return lambda: _list(source, encoding, prefix)

    stem = PurePath(source.name).stem
    return [
        _grid(prefix.removesuffix("item").rstrip(".") or stem, "json", records(prefix), encoding)
        for prefix in found
    ]


def line_grids(source: Source, encoding: str | None = None) -> list[Grid]:
    """Return the one table of a file with an object a line."""
    encoding = encoding or encoding_of(source)
    return [
        _grid(PurePath(source.name).stem, "jsonl", lambda: _objects(source, encoding), encoding)
    ]


def _grid(name: str, kind: str, records: Callable[[], Iterator[Record]], encoding: str) -> Grid:
    """Return the table of ``records``, whose columns are all the names they use."""
    names: dict[str, None] = {}
    for _number, record in records():
        if isinstance(record, dict) and not record.keys() <= names.keys():
            names |= dict.fromkeys(record)
        if len(names) > MAX_COLUMNS:
            text = _("The objects use more than %(most)s names; that is no table.")
            raise Refused(text, most=MAX_COLUMNS)
    return Grid(
        name=name,
        format=kind,
        lines=lambda: (_line(number, record, list(names)) for number, record in records()),
        header=tuple(names),
        encoding=encoding.removesuffix("-sig"),
    )


def _line(number: int, record: Any, names: list[str]) -> Line:
    if not isinstance(record, dict):
        said = Message(_("It is no object with names and values."))
        return Line(number, [text_of(record)], (Flaw(said),))
    said = Message(_("Its name stands there twice; the last value was taken."))
    twice = tuple(Flaw(said, names.index(name)) for name in getattr(record, "twice", ()))
    return Line(number, [text_of(record.get(name)) for name in names], twice)


# A list of objects, streamed


class _Bytes:
    """The file in UTF-8, refusing what is nested so deep that building it would cost too much."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.tail = b""  # an escape that may go on in the next piece
        self.quoted = False
        self.depth = 0

    def read(self, size: int) -> bytes:
        """Return up to ``size`` characters, as bytes."""
        try:
            piece = self.file.read(size).encode("utf-8", "replace") if size else b""
        except UnicodeError:
            raise Refused(_("JSON is written in UTF-8, and this is not.")) from None
        self._measure(piece)
        return piece

    def _measure(self, piece: bytes) -> None:
        bare = (self.tail + piece).replace(b"\\\\", b"")
        self.tail = b"\\" if bare.endswith(b"\\") else b""
        marks = bare.replace(b'\\"', b"").translate(None, NOT_STRUCTURE)
        if self.quoted:
            marks = b'"' + marks
        self.quoted = marks.count(b'"') % 2 == 1
        for mark in STRING.sub(b"", marks):
            self.depth += 1 if mark in b"[{" else -1
            if self.depth > MAX_NESTING:
                text = _("Its lists and objects are nested more than %(most)s deep.")
                raise Refused(text, most=MAX_NESTING)


def _lists(source: Source, encoding: str) -> list[str]:
    """Return where the lists of objects are, as prefixes of ijson, in their order."""
    found = []
    way: list[str] = []  # the name under which each open object or list stands
    name, in_list, before = "", 0, ""
    with _parsing(source, encoding) as file:
        for event, value in ijson.basic_parse(file):
            if event == "map_key":
                name = value
            elif event in STARTS:
                if event == "start_map" and before == "start_array" and in_list == 1:
                    found.append(".".join([*way[1:], "item"]))
                way.append(name)
                in_list += event == "start_array" or in_list > 0
            elif event in ENDS:
                way.pop()
                in_list = max(0, in_list - 1)
            before = event
    if len(found) > MAX_SHEETS:
        text = _("The file holds more than %(most)s tables.")
        raise Refused(text, most=MAX_SHEETS)
    return [prefix for prefix in found if prefix.count(".") <= DEEPEST_LIST]


def _list(source: Source, encoding: str, prefix: str) -> Iterator[Record]:
    with _parsing(source, encoding) as file:
        yield from enumerate(ijson.items(file, prefix, map_type=Once), start=1)


@contextmanager
def _parsing(source: Source, encoding: str) -> Iterator[_Bytes]:
    """Hand over the file to ijson; raises Refused where the text is not JSON."""
    try:
        with opened(source, encoding) as file:
            yield _Bytes(file)
    except ijson.JSONError as error:
        text = _("This is not valid JSON: %(reason)s.")
        raise Refused(text, reason=_reason(error)) from None


def _reason(error: Exception) -> str:
    """Return the first line of what the parser says, which goes on to draw an arrow."""
    said = error.args[0] if error.args else ""
    said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return (said.splitlines() or [""])[0].strip().rstrip(".")


# An object a line


def _objects(source: Source, encoding: str) -> Iterator[Record]:
    with opened(source, encoding) as file:
        for number, line in enumerate(_whole_lines(file), start=1):
            if line.strip():
                yield number, _object(number, line)


def _whole_lines(file: TextIO) -> Iterator[str]:
    """Yield lines that end with a line feed: other line ends may stand within a text."""
    rest = ""
    while piece := file.read(1 << 20):
        *lines, rest = (rest + piece).split("\n")
        yield from lines
    yield rest


def _object(number: int, line: str) -> Any:
    try:
        value = json.loads(line, object_pairs_hook=Once, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        text = _("Line %(line)s is not valid JSON: %(reason)s.")
        raise Refused(text, line=number, reason=str(error)) from None
    return value

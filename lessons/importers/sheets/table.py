"""What every reader of tables hands over, without a word of Django."""

from __future__ import annotations

from dataclasses import dataclass

SEPARATOR = "; "  # between several values of one cell, as the exports write them


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, or with the row where ``column`` is empty; says what to do."""

    text: str
    column: str = ""


@dataclass(frozen=True)
class Row:
    """One record. ``cells`` stand in the order of the sheet's header and are as many.

    ``number`` is where a person finds it: the row of the spreadsheet, the line of the text file
    on which it begins, or its place in a JSON list, each counted from 1.
    """

    number: int
    cells: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One table of a file, as it was detected.

    ``header`` holds the names of the named columns, stripped; a name that stands there twice is
    one of the ``problems``, which keep the table from being read until they are mended. ``notes``
    are sentences on what was detected or left out. ``header_row`` is counted as a row's number is,
    and 0 where names come with each row (JSON). ``encoding`` and ``delimiter`` are empty where
    the format has none. ``format`` is csv, xlsx, xls, ods, json or jsonl.
    """

    name: str
    format: str
    header: tuple[str, ...]
    header_row: int = 1
    encoding: str = ""
    delimiter: str = ""
    row_count: int | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

"""What runs in the sandbox: a file in, sheets and rows out as what JSON can say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lessons.sandbox import Message, Refused
from lessons.sandbox import marked as _

from .aligning import Alignment
from .formats import grids_of
from .heading import Heading, heading_of
from .table import MAX_CELL, Grid, Problem, Row, Sheet, Source

BATCH = 100  # rows said at once, as saying each costs much more


def list_sheets(path: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield each table of the file, read to its end, so that its problems are known by then."""
    for grid, heading in _tables(grids_of(_source(path, name))):
        alignment = Alignment(grid, heading)
        count = sum(1 for _row in alignment.rows())
        notes = [*grid.notes, *heading.notes]
        if alignment.left_out:
            text = _("Rows below the table were taken for notes and left out: %(rows)s.")
            notes.append(Message(text, rows=", ".join(map(str, alignment.left_out))))
        yield {
            "name": grid.name,
            "format": grid.format,
            "header": heading.header,
            "header_row": heading.row,
            "encoding": grid.encoding,
            "delimiter": grid.delimiter,
            "row_count": count,
            "notes": [_said(note) for note in notes],
            "problems": [_said_of(problem) for problem in heading.problems],
        }


def list_rows(path: Path, name: str, told: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield the rows of one table, some at a time, each as number, cells and problems.

    ``told`` may name ``sheet``, ``header_row``, ``encoding`` and ``delimiter``.
    """
    grids = grids_of(_source(path, name), told.get("encoding"), told.get("delimiter"))
    grid, heading = _chosen(grids, told.get("sheet"), told.get("header_row"))
    batch, size = [], 0
    for row in Alignment(grid, heading).rows():
        batch.append((row.number, row.cells, [_said_of(problem) for problem in row.problems]))
        size += sum(map(len, row.cells))
        if len(batch) == BATCH or size > MAX_CELL:
            yield batch
            batch, size = [], 0
    yield batch


def list_header(path: Path, name: str, sheet: str, row: int) -> Iterator[tuple[str, ...]]:
    """Yield the names that a row of a table gives to its columns."""
    _grid, heading = _chosen(grids_of(_source(path, name)), sheet, row)
    yield heading.header


def _source(path: Path, name: str) -> Source:
    return Source(name, lambda: path.open("rb"))


def _tables(grids: list[Grid]) -> Iterator[tuple[Grid, Heading]]:
    """Yield what is no empty sheet; raises Refused where all are."""
    found = False
    for grid in grids:
        if (heading := heading_of(grid)).names:
            found = True
            yield grid, heading
    if not found:
        raise Refused(_("The file holds no rows."))


def _chosen(grids: list[Grid], sheet: str | None, row: int | None) -> tuple[Grid, Heading]:
    if sheet is None and row is None:
        return next(_tables(grids))
    for grid in grids:
        if sheet in {None, grid.name}:
            return grid, heading_of(grid, row)
    raise Refused(_("The file holds no sheet called “%(sheet)s”."), sheet=sheet)


# Across the processes


def sheet_from(said: dict[str, Any]) -> Sheet:
    """Return the sheet that ``list_sheets`` told of."""
    return Sheet(
        **{
            **said,
            "header": tuple(said["header"]),
            "notes": tuple(_heard(note) for note in said["notes"]),
            "problems": tuple(_heard_of(problem) for problem in said["problems"]),
        }
    )


def row_from(said: list[Any]) -> Row:
    """Return the row that ``list_rows`` told of."""
    number, cells, problems = said
    return Row(number, tuple(cells), tuple([_heard_of(problem) for problem in problems]))


def _said(message: Message) -> list[Any]:
    return [message.sentence, message.params]


def _heard(said: list[Any]) -> Message:
    sentence, params = said
    return Message(sentence, **params)


def _said_of(problem: Problem) -> list[Any]:
    return [*_said(problem.text), problem.column]


def _heard_of(said: list[Any]) -> Problem:
    sentence, params, column = said
    return Problem(Message(sentence, **params), column)

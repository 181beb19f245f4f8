"""Table files in, rows with their true places out: CSV and its kin, spreadsheets, JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .table import Problem, Row, Sheet

__all__ = ["Problem", "Row", "Sheet", "rows", "sheets"]


def sheets(path: Path, name: str) -> list[Sheet]:
    """Return the tables that the file at ``path``, called ``name`` by its owner, holds.

    Raises Refused, with a sentence that says why and what to do, where there is none.
    """
    raise NotImplementedError


def rows(
    path: Path,
    name: str,
    sheet: str | None = None,
    *,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Iterator[Row]:
    """Yield the rows of one table of the file, the first by default, as they are read.

    What was detected may be overridden. Raises Refused, at the latest where reading fails.
    """
    raise NotImplementedError

"""A row as it is given, and what it would do."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from lessons.importers.sheets import Row
from lessons.models import Outcome, Record

from . import cells
from .fields import FIELDS, Mapping

BETWEEN_TEXTS = "\n\n"  # where several columns fill one text
BY_CONTENT = "row:"  # begins the identifier of a record whose row had no key of its own


@dataclass
class Planned:
    """What one row would do; see `models.imports.ImportRow`."""

    number: int
    key: str = ""
    record: Record | None = None
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[list[str]] = field(default_factory=list)
    findings: list[list[Any]] = field(default_factory=list)
    title: str = ""
    imported_before: bool = False

    def wrong(self, text: str, column: str = "") -> None:
        """Note what stands against importing the row."""
        self.findings.append([column, text, True])

    def note(self, text: str, column: str = "") -> None:
        """Note what a person should know."""
        self.findings.append([column, text, False])

    @property
    def has_problem(self) -> bool:
        """Whether anything stands against importing the row."""
        return any(stands_against for _column, _text, stands_against in self.findings)

    @property
    def outcome(self) -> Outcome:
        """What becomes of the row."""
        if self.has_problem:
            return Outcome.PROBLEM
        if self.imported_before:
            return Outcome.SAME
        if self.record is None:
            return Outcome.CREATE
        return Outcome.CHANGE if self.changes else Outcome.SAME


@dataclass(frozen=True)
class Given:
    """What a row gives by field: its text as it stands, and tidied."""

    row: Row
    raw: dict[str, str]
    texts: dict[str, str]

    @classmethod
    def of(cls, row: Row, mapping: Mapping) -> Given:
        """Return what ``row`` gives under ``mapping``; several columns of one field joined."""
        raw, texts = {}, {}
        for name, places in mapping.fields.items():
            if len(places) == 1:
                text = row.cells[places[0]]
            else:
                between = BETWEEN_TEXTS if FIELDS[name].form == "text" else "\n"
                text = between.join(filter(None, (row.cells[place] for place in places)))
            raw[name], texts[name] = text, cells.tidy(text)
        return cls(row, raw, texts)

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    def fingerprint(self, columns: tuple[str, ...]) -> str:
        """Return the identifier of a record made of a row without a key: that of its cells."""
        said = (
            f"{name}={cell}" for name, cell in zip(columns, self.row.cells, strict=True) if cell
        )
        return BY_CONTENT + hashlib.sha256("\x1f".join(sorted(said)).encode()).hexdigest()[:40]


def reference(text: str, scheme: str) -> str:
    """Return the identifier of a record that is called ``text`` at its origin."""
    return f"{scheme}:{text}" if scheme else text

"""What each row of a table would do: make a record, change one, nothing, or what is wrong.

Rows are looked at in batches, so that the queries of a batch serve all its rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from lessons.importers.sheets import Row
from lessons.permissions import editable_statuses

from . import known
from .batch import Batch
from .fields import FIELDS, Mapping, Settings, compared
from .planned import Given, Planned, reference
from .planning import plan
from .values import Reader, Vocabulary

BATCH = 1_000
CODES = re.compile(r"\b[LFAR]-[1-9]\d{0,17}\b", re.IGNORECASE)


class Checker:
    """Says what rows would do under a mapping, for a person; ``by`` None is the operator."""

    def __init__(self, mapping: Mapping, settings: Settings, by: Any) -> None:
        self.mapping, self.settings = mapping, settings
        self.editable = None if by is None else frozenset(editable_statuses(by))
        self.vocabulary = Vocabulary()
        self.by = by
        self.columns = [name for name in mapping.fields if name in compared()]
        self.resting = any(
            FIELDS[name].form == "source" or name == "passage" for name in mapping.fields
        )
        self.linking = [name for name in mapping.fields if FIELDS[name].form in {"links", "actors"}]

    def check(self, rows: Iterable[Row]) -> Iterator[Planned]:
        """Yield what each row would do, in order."""
        rows = iter(rows)
        while batch := list(islice(rows, BATCH)):
            yield from self._batch(batch)

    def _batch(self, rows: Sequence[Row]) -> list[Planned]:
        found = [(Given.of(row, self.mapping), Planned(row.number)) for row in rows]
        for given, planned in found:
            planned.key = self._key(given)
        keys = {planned.key for _given, planned in found}
        ids = {pk for key in keys if (pk := known.id_of(key))}
        existing = known.Existing(ids, keys, self.columns, self.by, resting=self.resting)
        reader = Reader(self.settings, self.vocabulary, self._ends(found))
        batch = Batch(self.mapping, self.settings, self.editable, existing, reader)
        batch.look_up_sources(given for given, _planned in found)
        for given, planned in found:
            plan(batch, given, planned)
        return [planned for _given, planned in found]

    def _key(self, given: Given) -> str:
        """Return the code or identifier that names the record; by content where there is none."""
        if given["code"]:
            return given["code"].upper()
        if given["reference"]:
            return reference(given["reference"], self.settings.scheme)
        return given.fingerprint(self.mapping.columns)

    def _ends(self, found: list[tuple[Given, Planned]]) -> known.Ends:
        texts = (given[name] for given, _planned in found for name in self.linking)
        codes = (code for text in texts for code in CODES.findall(text))
        return known.Ends({pk for code in codes if (pk := known.id_of(code))})

"""Quoting: a passage's words become a record in one step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from .curation import create_record
from .evidence import cite
from .models import Passage, Record
from .models.history import told

# A sentence ends with its mark, what closes it and a space; or where a line of the page ends
# an item. An initial, a short title and "e.g." end none.
ENDS = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]?[A-ZÀ-Þ0-9])|\n\s*\n")
NO_END = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Maj|Lt|St|No|Nos|Art|Arts|para|paras|pp?|vol"
    r"|fig|cf|e\.g|i\.e|vs|etc|approx|ca|M|MM|Mme|Mlle)\.$"
)


@dataclass(frozen=True)
class Sentence:
    """A stretch of a passage to choose: code points from ``start`` to ``end`` (exclusive)."""

    text: str
    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """Cut ``text`` into its sentences, without the spaces between them."""
    found, start = [], 0
    for gap in [*ENDS.finditer(text), None]:
        end = gap.end() if gap else len(text)
        if gap and NO_END.search(text[start : gap.start()]):
            continue
        words = text[start:end].strip()
        if words:
            first = text.index(words, start)
            found.append(Sentence(words, first, first + len(words)))
        start = end
    return found


@transaction.atomic
def quote(
    passage: Passage,
    quotation: str,
    kind: str,
    *,
    by: Any,
    start: int | None = None,
    **fields: Any,
) -> Record:
    """Write a draft that rests on ``quotation``: both or neither, and one act to undo.

    ``fields`` are those of `curation.create_record`. Raises what it and `evidence.cite` raise.
    """
    with told("quote", by=by):
        record = create_record(kind, by=by, **fields)
        cite(record, passage, quotation, by=by, start=start)
    return record

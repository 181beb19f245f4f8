"""Quoting: a passage's words become a record in one step."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from .curation import create_record
from .evidence import cite
from .models import Passage, Record
from .models.history import told


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

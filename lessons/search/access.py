"""What a reader may find, as a condition inside every query and never after it."""

from __future__ import annotations

from typing import Any

from tantivy import Occur, Query

from lessons.models import Status

from . import schema


def only_open(user: Any) -> list[tuple[Occur, Query]]:
    """Return the condition that records are open to ``user``: none for the desk."""
    if user.has_perm("lessons.view_record"):
        return []
    published = Query.term_query(schema.records(), "status", Status.PUBLISHED.value)
    return [(Occur.Must, published)]

"""What a person may find, as a condition inside every query and never after it.

A document of the index is what some sights see of a record or passage, and says which. Where a
record rests on restricted reports too, it has two: the whole, and what the public sees of it.
"""

from __future__ import annotations

from typing import Any

import tantivy
from tantivy import Occur, Query

from lessons.models import sight_of

from . import schema


def only_open(user: Any, built: tantivy.Schema | None = None) -> list[tuple[Occur, Query]]:
    """Return the condition that documents (usually of records) are what ``user`` sees."""
    seen = Query.term_query(built or schema.records(), "sight", sight_of(user).value)
    return [(Occur.Must, seen)]

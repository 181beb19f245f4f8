"""Ordering what words have found also by meaning, without finding anything else.

The first records of the list are ordered anew by reciprocal-rank fusion (Cormack, Clarke and
Büttcher, 2009) of two orders: by words and by meaning. Counts, facets and files stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from .model import embedder

TOP = 100  # records of a list that are ordered anew
EVEN = 60  # of the paper: how little the very first places count beyond the next
# Products of two reals may be too small for one, which PostgreSQL refuses: eight bytes.
LIKENESS = """
    SELECT record_id FROM lessons_recordembedding
    WHERE record_id = ANY(%s) AND model = %s
    GROUP BY record_id
    ORDER BY max((SELECT sum(a * b) FROM unnest(vector, %s::float8[]) AS pair (a, b))) DESC,
        record_id
"""


def wanted() -> bool:
    """Whether searches are to be ordered by meaning too, and can be."""
    return settings.SEARCH_BY_MEANING and embedder() is not None


def fused(text: str, found: Sequence[int]) -> list[int]:
    """Return the ids ``found``, best first by words, in the order of words and meaning together."""
    model = embedder()
    if model is None or not found:
        return list(found)
    (vector,) = model.embed([text])
    with connection.cursor() as cursor:
        cursor.execute(LIKENESS, [list(found), model.name, vector])
        by_meaning = [pk for (pk,) in cursor.fetchall()]
    return merged(found, by_meaning)


def merged(*orders: Sequence[int]) -> list[int]:
    """Return all ids of ``orders``, those first that stand high in many; equals as in the first."""
    scores: dict[int, float] = {}
    for order in orders:
        for place, pk in enumerate(order, 1):
            scores[pk] = scores.get(pk, 0.0) + 1 / (EVEN + place)
    return sorted(scores, key=lambda pk: -scores[pk])

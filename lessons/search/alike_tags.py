"""Tags that look like the same: another case, plural or accent, or a slip of the pen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from lessons.models import Tag

from . import schema

ALIKE = 0.6  # trigram similarity from which two names may be one
LOOKED_AT = 5000  # tags compared by their stems, the most used

NEAR = """
    SET LOCAL pg_trgm.similarity_threshold = %(enough)s;
    SELECT one.id, other.id FROM lessons_tag one
    JOIN lessons_tag other ON other.name %% one.name AND other.id <> one.id
    WHERE one.id = ANY(%(ids)s) AND other.merged_into_id IS NULL
    ORDER BY one.id, similarity(one.name, other.name) DESC, other.id
"""


def same_words() -> list[list[Tag]]:
    """Return groups of tags whose words have the same stems, the most used first in each."""
    groups: dict[tuple[str, ...], list[Tag]] = defaultdict(list)
    for tag in Tag.objects.unmerged().with_use().order_by("-times_used", "name")[:LOOKED_AT]:
        groups[_stems(tag.name)].append(tag)
    return [group for stems, group in groups.items() if stems and len(group) > 1]


def _stems(name: str) -> tuple[str, ...]:
    """Return the words of ``name`` without case, accents and endings, English or French."""
    return tuple(
        min("".join(schema.stem(word, code)) for code in schema.STEMMERS)
        for word in schema.stem(schema.readable(name), "plain")
    )


def alike(tags: Iterable[Tag]) -> dict[int, list[Tag]]:
    """Return, by the id of each of ``tags``, the tags spelt nearly the same; two queries."""
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(NEAR, {"enough": ALIKE, "ids": [tag.pk for tag in tags]})
        for one, other in cursor.fetchall():
            found[one].append(other)
    rows = Tag.objects.with_use().in_bulk({pk for others in found.values() for pk in others})
    return {one: [rows[pk] for pk in others] for one, others in found.items()}

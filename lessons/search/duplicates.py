"""Near-duplicates: records of one kind whose title or statement is nearly the same.

The index proposes candidates that share the rarest words, the trigram index those whose title is
alike; PostgreSQL then measures the pairs. So the cost depends on the records asked about and not on
how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from tantivy import Occur, Query, Searcher

from lessons.models import Record, Sight, sight_of

from . import schema
from .access import only_open
from .building import Building
from .documents import language
from .index import SearchUnavailable, machine_index
from .matching import ids_of

ALIKE = 0.5  # trigram similarity from which two records may say the same
ALIKE_IF_SHARED = 0.4  # the same for two that share an actor or a theme
CANDIDATES = 30  # measured for each record
TELLING = 16  # words of a record that its candidates are looked for by, the rarest

# One message is one transaction, so that the threshold of the operator is set for it alone;
# the operator uses the index, where similarity() would read every row.
MEASURED = """
    SET LOCAL pg_trgm.similarity_threshold = %(enough_if_shared)s;
    WITH asked AS (
        SELECT * FROM unnest(%(place)s::int[], %(id)s::bigint[], %(kind)s::text[],
                             %(title)s::text[], %(statement)s::text[])
            AS a (place, id, kind, title, statement)
    ), pair AS (
        SELECT * FROM unnest(%(at)s::int[], %(candidate)s::bigint[]) AS c (place, other)
        UNION
        SELECT a.place, r.id FROM asked a JOIN lessons_record r ON r.title %% a.title
        WHERE %(by_title)s
    ), measured AS (
        SELECT a.place, a.id, r.id AS other,
               GREATEST(similarity(r.title, a.title), similarity(r.statement, a.statement)) AS alike
        FROM pair JOIN asked a USING (place) JOIN lessons_record r ON r.id = pair.other
        WHERE r.kind = a.kind AND r.id <> a.id AND r.merged_into_id IS NULL
          AND (r.status = 'published' OR %(sees_all)s)
          AND (NOT r.restricted OR %(sees_restricted)s)
    )
    SELECT place, other, alike FROM measured m
    WHERE (alike >= %(enough)s OR (alike >= %(enough_if_shared)s AND (
        EXISTS (
            SELECT 1 FROM lessons_record_themes mine
            JOIN lessons_record_themes theirs USING (theme_id)
            WHERE mine.record_id = m.id AND theirs.record_id = m.other
        ) OR EXISTS (
            SELECT 1 FROM lessons_record actor WHERE kind = 'actor' AND actor.id IN (
                SELECT target_id FROM lessons_link WHERE source_id = m.id
                UNION SELECT source_id FROM lessons_link WHERE target_id = m.id
            ) AND actor.id IN (
                SELECT target_id FROM lessons_link WHERE source_id = m.other
                UNION SELECT source_id FROM lessons_link WHERE target_id = m.other
            )
        )
    ))) AND NOT EXISTS (
        SELECT 1 FROM lessons_notsame
        WHERE first_id = LEAST(m.id, m.other) AND second_id = GREATEST(m.id, m.other)
    )
    ORDER BY place, alike DESC, other
"""


class Alike(NamedTuple):
    """The id of a record that may say the same, and how alike the two are, from 0 to 1."""

    other: int
    similarity: float


def near_duplicates(
    records: Sequence[Record],
    user: Any,
    *,
    by_title: bool = True,
    searcher: Searcher | None = None,
) -> list[list[Alike]]:
    """Return, for each of ``records``, the records open to ``user`` that may say the same.

    Most alike first; pairs that were told apart are left out. The records need not be saved, so
    that a draft can be compared while it is written. One query for all of them; ``by_title`` looks
    for titles that share no word too. While the index cannot answer, only titles are compared.
    """
    sight, searcher = sight_of(user), searcher or current_searcher()
    sharing = [_sharing_words(record, searcher, user) for record in records] if searcher else []
    pairs = [(at, pk) for at, ids in enumerate(sharing) for pk in ids]
    found: list[list[Alike]] = [[] for _record in records]
    with connection.cursor() as cursor:
        cursor.execute(
            MEASURED,
            {
                "place": list(range(len(records))),
                "id": [record.pk or 0 for record in records],
                "kind": [str(record.kind) for record in records],
                "title": [record.title for record in records],
                "statement": [record.statement for record in records],
                "at": [at for at, _pk in pairs],
                "candidate": [pk for _at, pk in pairs],
                "by_title": by_title or searcher is None,
                "sees_all": sight is Sight.DESK,
                "sees_restricted": sight.reads_restricted,
                "enough": ALIKE,
                "enough_if_shared": ALIKE_IF_SHARED,
            },
        )
        for place, other, alike in cursor.fetchall():
            found[place].append(Alike(other, alike))
    return found


def current_searcher() -> Searcher | None:
    """Return the index of records as the database stands; None while it cannot answer."""
    try:
        return machine_index().snapshot().records
    except (SearchUnavailable, Building):
        return None


def _sharing_words(record: Record, searcher: Searcher, user: Any) -> list[int]:
    code = language(record.language)
    field = f"all_{code}"
    tokens = set(schema.analyzers()[code].analyze(f"{record.title} {record.statement}"))
    often = {token: searcher.doc_freq(field, token) for token in tokens}
    alone = 1 if record.pk else 0  # a word that no other record has
    shared = sorted((t for t in tokens if often[t] > alone), key=lambda t: (often[t], t))
    if not shared:
        return []
    built = schema.records()
    words = [(Occur.Should, Query.term_query(built, field, token)) for token in shared[:TELLING]]
    asked = [
        (Occur.Must, Query.boolean_query(words)),
        (Occur.Must, Query.term_query(built, "kind", str(record.kind))),
        (Occur.MustNot, Query.term_query(built, "id", record.pk or 0)),
        *only_open(user),
    ]
    hits = searcher.search(Query.boolean_query(asked), CANDIDATES, count=False).hits
    return ids_of(searcher, hits)

"""What the guards refuse row by row, looked for in all rows of an import at once.

While an import is written, the triggers that carry `models.guards.ROW_BY_ROW` do not run. Each of
them has its query here: the same locks, the same condition, before the import becomes true. A test
insists that none is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from lessons.models import JOINS
from lessons.models.guards import without_row_guards

# Locked as the guards lock them, in one order. Reports and records are held by then.
HOLD = (
    """SELECT count(*) FROM (
        SELECT id FROM lessons_tag WHERE id IN (
            SELECT tag_id FROM lessons_recordtag b JOIN wanted w ON w.id = b.content_object_id
        ) ORDER BY id FOR KEY SHARE) AS held""",
    """SELECT count(*) FROM (
        SELECT id FROM lessons_passage WHERE id IN (SELECT passage FROM coming)
        ORDER BY id FOR SHARE) AS held""",
)
_LINKS = """(
        SELECT l.* FROM lessons_link l JOIN wanted w ON w.id = l.source_id
        UNION SELECT l.* FROM lessons_link l JOIN wanted w ON w.id = l.target_id
    )"""
# By guard, as table and name of its trigger.
BROKEN = {
    "lessons_record_themes record_is_not_merged_away": """
        SELECT FROM wanted w JOIN lessons_record r ON r.id = w.id
        WHERE r.merged_into_id IS NOT NULL""",
    "lessons_recordtag tag_is_not_merged_away": """
        SELECT FROM wanted w JOIN lessons_recordtag b ON b.content_object_id = w.id
        JOIN lessons_tag t ON t.id = b.tag_id WHERE t.merged_into_id IS NOT NULL""",
    "lessons_link record_is_not_merged_away": """
        SELECT FROM <links> l JOIN lessons_record s ON s.id = l.source_id
        JOIN lessons_record t ON t.id = l.target_id
        WHERE coalesce(s.merged_into_id, t.merged_into_id) IS NOT NULL""",
    "lessons_link link_fits_its_kinds": """
        SELECT FROM <links> l JOIN lessons_record s ON s.id = l.source_id
        JOIN lessons_record t ON t.id = l.target_id
        WHERE (l.predicate, s.kind, t.kind) NOT IN %(joined)s""",
    "lessons_citation citation_stands_in_its_passage": """
        SELECT FROM coming JOIN lessons_citation c ON c.record_id = coming.id
        JOIN lessons_passage p ON p.id = c.passage_id
        WHERE substr(p.text, c.start + 1, c."end" - c.start) IS DISTINCT FROM c.exact
            OR c."end" > char_length(p.text)
            OR encode(sha256(convert_to(p.text, 'UTF8')), 'hex') <> c.text_sha256""",
    "lessons_citation citation_stands_in_the_text_read": """
        SELECT FROM coming JOIN lessons_citation c ON c.record_id = coming.id
        JOIN lessons_passage p ON p.id = c.passage_id JOIN lessons_report r ON r.id = p.report_id
        WHERE c.state <> 'lost' AND p.text_version <> r.text_version""",
}
# The same question of the same records, or of rows that an import never writes.
ANSWERED = {
    "lessons_record_countries record_is_not_merged_away",
    "lessons_recordtag record_is_not_merged_away",
    "lessons_citation record_is_not_merged_away",
    "lessons_report citation_stands_in_the_text_read",
    "lessons_citation cited_record_keeps_evidence",
    "lessons_uptake record_is_not_merged_away",
    "lessons_comment record_is_not_merged_away",
    "lessons_readinglistitem record_is_not_merged_away",
}
JOINED = tuple((p.value, s.value, t.value) for p, ends in JOINS.items() for s, t in ends)


class Outdated(ValidationError):
    """What was shown is no longer true: the rows must be looked at again."""


@contextmanager
def as_a_set() -> Iterator[None]:
    """Let the block write without the guards of single rows, then look at all of them.

    Raises Outdated, which must take everything back, for what a guard would have refused.
    """
    with without_row_guards():
        yield
    with connection.cursor() as cursor:
        for statement in HOLD:
            cursor.execute(statement)
        for guard, query in BROKEN.items():
            _refuse(cursor, guard, query)


def _refuse(cursor: Any, guard: str, query: str) -> None:
    asked = query.replace("<links>", _LINKS)
    cursor.execute(f"SELECT EXISTS ({asked})", {"joined": JOINED})
    (broken,) = cursor.fetchone()
    if broken:
        raise Outdated(
            _("The database refuses it, maybe for a change made meanwhile: %(reason)s.")
            % {"reason": guard.partition(" ")[2].replace("_", " ")},
            code="refused",
        )

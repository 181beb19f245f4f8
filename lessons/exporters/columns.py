"""The columns of a table of records: the one place that says what each of them holds.

A column is an expression over ``r`` (the record) and one of PARTS, which gather what a record has
many of. The database puts the rows together: a hundred thousand of them pass through no Python.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lessons.models import Kind
from lessons.search import BadQuery


@dataclass(frozen=True)
class Column:
    """``free`` is text that anybody may have typed, so that it may look like a formula."""

    sql: str
    part: str = ""
    many: bool = False
    free: bool = False


def _field(name: str) -> Column:
    return Column(f"r.{name}")


def _text(name: str) -> Column:
    return Column(f"r.{name}", free=True)


def _many(part: str, sql: str) -> Column:
    return Column(f"{part}.{sql}", part, many=True, free=True)


LETTERS = " ".join(f"WHEN '{kind.value}' THEN '{kind.letter}-'" for kind in Kind)
CODE = f"(CASE {{0}}.kind {LETTERS} END || {{0}}.id)"
# How a passage ``p`` of the report ``s`` is cited, and all that is said of reports (cited.py),
# which are those that may be read.
CITED = """(s.before || CASE WHEN p.page_label <> '' THEN %(page)s || p.page_label || %(after_page)s
    WHEN p.page > 0 THEN %(page)s || p.page || %(after_page)s
    ELSE %(para)s || p.ordinal || %(after_para)s END || s.behind)"""
SOURCES = """unnest(%(report_ids)s::bigint[], %(places)s::int[], %(befores)s::text[],
    %(behinds)s::text[], %(references)s::text[]) AS s (id, place, before, behind, reference)"""
ASKED = """unnest(%(ids)s::bigint[]) WITH ORDINALITY AS i (id, place)
    JOIN {visible} AS r ON r.id = i.id"""
FRAGMENTS = {
    "{asked}": ASKED,
    "{code:r}": CODE.format("r"),
    "{code:t}": CODE.format("t"),
    "{cited}": CITED,
    "{sources}": SOURCES,
}
# Each part: rows of (record_id, …) for the records asked for; ``{visible}``, ``{links}``
# and ``{claims}`` are what may be read, ``{code:t}`` the code of the record called ``t``.
PARTS = {
    "themes": """
        SELECT x.record_id, array_agg(t.slug::text ORDER BY t.notation) AS slugs
        FROM lessons_record_themes x JOIN lessons_theme t ON t.id = x.theme_id
        WHERE x.record_id = ANY(%(ids)s::bigint[]) GROUP BY x.record_id""",
    "tags": """
        SELECT x.content_object_id AS record_id, array_agg(t.name::text ORDER BY t.name) AS names
        FROM lessons_recordtag x JOIN lessons_tag t ON t.id = x.tag_id
        WHERE x.content_object_id = ANY(%(ids)s::bigint[]) GROUP BY x.content_object_id""",
    "countries": """
        SELECT x.record_id, array_agg(x.country_id::text ORDER BY t.label_en) AS codes
        FROM lessons_record_countries x JOIN lessons_country t ON t.code = x.country_id
        WHERE x.record_id = ANY(%(ids)s::bigint[]) GROUP BY x.record_id""",
    # Each report is named where it is cited first: an aggregate of distinct values would be sorted
    # for every record, which takes as long as all the rest.
    "evidence": """
        SELECT c.record_id, array_agg(c.said) AS quotations,
            array_agg(c.reference) FILTER (WHERE c.first) AS sources,
            count(*) FILTER (WHERE c.first) AS reports
        FROM (
            SELECT x.record_id, s.reference,
                %(opening)s || x.exact || %(closing)s || {cited} AS said,
                p.report_id IS DISTINCT FROM lag(p.report_id) OVER ordered AS first
            FROM lessons_citation x JOIN lessons_passage p ON p.id = x.passage_id
            JOIN {sources} ON s.id = p.report_id
            WHERE x.record_id = ANY(%(ids)s::bigint[])
            WINDOW ordered AS (
                PARTITION BY x.record_id ORDER BY s.place, p.ordinal, x.start, x.id
            )
            ORDER BY x.record_id, s.place, p.ordinal, x.start, x.id
        ) c GROUP BY c.record_id""",
    "links": """
        SELECT x.source_id AS record_id,
            array_agg(x.predicate || ' ' || {code:t} ORDER BY x.predicate, t.id) AS said
        FROM {links} x JOIN {visible} t ON t.id = x.target_id
        WHERE x.source_id = ANY(%(ids)s::bigint[]) GROUP BY x.source_id""",
    "actors": """
        SELECT l.record_id, array_agg(DISTINCT l.role || ' ' || l.named) AS named FROM (
            SELECT x.target_id AS record_id, x.predicate AS role,
                {code:t} || ' ' || t.title AS named
            FROM {links} x JOIN {visible} t ON t.id = x.source_id AND t.kind = 'actor'
            WHERE x.target_id = ANY(%(ids)s::bigint[])
            UNION ALL
            SELECT x.source_id, x.predicate, {code:t} || ' ' || t.title
            FROM {links} x JOIN {visible} t ON t.id = x.target_id AND t.kind = 'actor'
            WHERE x.source_id = ANY(%(ids)s::bigint[])
        ) l GROUP BY l.record_id""",
    "uptake": """
        SELECT x.record_id, array_agg(x.claim || ' ' ||
            to_char(x.date, CASE x.date_precision WHEN 'year' THEN 'YYYY'
                WHEN 'month' THEN 'YYYY-MM' ELSE 'YYYY-MM-DD' END)
            || ' (' || x.claimed_by || ')' ORDER BY x.date, x.id) AS claims
        FROM {claims} x WHERE x.record_id = ANY(%(ids)s::bigint[]) GROUP BY x.record_id""",
}
# Read back by the importer of tables: names stay, new ones go to the end.
USUAL = {
    "code": Column("{code:r}"),
    "kind": _field("kind"),
    "title": _text("title"),
    "statement": _text("statement"),
    "discussion": _text("discussion"),
    "quotations": _many("evidence", "quotations"),
    "sources": _many("evidence", "sources"),
    "reports": Column("coalesce(evidence.reports, 0)", "evidence"),
    "themes": _many("themes", "slugs"),
    "tags": _many("tags", "names"),
    "countries": _many("countries", "codes"),
    "phase": _field("phase"),
    "year_from": _field("year_from"),
    "year_to": _field("year_to"),
    "polarity": _field("polarity"),
    "level": _field("level"),
    "origin": _field("origin"),
    "applies_when": _text("applies_when"),
    "failure_type": _field("failure_type"),
    "consequence": _text("consequence"),
    "actor_type": _field("actor_type"),
    "aliases": Column("r.aliases::text[]", many=True, free=True),
    "number": _text("number"),
    "links": _many("links", "said"),
    "language": _text("language"),
    "status": _field("status"),
    "version": _field("version"),
    "published": Column("to_char(r.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"),
    "permalink": Column("%(before_code)s || {code:r} || %(after_code)s"),
}
# To be chosen; nobody is given them unasked.
FURTHER = {
    "actors": _many("actors", "named"),
    "uptake": _many("uptake", "claims"),
    "identifier": _text("identifier"),
    "updated": Column("to_char(r.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"),
    "note": Column("(%(notes)s::jsonb ->> r.id::text)", free=True),
}
COLUMNS = USUAL | FURTHER
NOTE = "note"  # what a reading list says of its records
CHOICES = tuple(name for name in COLUMNS if name != NOTE)


def chosen(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``names``, or the usual columns for none; raises BadQuery for one that is unknown."""
    for name in names:
        if name not in CHOICES:
            known = ", ".join(CHOICES)
            raise BadQuery(
                _("columns: there is no column “%(name)s”. There are: %(known)s.")
                % {"name": name[:60], "known": known}
            )
    return tuple(dict.fromkeys(names)) or tuple(USUAL)

"""What a workbook holds beside the records: a sheet for each thing they have many of."""

from __future__ import annotations

# Each sheet: its columns, and its rows for the records asked for (FRAGMENTS in columns.py).
SHEETS = {
    "Themes": (
        ("code", "theme", "notation", "label_en", "label_fr"),
        """SELECT {code:r}, t.slug, t.notation, t.pref_label_en, t.pref_label_fr FROM {asked}
            JOIN lessons_record_themes x ON x.record_id = r.id
            JOIN lessons_theme t ON t.id = x.theme_id ORDER BY i.place, t.notation""",
    ),
    "Tags": (
        ("code", "tag"),
        """SELECT {code:r}, t.name FROM {asked}
            JOIN lessons_recordtag x ON x.content_object_id = r.id
            JOIN lessons_tag t ON t.id = x.tag_id ORDER BY i.place, t.name""",
    ),
    "Citations": (
        ("code", "quotation", "cited_as", "source", "paragraph", "page", "printed_page", "state",
         "address"),
        """SELECT {code:r}, x.exact, {cited}, o.slug, p.ordinal, p.page, p.page_label, x.state,
                %(before_slug)s || o.slug || %(after_slug)s || '?cite=' || x.id
                || '#p-' || p.ordinal
            FROM {asked} JOIN lessons_citation x ON x.record_id = r.id
            JOIN lessons_passage p ON p.id = x.passage_id
            JOIN lessons_report o ON o.id = p.report_id JOIN {sources} ON s.id = p.report_id
            ORDER BY i.place, s.place, p.ordinal, x.start, x.id""",
    ),
    "Actors & roles": (
        ("code", "role", "actor", "actor_title", "actor_type", "asserted_by"),
        """SELECT {code:r}, x.predicate, {code:t}, t.title, t.actor_type, x.asserted_by
            FROM {asked} JOIN (
                SELECT source_id AS one, target_id AS other, predicate, asserted_by
                FROM {links} l WHERE source_id = ANY(%(ids)s::bigint[])
                UNION ALL SELECT target_id, source_id, predicate, asserted_by
                FROM {links} l WHERE target_id = ANY(%(ids)s::bigint[])
            ) x ON x.one = r.id JOIN {visible} t ON t.id = x.other AND t.kind = 'actor'
            ORDER BY i.place, x.predicate, t.id""",
    ),
    "Links": (
        ("code", "predicate", "target", "target_title", "asserted_by", "note"),
        """SELECT {code:r}, x.predicate, {code:t}, t.title, x.asserted_by, x.note FROM {asked}
            JOIN {links} x ON x.source_id = r.id JOIN {visible} t ON t.id = x.target_id
            ORDER BY i.place, x.predicate, t.id""",
    ),
    "Uptake": (
        ("code", "claim", "date", "date_known_to", "claimed_by", "address", "note"),
        """SELECT {code:r}, x.claim, x.date, x.date_precision, x.claimed_by,
                coalesce(nullif(x.url, ''),
                    %(before_slug)s || o.slug || %(after_slug)s || '?cite=' || c.id
                    || '#p-' || p.ordinal), x.note
            FROM {asked} JOIN {claims} x ON x.record_id = r.id
            LEFT JOIN lessons_citation c ON c.id = x.citation_id
            LEFT JOIN lessons_passage p ON p.id = c.passage_id
            LEFT JOIN lessons_report o ON o.id = p.report_id
            ORDER BY i.place, x.date, x.id""",
    ),
}  # fmt: skip
REPORTS = """SELECT DISTINCT p.report_id FROM {asked}
    JOIN lessons_citation x ON x.record_id = r.id JOIN lessons_passage p ON p.id = x.passage_id
    JOIN {sources} ON s.id = p.report_id"""

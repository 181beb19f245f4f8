"""The statements that make a staged import true, each for all of its rows at once.

``coming`` has a row for each record that is made, ``changing`` for each that is changed. Triggers
and constraints hold for them as for a person at a form.
"""

FIELDS = {
    "title": "text", "statement": "text", "discussion": "text", "phase": "text",
    "language": "text", "year_from": "smallint", "year_to": "smallint", "polarity": "text",
    "level": "text", "origin": "text", "applies_when": "text", "failure_type": "text",
    "consequence": "text", "actor_type": "text", "aliases": "text[]", "number": "text",
}  # fmt: skip

# What is written, and the columns by which it is joined afterwards.
WRITTEN = (
    "lessons_report (id)", "lessons_passage (id, report_id)", "lessons_record (id)",
    "lessons_record_themes (record_id, theme_id)", "lessons_record_countries (record_id)",
    "lessons_recordtag (content_object_id, tag_id)", "lessons_citation (record_id, passage_id)",
    "lessons_link (source_id, target_id)",
)  # fmt: skip

COMING = """
    CREATE TEMP TABLE coming ON COMMIT DROP AS
    SELECT nextval(pg_get_serial_sequence('lessons_record', 'id')) AS id, row, number,
        url, title, words, encode(sha256(convert_to(words, 'UTF8')), 'hex') AS digest,
        NULL::bigint AS report, NULL::bigint AS passage
    FROM (
        SELECT id AS row, number, "values" -> 'source' ->> 'url' AS url,
            "values" -> 'source' ->> 'title' AS title, "values" ->> 'passage' AS words
        FROM lessons_importrow WHERE of_id = %(of)s AND outcome = 'create' ORDER BY number
    ) AS rows
"""
CHANGING = """
    CREATE TEMP TABLE changing ON COMMIT DROP AS
    SELECT record AS id, version, "values" FROM lessons_importrow
    WHERE of_id = %(of)s AND outcome = 'change'
"""
# The values of all rows, for what is made and changed alike.
WANTED = """
    CREATE TEMP TABLE wanted ON COMMIT DROP AS
    SELECT c.id, r."values" FROM coming c JOIN lessons_importrow r ON r.id = c.row
    UNION ALL SELECT id, "values" FROM changing
"""

# Sources: reports before records, in the order in which all lock that lock both

KNOWN_BY_URL = """
    UPDATE coming SET report = found.id FROM (
        SELECT url, min(id) AS id FROM lessons_report WHERE type = 'dataset' AND url <> ''
        GROUP BY url
    ) AS found WHERE found.url = coming.url
"""
KNOWN_BY_TITLE = """
    UPDATE coming SET report = found.id FROM (
        SELECT title, min(id) AS id FROM lessons_report WHERE type = 'dataset' GROUP BY title
    ) AS found WHERE coming.report IS NULL AND coming.url = '' AND found.title = coming.title
"""
ADD_REPORTS = """
    INSERT INTO lessons_report (slug, title, subtitle, authors, commissioned_by, publisher, issued,
        issued_precision, type, symbol, isbn, doi, url, language, rights, note, file, text_version,
        created_at)
    SELECT DISTINCT ON (s.slug) s.slug, s.title, '', s.authors, '', s.publisher, s.issued,
        s.precision, 'dataset', '', '', '', s.url, r."values" ->> 'language', '', '', '', 1, now()
    FROM coming c JOIN lessons_importrow r ON r.id = c.row
    CROSS JOIN LATERAL jsonb_to_record(r."values" -> 'source') AS s (slug text, title text,
        authors text[], publisher text, issued date, precision text, url text)
    WHERE c.report IS NULL AND c.words IS NOT NULL
    ORDER BY s.slug, c.number
    ON CONFLICT (slug) DO NOTHING
"""
ADDED_REPORTS = """
    UPDATE coming SET report = p.id FROM lessons_importrow r, lessons_report p
    WHERE r.id = coming.row AND coming.report IS NULL
        AND p.slug = r."values" -> 'source' ->> 'slug'
"""
HOLD_REPORTS = """
    SELECT count(*) FROM (
        SELECT id FROM lessons_report WHERE id IN (SELECT report FROM coming) ORDER BY id
        FOR NO KEY UPDATE
    ) AS held
"""
FOUND_PASSAGES = """
    UPDATE coming SET passage = p.id FROM lessons_report r, lessons_passage p
    WHERE r.id = coming.report AND p.report_id = r.id AND p.text_version = r.text_version
        AND coming.passage IS NULL
        AND encode(sha256(convert_to(p.text, 'UTF8')), 'hex') = coming.digest
"""
ADD_PASSAGES = """
    WITH added AS (
        INSERT INTO lessons_passage (report_id, text_version, ordinal, section_path, page_label,
            text)
        SELECT r.id, r.text_version, coalesce(last.ordinal, 0)
            + row_number() OVER (PARTITION BY r.id ORDER BY new.number), '{}', '', new.words
        FROM (
            SELECT report, digest, min(number) AS number, min(words) AS words FROM coming
            WHERE report IS NOT NULL AND passage IS NULL GROUP BY report, digest
        ) AS new
        JOIN lessons_report r ON r.id = new.report
        LEFT JOIN (
            SELECT report_id, text_version, max(ordinal) AS ordinal FROM lessons_passage
            WHERE report_id IN (SELECT report FROM coming) GROUP BY report_id, text_version
        ) AS last ON last.report_id = r.id AND last.text_version = r.text_version
        RETURNING id, report_id, encode(sha256(convert_to(text, 'UTF8')), 'hex') AS digest
    )
    UPDATE coming SET passage = added.id FROM added
    WHERE added.report_id = coming.report AND added.digest = coming.digest
"""

# Records, with what hangs on them

HOLD_RECORDS = """
    SELECT count(*) FROM (
        SELECT id FROM lessons_record WHERE id IN (
            SELECT id FROM changing
            UNION SELECT (link ->> 1)::bigint
            FROM wanted, jsonb_array_elements("values" -> 'links') AS link
        ) ORDER BY id FOR NO KEY UPDATE
    ) AS held
"""
TYPED = ", ".join(f"{name} {kind}" for name, kind in FIELDS.items())
# What a new record has where its row says nothing.
USUAL = {
    "discussion": "coalesce(v.discussion, '')",
    "phase": "coalesce(v.phase, '')",
    "aliases": "CASE WHEN v.kind = 'actor' THEN coalesce(v.aliases, '{}') END",
}
_ADD_RECORDS = """
    INSERT INTO lessons_record (id, kind, identifier, external_ids, <names>,
        status, version, created_by_id, created_at, updated_at)
    SELECT c.id, v.kind, v.identifier, CASE WHEN v.kind = 'actor' THEN '{}'::jsonb END, <values>,
        'draft', 1, %(by)s, now(), now()
    FROM coming c JOIN lessons_importrow r ON r.id = c.row
    CROSS JOIN LATERAL jsonb_to_record(r."values") AS v (kind text, identifier text, <typed>)
    ORDER BY c.id
"""
_CHANGE_RECORDS = """
    UPDATE lessons_record AS r SET version = r.version + 1, updated_at = now(), <values>
    FROM changing c CROSS JOIN LATERAL jsonb_to_record(c."values") AS v (<typed>)
    WHERE r.id = c.id
"""
# What a set of each record becomes, if its row says so. ``m.value`` is a member's JSON text.
_MEMBERS = """
    SELECT w.id, <found> AS member
    FROM wanted w, jsonb_array_elements_text(w."values" -> '<name>') AS m
"""
_TAKE_AWAY = """
    DELETE FROM <table> AS old USING changing c
    WHERE old.<owner> = c.id AND c."values" ? '<name>'
        AND (old.<owner>, old.<member>) NOT IN (<members>)
"""
_ADD = """
    INSERT INTO <table> (<owner>, <member>) <members>
    ON CONFLICT (<owner>, <member>) DO NOTHING
"""


def _filled(template: str, **parts: str) -> str:
    for name, part in parts.items():
        template = template.replace(f"<{name}>", part)
    return template


ADD_RECORDS = _filled(
    _ADD_RECORDS,
    names=", ".join(FIELDS),
    values=", ".join(USUAL.get(name, f"v.{name}") for name in FIELDS),
    typed=TYPED,
)
CHANGE_RECORDS = _filled(
    _CHANGE_RECORDS,
    values=", ".join(
        f"{name} = CASE WHEN c.\"values\" ? '{name}' THEN v.{name} ELSE r.{name} END"
        for name in FIELDS
    ),
    typed=TYPED,
)


def _members(table: str, owner: str, member: str, name: str, found: str = "m.value") -> list[str]:
    """Return what takes away and adds; ``found`` is the member's key."""
    parts = {"found": found, "table": table, "owner": owner, "member": member, "name": name}
    return [_filled(one, members=_filled(_MEMBERS, **parts), **parts) for one in (_TAKE_AWAY, _ADD)]


TAG = """(SELECT coalesce(t.merged_into_id, t.id) FROM lessons_tag t
        WHERE lower(t.name) = lower(m.value))"""
MEMBERS = [
    *_members("lessons_record_themes", "record_id", "theme_id", "themes", "m.value::bigint"),
    *_members("lessons_record_countries", "record_id", "country_id", "countries"),
    *_members("lessons_recordtag", "content_object_id", "tag_id", "tags", TAG),
]
NEW_TAGS = """
    SELECT DISTINCT ON (lower(m.value)) m.value
    FROM wanted w, jsonb_array_elements_text(w."values" -> 'tags') AS m
    WHERE NOT EXISTS (SELECT FROM lessons_tag t WHERE lower(t.name) = lower(m.value))
    ORDER BY lower(m.value), m.value
"""
ADD_CITATIONS = """
    INSERT INTO lessons_citation (record_id, passage_id, exact, prefix, suffix, start, "end",
        text_sha256, state, created_at)
    SELECT id, passage, words, '', '', 0, char_length(words), digest, 'verified', now()
    FROM coming WHERE passage IS NOT NULL ORDER BY id
"""
ADD_LINKS = """
    INSERT INTO lessons_link (source_id, predicate, target_id, asserted_by, note, created_at)
    SELECT CASE link ->> 2 WHEN 'out' THEN w.id ELSE (link ->> 1)::bigint END, link ->> 0,
        CASE link ->> 2 WHEN 'out' THEN (link ->> 1)::bigint ELSE w.id END, 'analyst', '', now()
    FROM wanted w, jsonb_array_elements(w."values" -> 'links') AS link
    ON CONFLICT (source_id, predicate, target_id) DO NOTHING
"""

# What may have become untrue since the rows were looked at: how many rows, and of what kind

CHANGED_SINCE = """
    SELECT count(*) FROM changing c LEFT JOIN lessons_record r ON r.id = c.id
    WHERE r.version IS DISTINCT FROM c.version OR r.merged_into_id IS NOT NULL
"""
NOT_EDITABLE = """
    SELECT count(*) FROM changing c JOIN lessons_record r ON r.id = c.id
    WHERE r.status <> ALL(%(editable)s)
"""
IMPORTED_SINCE = """
    SELECT count(*) FROM coming c JOIN lessons_importrow i ON i.id = c.row
    JOIN lessons_record r ON r.identifier = i.key
"""
NAMES_GONE = """
    SELECT (
        SELECT count(*) FROM wanted w, jsonb_array_elements_text(w."values" -> 'themes') AS m
        WHERE NOT EXISTS (SELECT FROM lessons_theme t WHERE t.id = m.value::bigint
            AND (NOT t.deprecated OR EXISTS (SELECT FROM lessons_record_themes b
                WHERE b.record_id = w.id AND b.theme_id = t.id)))
    ) + (
        SELECT count(*) FROM wanted w, jsonb_array_elements_text(w."values" -> 'tags') AS m
        JOIN lessons_tag t ON lower(t.name) = lower(m.value) AND t.retired
        WHERE NOT EXISTS (SELECT FROM lessons_recordtag b
            WHERE b.content_object_id = w.id AND b.tag_id = t.id)
    ) + (
        SELECT count(*) FROM wanted w, jsonb_array_elements(w."values" -> 'links') AS link
        WHERE NOT EXISTS (SELECT FROM lessons_record r
            WHERE r.id = (link ->> 1)::bigint AND r.merged_into_id IS NULL)
    )
"""

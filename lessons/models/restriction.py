"""Whether a record rests on restricted reports alone, kept by triggers beside what it follows from.

The reports are locked, then the records, and looked at only then: of two who write at the same
moment what a record rests on, the later one waits for the other and sees what was written.
"""

import pgtrigger

from .statements import OPERATIONS, after_statement

# A record with evidence in restricted reports, and none that holds in a public one.
RESTS_ON = """
    FROM lessons_citation c JOIN lessons_passage p ON p.id = c.passage_id
    JOIN lessons_report s ON s.id = p.report_id WHERE c.record_id = r.id"""
RESTRICTED = f"""(
    EXISTS (SELECT 1 {RESTS_ON} AND s.access = 'restricted')
    AND NOT EXISTS (SELECT 1 {RESTS_ON} AND s.access = 'public' AND c.state <> 'lost'))"""
# The lock is a statement of its own: what follows it sees what was written while it waited.
SETTLE = f"""
    PERFORM 1 FROM lessons_record WHERE id IN ({{records}}) ORDER BY id FOR NO KEY UPDATE;
    UPDATE lessons_record r SET restricted = NOT r.restricted
    WHERE r.id IN ({{records}}) AND r.restricted <> {RESTRICTED};"""
HOLD = """
    PERFORM 1 FROM lessons_report WHERE id IN (
        SELECT report_id FROM lessons_passage WHERE id IN ({passages})
    ) ORDER BY id FOR SHARE;"""


def settled_by_citations() -> list[pgtrigger.Trigger]:
    """Return the triggers on citations that keep ``Record.restricted``."""
    return [
        after_statement(
            f"settle_restricted_{name}",
            name,
            HOLD.format(passages=_each("SELECT passage_id FROM {rows}", tables))
            + SETTLE.format(records=_each("SELECT record_id FROM {rows}", tables)),
        )
        for name, (_operation, tables) in OPERATIONS.items()
    ]


def settled_by_reports() -> pgtrigger.Trigger:
    """Return the trigger on reports that keeps ``Record.restricted``."""
    cited = """
        SELECT c.record_id FROM lessons_citation c JOIN lessons_passage p ON p.id = c.passage_id
        JOIN new_rows n ON n.id = p.report_id JOIN old_rows o ON o.id = n.id
        WHERE o.access <> n.access"""
    return after_statement("settle_restricted", "update", SETTLE.format(records=cited))


def never_told() -> pgtrigger.Trigger:
    """Return the guard that nobody but the triggers above says whether a record is restricted.

    A verb that read the row before they did would otherwise write back what it was.
    """
    return pgtrigger.Trigger(
        name="restricted_follows_its_evidence",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("restricted"),
        condition=pgtrigger.AnyChange("restricted"),
        func="IF pg_trigger_depth() = 1 THEN NEW.restricted = OLD.restricted; END IF; RETURN NEW;",
    )


def never_begun_with() -> pgtrigger.Trigger:
    """Return the guard that a record begins without evidence, and so unrestricted."""
    return pgtrigger.Trigger(
        name="restricted_begins_unset",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__restricted=True),
        func="NEW.restricted = false; RETURN NEW;",
    )


def _each(query: str, tables: tuple[str, ...]) -> str:
    return " UNION ".join(query.format(rows=table) for table in tables)

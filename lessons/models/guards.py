"""Database triggers that refuse what no form, admin action or bulk update may do."""

from collections.abc import Iterator
from contextlib import contextmanager

import pgtrigger
from django.db import connection

# A guard that looks at one row after the other takes most of the time in which a hundred thousand
# are written. Who writes so many may set this for a while and then has to look at all of them at
# once, for the same: see importers/tables/guarding.py. Foreign keys, constraints and the history
# know of no such thing.
AS_A_SET = "lessons.guarded_as_a_set"
ROW_BY_ROW = pgtrigger.Condition(f"current_setting('{AS_A_SET}', true) IS DISTINCT FROM 'yes'")


@contextmanager
def without_row_guards() -> Iterator[None]:
    """Let the block, within a transaction, write without the guards that carry ROW_BY_ROW.

    Whoever does so sees to it that what they refuse is not there afterwards. An error in the block
    takes the setting back with all that it wrote.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'yes', true)", [AS_A_SET])
        yield
        cursor.execute("SELECT set_config(%s, '', true)", [AS_A_SET])


def refusal(name: str, when: str, message: str, hint: str = "") -> str:
    """Return the PL/pgSQL statement that raises check violation ``name`` if ``when`` holds."""
    return f"""
    IF {when} THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = {_literal(name)},
            MESSAGE = {_literal(message)}, HINT = {_literal(hint)};
    END IF;
    """


def _literal(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def publish_gate(name: str, operation: pgtrigger.Operation, record: str) -> pgtrigger.Trigger:
    """Return the guard that a published record keeps a citation that holds.

    ``record`` is the SQL expression of the record's id in the row written. Checked at commit, so
    that one transaction may swap citations; the record's row is locked first, so that two
    transactions cannot each take away what the other relies on.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        # What is written as a draft waits for nothing: publishing it is another write. A citation
        # that goes with its record needs no look either (history/undoing.py).
        condition=pgtrigger.Q(new__status="published") if record == "NEW.id" else ROW_BY_ROW,
        timing=pgtrigger.Deferred,
        declare=[("found_status", "text")],
        func=f"""
        SELECT status INTO found_status FROM lessons_record WHERE id = {record} FOR NO KEY UPDATE;
        IF found_status = 'published' AND NOT EXISTS (
            SELECT 1 FROM lessons_citation WHERE record_id = {record} AND state <> 'lost'
        ) AND NOT EXISTS (
            -- The evidence of a record that was merged went to its survivor.
            SELECT 1 FROM lessons_record WHERE id = {record} AND merged_into_id IS NOT NULL
        ) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                CONSTRAINT = 'published_record_has_evidence',
                MESSAGE = 'record ' || {record} || ' is published without a citation that holds',
                HINT = 'Cite a passage before publishing, or withdraw the record first.';
        END IF;
        RETURN NULL;
        """,
    )


def one_step(table: str, column: str) -> pgtrigger.Trigger:
    """Return the guard that what ``column`` leads to leads no further.

    Checked at commit, so that one transaction may move a whole chain; the successor's row is
    locked first, so that two transactions cannot each make the other's successor a thing of the
    past.
    """
    name = f"{table.removeprefix('lessons_')}_{column.removesuffix('_id')}_in_one_step"
    return pgtrigger.Trigger(
        name=f"{column.removesuffix('_id')}_in_one_step",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(column),
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(**{f"new__{column}__isnull": False}),
        func=f"PERFORM 1 FROM {table} WHERE id = NEW.{column} FOR NO KEY UPDATE;"
        + refusal(
            name,
            f"""EXISTS (
                SELECT 1 FROM {table} here JOIN {table} there ON there.id = here.{column}
                WHERE NEW.id IN (here.id, there.id) AND there.{column} IS NOT NULL
            )""",
            "what takes another's place has given up its own",
            "Name what stands at the end of the chain.",
        )
        + "RETURN NULL;",
    )


def living_only(table: str, *columns: str, target: str = "lessons_record") -> pgtrigger.Trigger:
    """Return the guard that no row names, in one of ``columns``, what was merged into another.

    Checked at commit, as the row then stands. The row named is locked as a foreign key locks it,
    so that what is being merged is waited for.
    """
    merged = f"{target.removeprefix('lessons_')}_is_not_merged_away"
    named = ", ".join(f"NEW.{column}" for column in columns)
    now = ", ".join(f"here.{column}" for column in columns)
    return pgtrigger.Trigger(
        name=merged,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*columns),
        condition=ROW_BY_ROW,
        timing=pgtrigger.Deferred,
        func=f"PERFORM 1 FROM {target} WHERE id IN ({named}) FOR KEY SHARE;"
        + refusal(
            merged,
            f"""EXISTS (
                SELECT 1 FROM {table} here JOIN {target} there ON there.id IN ({now})
                WHERE here.id = NEW.id AND there.merged_into_id IS NOT NULL
            )""",
            "what was merged into another holds nothing any more",
            "Use what it was merged into.",
        )
        + "RETURN NULL;",
    )


def merged_stays_merged() -> list[pgtrigger.Trigger]:
    """Return the guards that what was merged keeps still, and was merged into its own kind."""
    return [
        pgtrigger.Trigger(
            name="merged_record_is_closed",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(
                old__merged_into_id__isnull=False, new__merged_into_id__isnull=False
            ),
            func=refusal(
                "merged_record_is_closed",
                "to_jsonb(NEW) - ARRAY['merged_into_id', 'version', 'updated_at', 'restricted']"
                " <> to_jsonb(OLD) - ARRAY['merged_into_id', 'version', 'updated_at',"
                " 'restricted']",
                "a record that was merged into another is not changed any more",
                "Change the record it was merged into.",
            )
            + "RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name="merged_kinds_agree",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf("merged_into_id"),
            condition=pgtrigger.Q(new__merged_into_id__isnull=False),
            func=refusal(
                "merged_kinds_agree",
                "(SELECT kind FROM lessons_record WHERE id = NEW.merged_into_id) <> NEW.kind",
                "only records of the same kind are merged",
            )
            + "RETURN NEW;",
        ),
    ]


def text_gate(operation: pgtrigger.Operation, citations: str, report: str) -> pgtrigger.Trigger:
    """Return the guard that citations which hold stand in the text version that is read.

    ``citations`` is the SQL condition for those to look at (``c`` is the citation, ``p`` its
    passage), ``report`` the expression of the report's id. Checked at commit, since a new text
    comes before its citations; the report's row is locked first, so that nobody cites a text that
    is being replaced.
    """
    return pgtrigger.Trigger(
        name="citation_stands_in_the_text_read",
        when=pgtrigger.After,
        operation=operation,
        condition=ROW_BY_ROW,
        timing=pgtrigger.Deferred,
        func=f"""
        PERFORM 1 FROM lessons_report WHERE id = {report} FOR SHARE;
        """
        + refusal(
            "citation_stands_in_the_text_read",
            "EXISTS (SELECT 1 FROM lessons_citation c JOIN lessons_passage p ON p.id = c.passage_id"
            " JOIN lessons_report r ON r.id = p.report_id"
            f" WHERE {citations} AND c.state <> 'lost' AND p.text_version <> r.text_version)",
            "a citation that holds stands in a text that was replaced",
            "Find the citations of the report again (evidence.reanchor).",
        )
        + "RETURN NULL;",
    )

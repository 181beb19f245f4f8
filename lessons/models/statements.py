"""Triggers that see all rows of a statement at once, so that a bulk change runs each but once."""

import pgtrigger

# By name: the operation, and the tables of the rows that it changed.
OPERATIONS = {
    "insert": (pgtrigger.Insert, ("new_rows",)),
    "update": (pgtrigger.Update, ("old_rows", "new_rows")),
    "delete": (pgtrigger.Delete, ("old_rows",)),
}


def after_statement(name: str, on: str, statements: str) -> pgtrigger.Trigger:
    """Return the trigger ``name`` that runs SQL after each insert, update or delete (``on``)."""
    operation, tables = OPERATIONS[on]
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(
            old="old_rows" if "old_rows" in tables else None,
            new="new_rows" if "new_rows" in tables else None,
        ),
        func=f"{statements} RETURN NULL;",
    )

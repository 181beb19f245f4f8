"""The outbox: what has changed since a search index last looked, written in the same transaction.

Statement triggers with transition tables write it, so a bulk change of 10,000 rows is one insert,
and whatever writes (verbs, admin, imports, raw SQL) is in it.
"""

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .statements import OPERATIONS, after_statement

# TRUNCATE names no rows. An index that finds its last row gone from the outbox is built anew.
FORGET = "DELETE FROM lessons_searchoutbox; RETURN NULL;"


class SearchOutbox(models.Model):
    """One record or passage to index anew (neither: a mark that an index starts from).

    Number and moment together name a row for ever: after a restore to an earlier day the same
    number may come again, the moment does not.
    """

    record = models.BigIntegerField(null=True)
    passage = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("change to index")
        verbose_name_plural = _("changes to index")

    def __str__(self) -> str:
        return f"{self.pk}: record {self.record}, passage {self.passage}"


def announced(affected: str, *, column: str = "record", on: str = "") -> list[pgtrigger.Trigger]:
    """Return the triggers that put into the outbox what a change of a table affects.

    ``affected`` is a query for ids, with ``{rows}`` for the changed rows; ``on`` limits the
    triggers to some of insert, update and delete.
    """
    chosen = on.split() or list(OPERATIONS)
    written = [_trigger(name, affected, column) for name in chosen]
    return written if on else [*written, _truncation(column)]


def _trigger(name: str, affected: str, column: str) -> pgtrigger.Trigger:
    _operation, tables = OPERATIONS[name]
    ids = " UNION ".join(f"({affected.format(rows=table)})" for table in tables)
    statement = f"INSERT INTO lessons_searchoutbox ({column}) {ids};"
    return after_statement(f"announce_{column}_{name}", name, statement)


def _truncation(column: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"announce_{column}_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Truncate,
        func=FORGET,
    )

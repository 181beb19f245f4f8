"""Sums over what a QuerySet selects, where the database must sum what it has summed already."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def rows_over(selected: QuerySet[Any, Any], statement: str, *params: Any) -> list[tuple[Any, ...]]:
    """Return the rows of ``statement``, in which ``{selected}`` stands for the QuerySet.

    ``statement`` is SQL of our own; whatever comes from outside belongs into ``params``.
    """
    try:
        query, given = selected.query.sql_with_params()
    except EmptyResultSet:  # it is known beforehand that nothing is selected
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement.format(selected=f"({query}) selected"), (*given, *params))
        return cursor.fetchall()

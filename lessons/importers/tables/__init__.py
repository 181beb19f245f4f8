"""Importing tables: name the columns, see what each row would do, then do it, all or nothing."""

from .fields import FIELDS, Settings
from .guarding import Outdated
from .mapping import check_mapping, guess, remembered
from .verbs import (
    BACKGROUND,
    apply,
    apply_job,
    check,
    check_job,
    choose_table,
    discard,
    first_rows,
    name_columns,
    prune,
    start,
    suggested,
)

__all__ = [
    "BACKGROUND",
    "FIELDS",
    "Outdated",
    "Settings",
    "apply",
    "apply_job",
    "check",
    "check_job",
    "check_mapping",
    "choose_table",
    "discard",
    "first_rows",
    "guess",
    "name_columns",
    "prune",
    "remembered",
    "start",
    "suggested",
]

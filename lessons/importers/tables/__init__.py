"""Importing tables: name the columns, see what each row would do, then do it, all or nothing."""

from .applying import Outdated
from .mapping import check_mapping, guess, remembered
from .verbs import (
    BACKGROUND,
    apply,
    apply_job,
    check,
    check_job,
    choose_table,
    discard,
    name_columns,
    start,
    sample,
    suggested,
    tables_of,
)

__all__ = [
    "BACKGROUND", "Outdated", "apply", "apply_job", "check", "check_job", "check_mapping",
    "choose_table",    "discard", "guess", "name_columns", "remembered", "sample", "start", "suggested", "tables_of",
]  # fmt: skip

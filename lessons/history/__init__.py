"""The history of what the database holds: reading it, undoing an act, returning to a version."""

from .comparing import Difference, Names, Reader
from .events import Act, Change, recent_acts
from .naming import name_of
from .public import public_versions
from .reverting import Plan, changes_to_come, plan, revert
from .undoing import AT_ONCE, Undoing, extent, preview, undo, undo_job
from .versions import State, Version, state_at, versions

__all__ = [
    "AT_ONCE",
    "Act",
    "Change",
    "Difference",
    "Names",
    "Plan",
    "Reader",
    "State",
    "Undoing",
    "Version",
    "changes_to_come",
    "extent",
    "name_of",
    "plan",
    "preview",
    "public_versions",
    "recent_acts",
    "revert",
    "state_at",
    "undo",
    "undo_job",
    "versions",
]

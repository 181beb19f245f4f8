"""The history of what the database holds: reading it, undoing an act, returning to a version."""

from .comparing import Difference, Names, Reader
from .reverting import Plan, changes_to_come, plan, revert
from .undoing import Undoing, preview, undo
from .versions import State, Version, state_at, versions

__all__ = [
    "Difference",
    "Names",
    "Plan",
    "Reader",
    "State",
    "Undoing",
    "Version",
    "changes_to_come",
    "plan",
    "preview",
    "revert",
    "state_at",
    "undo",
    "versions",
]

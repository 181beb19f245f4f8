"""The history of what the database holds: reading it, undoing an act, returning to a version."""

from .undoing import Undoing, preview, undo

__all__ = ["Undoing", "preview", "undo"]

"""The log of access: who came in, who could not. Changes of roles the database notes by itself."""

from __future__ import annotations

from .models import AccessEvent


def note(
    what: AccessEvent.What, who: str, address: str = "", *, by: str = "", detail: str = ""
) -> None:
    """Add a row; never give it a password, nor anything that opens something."""
    AccessEvent.objects.create(
        what=what, who=who[:254], address=address[:60], by=by[:150], detail=detail[:200]
    )

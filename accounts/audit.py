"""The log of access: who came in, who could not, who took what along. Changes of roles the database
notes by itself."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from .models import AccessEvent


def note(
    what: AccessEvent.What, who: str, address: str = "", *, by: str = "", detail: str = ""
) -> None:
    """Add a row; never give it a password, nor anything that opens something."""
    AccessEvent.objects.create(
        what=what, who=who[:254], address=address[:60], by=by[:150], detail=detail[:1000]
    )


def note_export(request: HttpRequest, form: str, number: int | None = None) -> None:
    """Note who is signed in and takes something along: its form, of how many records, and what was
    asked for. Of those who are nobody, nothing is kept."""
    if request.user.is_authenticated and request.method == "GET":
        counted = "" if number is None else f"{number} "
        address = get_adapter().get_client_ip(request)
        token = request.resolver_match and request.resolver_match.kwargs.get("token")
        asked = request.get_full_path().replace(str(token), "***")  # it opens a shared list
        detail = f"{form} {counted}{asked}"
        note(AccessEvent.What.EXPORTED, request.user.get_username(), address, detail=detail)

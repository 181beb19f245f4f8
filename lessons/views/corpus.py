"""What every page must say of the records as a whole."""

from django.conf import settings
from django.http import HttpRequest


def made_up(request: HttpRequest) -> dict[str, bool]:
    """Say whether the records were made by a program, for the line that says so on each page."""
    return {"synthetic": settings.SYNTHETIC}

"""What may be kept on the way to a browser, and by it: nothing of those who are signed in."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class NothingOfThoseSignedIn:
    """Middleware: what answers a session is not stored, unless the page says how it may be.

    Told by the cookie alone, so that it holds for errors too and asks the database nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with ``Cache-Control: no-store`` where there is a session."""
        response = self.get_response(request)
        session = settings.SESSION_COOKIE_NAME
        if session in request.COOKIES or session in response.cookies:
            response.setdefault("Cache-Control", "private, no-store")
        return response

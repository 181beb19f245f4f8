"""Who may open a page: deny by default, so what is open says so here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lessons.search import BadQuery, Building, SearchUnavailable

RETRY_AFTER = 10  # seconds
View = Callable[..., HttpResponseBase]


def public_page(view: View) -> View:
    """Open ``view`` to everyone, for reading; a query it cannot answer gets a readable 400."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except BadQuery as error:
            return bad_query(request, str(error))
        except (SearchUnavailable, Building) as error:
            return _unavailable(request, error)

    return login_not_required(require_safe(answer))


def desk_page(view: View) -> View:
    """Keep ``view`` for the desk: strangers are asked to sign in, readers get a 403."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("lessons.view_record"):
            raise PermissionDenied
        try:
            return view(request, *args, **kwargs)
        except BadQuery as error:
            return bad_query(request, str(error))

    return require_http_methods(["GET", "HEAD", "POST"])(answer)


def bad_query(request: HttpRequest, message: str) -> HttpResponseBase:
    """Answer 400, naming the part of the address that is wrong."""
    context = {"title": _("This address asks for something unclear"), "message": message}
    return render(request, "400.html", context, status=400)


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponseBase:
    """Answer 503: words cannot be searched now; what can be done instead is on the page."""
    response = render(request, "503.html", {"message": str(error)}, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response

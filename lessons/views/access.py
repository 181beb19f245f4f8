"""Who may open a page: deny by default, so what is open says so here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lessons.permissions import require
from lessons.search import BadQuery, Building, SearchUnavailable
from lessons.search.limits import unlimited, within

RETRY_AFTER = 10  # seconds
View = Callable[..., HttpResponseBase]


def public_page(view: View) -> View:
    """Open ``view`` to everyone, for reading; a query it cannot answer gets a readable 400."""
    return login_not_required(require_safe(_answered(view)))


def desk_page(view: View) -> View:
    """Open ``view`` to those who work at the desk, for reading and writing; others get 403."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(request.user, "view_record")
        return view(request, *args, **kwargs)

    return require_http_methods(["GET", "HEAD", "POST"])(_answered(answer))


def member_page(view: View) -> View:
    """Open ``view`` to everyone who is signed in, for reading and writing."""
    return require_http_methods(["GET", "HEAD", "POST"])(_answered(view))


def _answered(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except BadQuery as error:
            return bad_query(request, str(error))
        except (SearchUnavailable, Building) as error:
            title = _("Searching for words is not possible just now")
            return unavailable(request, title, str(error))

    return answer


def search_page(view: View) -> View:
    """Open ``view`` like a public page, and give it up where a search takes too long."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with within(settings.SEARCH_TIMEOUT):
            return view(request, *args, **kwargs)

    return public_page(answer)


def download_page(view: View) -> View:
    """Open ``view`` like a public page; a whole list as a file takes the time it needs."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with unlimited():
            return view(request, *args, **kwargs)

    return public_page(answer)


def moved(address: str) -> HttpResponseBase:
    """Lead to what took something's place, for good as far as anyone knows.

    A browser asks again next time: a merge can be undone.
    """
    response = HttpResponsePermanentRedirect(address)
    response["Cache-Control"] = "no-cache"
    return response


def bad_query(request: HttpRequest, message: str) -> HttpResponseBase:
    """Answer 400, naming the part of the address that is wrong."""
    context = {"title": _("This address asks for something unclear"), "message": message}
    return render(request, "400.html", context, status=400)


def unavailable(request: HttpRequest, title: str, message: str) -> HttpResponseBase:
    """Answer 503: it cannot be done now; what can be done instead is on the page."""
    response = render(request, "503.html", {"title": title, "message": message}, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response

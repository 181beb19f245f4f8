"""One's saved searches, and ending their mails without a sign-in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from lessons import alerts
from lessons.forms.lists import FrequencyForm, SavedSearchForm
from lessons.models import Frequency, SavedSearch
from lessons.reviewing import message_of

from .access import member_page
from .acting import back


@member_page
def index(request: HttpRequest) -> HttpResponseBase:
    """Show one's saved searches, with how often one is told of what is new."""
    context = {
        "title": _("Saved searches"),
        "searches": SavedSearch.objects.filter(owner=request.user.pk),
        "frequencies": Frequency.choices,
    }
    return render(request, "alerts/index.html", context)


@member_page
@require_POST
def save(request: HttpRequest) -> HttpResponseBase:
    """Save a search."""
    form = SavedSearchForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([text for texts in form.errors.values() for text in texts])
        alerts.save_search(
            form.cleaned_data["query"],
            form.cleaned_data["title"],
            by=request.user,  # type: ignore[arg-type]
            frequency=form.cleaned_data["frequency"],
        )
    except ValidationError as error:
        messages.error(request, message_of(error))
        return back(request, request.path)
    messages.success(request, _("The search is saved. What becomes new in it reaches you by mail."))
    return redirect("alerts")


@member_page
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change how often one is told, or let a saved search go."""
    search = get_object_or_404(SavedSearch, pk=pk, owner=request.user.pk)
    if "forget" in request.POST:
        alerts.forget_search(search, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("“%(title)s” is no longer saved.") % {"title": search.title})
        return redirect("alerts")
    form = FrequencyForm(request.POST)
    if not form.is_valid():
        raise Http404
    frequency = form.cleaned_data["frequency"]
    alerts.change_search(search, by=request.user, frequency=frequency)  # type: ignore[arg-type]
    messages.success(request, _("Saved."))
    return redirect("alerts")


@login_not_required
@csrf_exempt  # a mail programme sends it (RFC 8058); the signed token is what entitles
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponseBase:
    """End the mails of a saved search: a link only asks, since programmes follow links unasked."""
    try:
        search = alerts.holder_of(token)
    except BadSignature as error:
        raise Http404 from error
    if request.method == "POST":
        alerts.unsubscribe(token)
    context = {
        "title": _("No more mails about a search"),
        "search": search,
        "done": request.method == "POST" or search is None,
    }
    return render(request, "alerts/unsubscribe.html", context)

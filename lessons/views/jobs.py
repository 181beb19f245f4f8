"""Jobs: what is done in the background, how far it is, and the button that cancels it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from lessons import jobs
from lessons.models import Job, Upload

from .access import desk_page

SHOWN = 100  # the newest


@desk_page
def index(request: HttpRequest) -> HttpResponseBase:
    """List one's own jobs, or everybody's for who looks after them, the newest first."""
    found = Job.objects.visible_to(request.user).select_related("created_by")[:SHOWN]
    return render(request, "jobs/list.html", {"title": _("Jobs"), "jobs": found})


@desk_page
def job(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show a job; to a page that shows its progress, only that, until it has ended.

    Then that page is told to load itself anew, since what came of the job may stand on it.
    """
    one = get_object_or_404(_visible(request), pk=number)
    if not request.headers.get("HX-Request"):
        return render(request, "jobs/job.html", {"title": one.title, "job": one})
    if one.active:
        return render(request, "jobs/progress.html", {"job": one})
    return HttpResponseClientRefresh()


@desk_page
@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponseBase:
    """Cancel a job, and show it."""
    one = get_object_or_404(_visible(request), pk=number)
    try:
        jobs.cancel(one, by=request.user)
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
    return redirect(one)


def in_work(user: Any) -> dict[str, Any]:
    """Return what the desk shows of work in the background: uploads, and one's own other jobs."""
    uploads = Upload.objects.without_text()
    running = Job.objects.active().filter(created_by=user).exclude(pk__in=uploads.values("job"))
    return {"waiting": uploads, "running": running}


def _visible(request: HttpRequest) -> QuerySet[Job]:
    return Job.objects.visible_to(request.user).select_related("created_by")

"""Looking for suggestions in the background, as after a report has come in."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons import jobs
from lessons.models import Job, Report
from lessons.permissions import require

from .looking import look

LOOK = "look for suggestions"


def look_later(report: Report, *, by: Any) -> Job:
    """Let a job look for suggestions in ``report``; raises PermissionDenied as `look`."""
    require(by, "change_suggestion")
    title = _("Looking for suggestions in “%(report)s”") % {"report": report.title}
    return jobs.start(LOOK, by=by, title=title, report=report.pk)


def look_job(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Look for suggestions: the handler of its job."""
    report = Report.objects.filter(pk=job.parameters["report"]).first()
    if report is None:
        return {"said": _("The report is no longer here.")}
    progress(0, None, _("Reading the passages"))
    looked = look(report, by=job.created_by)
    said = ngettext(
        "%(count)d suggestion to look at.", "%(count)d suggestions to look at.", looked.waiting
    ) % {"count": looked.waiting}
    return {"said": " ".join([said, *looked.warnings])}


def looking_in(report: Report) -> bool:
    """Whether a job is about to look for suggestions in ``report``."""
    return Job.objects.active().filter(kind=LOOK, parameters__report=report.pk).exists()

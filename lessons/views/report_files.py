"""A report's own file, and its pages as pictures."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from lessons import sandbox
from lessons.ingest import pictures
from lessons.models import Report

from .access import public_page

TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}
MOST_PAGES = 100_000  # of a report of which nobody knows how many it has
# What comes from elsewhere runs nothing here and loads nothing.
CLOSED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@public_page
def file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the file that the report came as, to be read in place if it is a PDF, else kept."""
    report = get_object_or_404(Report.objects.visible_to(request.user), slug=slug)
    name = report.file.name
    if not name or not report.file.storage.exists(name):
        raise Http404
    suffix = Path(name).suffix
    response = FileResponse(
        report.file.open(),
        as_attachment=suffix != ".pdf",
        filename=f"{report.slug}{suffix}",
        content_type=TYPES.get(suffix, "application/octet-stream"),
    )
    response["Content-Security-Policy"] = CLOSED
    response["X-Content-Type-Options"] = "nosniff"
    return response


@public_page
def picture(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Send page ``number`` of a report's PDF, counted in the file, as a picture."""
    report = get_object_or_404(Report.objects.visible_to(request.user), slug=slug)
    if not report.is_pictured or number > (report.page_count or MOST_PAGES):
        raise Http404
    etag = f'"{report.file_sha256}-{number}-{pictures.WIDTH}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            drawn = pictures.picture(report, number)
        except sandbox.Refused as refused:
            raise Http404(refused.message.said(_)) from refused
        response = HttpResponse(drawn.read_bytes(), content_type="image/webp")
    response["ETag"] = etag
    shared = not (report.is_restricted or settings.SIGN_IN_REQUIRED)
    response["Cache-Control"] = f"{'public' if shared else 'private'}, max-age=3600"
    return response

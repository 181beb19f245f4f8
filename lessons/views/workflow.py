"""A record on its way: the panel of its page, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from lessons import reviewing
from lessons.models import Comment, Record
from lessons.permissions import at_the_desk
from lessons.reviewing import STEPS, SentBack, Step, message_of

from .access import desk_page


@dataclass(frozen=True)
class Panel:
    """What somebody at the desk may do with a record now, and what was said about it."""

    steps: list[tuple[Step, str]]  # each with what is in its way, empty for nothing
    waits_for: str
    people: list[User]
    comments: list[Comment]
    sent_back: SentBack | None

    @property
    def open_comments(self) -> bool:
        return any(comment.resolved_at is None for comment in self.comments)


def panel(record: Record, user: Any) -> Panel | None:
    """Return the panel of a record's page; None for those who do not work at the desk."""
    if not user.has_perm("lessons.view_record"):
        return None
    steps = reviewing.steps_open_to(record, user)
    return Panel(
        steps=[(step, step.obstacle(record, by=user)) for step in steps],
        waits_for="" if steps else _("A reviewer takes the next step."),
        people=list(at_the_desk()),
        comments=list(record.comments.select_related("author", "resolved_by")),
        sent_back=reviewing.sent_back([record]).get(record.pk),
    )


def _record(request: HttpRequest, code: str) -> Record:
    record = Record.objects.visible_to(request.user).with_code(code).first()
    if record is None:
        raise Http404
    return record


def _done(request: HttpRequest, record: Record, verb: Callable[[], Any], said: str) -> Any:
    """Call the verb, tell what came of it, and return to the record's page."""
    try:
        with transaction.atomic():
            verb()
    except ValidationError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, said)
    return redirect("record", record.code)


@desk_page
@require_POST
def step(request: HttpRequest, code: str) -> HttpResponseBase:
    """Take a step with the version that was read; one changed since is not taken unseen."""
    record = _record(request, code)
    chosen = STEPS.get(request.POST.get("step", ""))
    version = request.POST.get("version", "")
    if chosen is None or not (version.isascii() and version.isdecimal()):
        raise Http404
    record.version = int(version)
    reason = request.POST.get("reason", "").replace("\r\n", "\n")
    said = _("%(code)s: done.") % {"code": record.code}
    return _done(request, record, lambda: chosen.take(record, by=request.user, reason=reason), said)


@desk_page
@require_POST
def assign(request: HttpRequest, code: str) -> HttpResponseBase:
    """Ask somebody, or nobody any more, to work on the record."""
    record = _record(request, code)
    name = request.POST.get("person", "")
    person = get_object_or_404(at_the_desk(), username=name) if name else None
    said = _("Assigned to %(person)s.") % {"person": person or _("nobody")}
    return _done(request, record, lambda: reviewing.assign(record, person, by=request.user), said)


@desk_page
@require_POST
def comment(request: HttpRequest, code: str) -> HttpResponseBase:
    """Add a comment."""
    record, text = _record(request, code), request.POST.get("text", "")
    return _done(
        request,
        record,
        lambda: reviewing.comment(record, text, by=request.user),
        _("Your comment is there, for the desk alone."),
    )


@desk_page
@require_POST
def resolve_comment(request: HttpRequest, number: int) -> HttpResponseBase:
    """Say that a comment is dealt with; then go back to where that was said."""
    one = get_object_or_404(Comment.objects.select_related("record"), pk=number)
    answer = _done(
        request,
        one.record,
        lambda: reviewing.resolve_comment(one, by=request.user),
        _("The comment is resolved."),
    )
    back = request.POST.get("next", "")
    return redirect(back) if url_has_allowed_host_and_scheme(back, None) else answer

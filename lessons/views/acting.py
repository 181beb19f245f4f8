"""What the pages of the desk share: doing something as one act, saying so, and going back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from lessons.models.history import told


def perform(request: HttpRequest, verb: str, do: Callable[[], Any], done: str) -> None:
    """Do something as one act and say ``done``, with a way to undo it.

    Raises ValidationError if it is refused, also by the database when others were faster.
    """
    try:
        with transaction.atomic(), told(verb, by=request.user) as act:
            do()
    except IntegrityError as error:
        raise ValidationError(
            _("Something was changed in the meantime. Look again and repeat it."), code="conflict"
        ) from error
    said = render_to_string("curate/done.html", {"text": done, "act": act}, request)
    messages.success(request, said)


def attempt(request: HttpRequest, verb: str, do: Callable[[], Any], done: str) -> bool:
    """Do as `perform` does, but say what is refused; return whether it was done."""
    try:
        perform(request, verb, do, done)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    return True


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Return to the page of ours that the form names as ``next``."""
    address = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(address if ours else otherwise)

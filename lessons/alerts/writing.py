"""The message that tells of what is new or changed in a saved search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext, override

from lessons import citing
from lessons.models import Record, SavedSearch
from lessons.search.rows import in_order

from .news import News
from .saving import token_of

SHOWN = 50  # records of one message; the list has the rest
LABELS = {
    "title": gettext_lazy("title"),
    "statement": gettext_lazy("statement"),
    "discussion": gettext_lazy("discussion"),
    "applies_when": gettext_lazy("when it applies"),
    "consequence": gettext_lazy("consequence"),
    "citations": gettext_lazy("quotations"),
    "uptake": gettext_lazy("what became of it"),
    "joined": gettext_lazy("newly in this list"),
}


@dataclass(frozen=True)
class Line:
    """A record as the message names it."""

    record: Record
    address: str
    is_new: bool
    changed: str


def message(search: SavedSearch, news: Mapping[int, News], until: datetime) -> Any:
    """Return the mail to the owner; ``news`` in the order of the list, none of it empty.

    The same news make the same Message-ID, so that a copy sent again after a crash can be known.
    """
    with override(search.language):
        context = _context(search, news)
        text = render_to_string("alerts/mail.txt", context)
        mail = EmailMultiAlternatives(
            subject=f"{context['counts']} · {search.title}",
            body=text,
            to=[search.owner.email],
            headers=_headers(search, context["unsubscribe"]),
        )
        mail.attach_alternative(render_to_string("alerts/mail.html", context), "text/html")
    return mail


def _headers(search: SavedSearch, unsubscribe: str) -> dict[str, str]:
    """Return the headers of mail sent by itself (RFC 3834, 2919, 2369 and 8058)."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    return {
        "Message-ID": f"<alert.{search.pk}.{search.told_until:%Y%m%d%H%M%S%f}@{host}>",
        "Auto-Submitted": "auto-generated",
        "List-Id": f"<search-{search.pk}.alerts.{host}>",
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _context(search: SavedSearch, news: Mapping[int, News]) -> dict[str, Any]:
    new = [pk for pk, one in news.items() if one.is_new]
    changed = [pk for pk in news if pk not in set(new)]
    shown = (new + changed)[:SHOWN]
    records = in_order(Record.objects.visible_to(AnonymousUser()), shown)
    lines = [_line(record, news[record.pk]) for record in records]
    list_address = reverse("records", args=[""])
    return {
        "search": search,
        "counts": _counts(len(new), len(changed)),
        "new": [line for line in lines if line.is_new],
        "changed": [line for line in lines if not line.is_new],
        "more": len(news) - len(shown),
        "list_address": citing.permalink(
            f"{list_address}?{search.query}" if search.query else list_address
        ),
        "alerts": citing.permalink(reverse("alerts")),
        "unsubscribe": citing.permalink(reverse("unsubscribe", args=[token_of(search)])),
    }


def _counts(new: int, changed: int) -> str:
    parts = []
    if new:
        parts.append(ngettext("%(count)d new", "%(count)d new", new) % {"count": new})
    if changed:
        told = ngettext("%(count)d changed", "%(count)d changed", changed)
        parts.append(told % {"count": changed})
    return ", ".join(parts)


def _line(record: Record, news: News) -> Line:
    changed = ", ".join(str(LABELS[name]) for name in news.changed)
    return Line(record, citing.permalink(record.get_absolute_url()), news.is_new, changed)

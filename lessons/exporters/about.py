"""What an export says of itself: what was asked for in words, when, and how to cite it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lessons.citing import permalink
from lessons.models import Kind, Theme
from lessons.search import SORTS, Filters, Found
from lessons.search.facets import NAMES, labelled
from lessons.search.kept import Kept

from .selection import About

WORDS = ("theme", "actor", "tag", "report", "country", "kind", "status")


def about(
    title: str,
    total: int,
    address: str,
    asked: tuple[tuple[str, str], ...] = (),
    order: str = "",
) -> About:
    """Return what an export of ``total`` records says of itself; ``address`` is a path."""
    now = timezone.localtime()
    date = formats.date_format(now, "DATE_FORMAT")
    whole = permalink(address)
    told = About(
        title=title,
        address=whole,
        records=total,
        exported=now.isoformat(timespec="seconds"),
        date=date,
        language=get_language() or settings.LANGUAGE_CODE,
        asked=asked,
        order=order,
        vocabulary=_vocabulary(),
        note=_("Each row cites the passage it rests on."),
    )
    return replace(told, cite_as=_cite_as(title, total, told.query, date, whole))


def of_list(title: str, found: Found, address: str) -> About:
    """Return what the export of a list says of itself."""
    asked, kinds = found.asked, found.filters.kind
    words = in_words(asked, found.user)
    told = about(title, found.total, address, words, str(SORTS[asked.order]))
    only = Kind(kinds[0]).plural.capitalize() if len(kinds) == 1 else told.sheet
    return replace(told, sheet=only, themes=asked.theme)


def in_words(filters: Filters, user: Any) -> tuple[tuple[str, str], ...]:
    """Return label and value of everything that is asked for, in the reader's language."""
    asked = [(_("Words"), f"“{filters.q}”")] if filters.q else []
    asked += [
        (str(NAMES[name]), _(" or ").join(_labels(name, filters, user)))
        for name in WORDS
        if getattr(filters, name)
    ]
    years = {"year_from": _("From"), "year_to": _("To")}
    asked += [
        (label, str(getattr(filters, n))) for n, label in years.items() if getattr(filters, n)
    ]
    return tuple(asked)


def _labels(name: str, filters: Filters, user: Any) -> list[str]:
    """Return what people call the values of a parameter, in the order they were asked for."""
    values = getattr(filters, name)
    lines = labelled(name, dict.fromkeys(values, 1), user, Kept())
    labels = {line.value: line.label for line in lines}
    return [labels.get(value, value) for value in values]


def _vocabulary() -> str:
    """Return which state of the scheme of themes the records are described with."""
    events = Theme.pgh_event_model.objects  # type: ignore[attr-defined]
    newest = events.order_by("-pgh_id").values_list("pgh_created_at", flat=True).first()
    if newest is None:
        return ""
    return _("Themes as of %(date)s") % {"date": newest.date().isoformat()}


def _cite_as(title: str, total: int, query: str, date: str, address: str) -> str:
    asked = f"{title} ({query})" if query else title
    count = ngettext("%(count)d record", "%(count)d records", total) % {"count": total}
    return _("Hindsight. %(asked)s. %(count)s, %(date)s. %(address)s") % {
        "asked": asked,
        "count": count,
        "date": date,
        "address": address,
    }

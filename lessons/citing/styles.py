"""A work in the styles people are asked for: Chicago author-date, APA, and plain words.

Chicago Manual of Style, 17th ed., ch. 15; Publication Manual of the APA, 7th ed., ch. 9 and 10. In
French the same with French marks, names of months and « consulté le ».
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lessons.models import Report
from lessons.models.vocabulary import DatePrecision

from .names import apa_names, chicago_names, plain_names
from .works import HINDSIGHT, Work, work_of_report

FULL_STOPS = (".", "?", "!")
# How a day is written: by itself, and after its year as APA does.
DAYS = {"en": ("F j, Y", "Y, F j"), "fr": ("j F Y", "Y, j F")}


class Cited(NamedTuple):
    """A work in one style: ``italic`` is the part of ``text`` in italics, ``code`` for programs."""

    style: str
    text: str
    italic: str = ""
    code: bool = False

    @property
    def parts(self) -> tuple[str, str, str]:
        """The text before, in and after the italics."""
        return self.text.partition(self.italic) if self.italic else (self.text, "", "")


def cited(work: Work, accessed: date | None = None) -> list[Cited]:
    """Return ``work`` in each style, as read on the day ``accessed`` (default: today)."""
    day = accessed or timezone.localdate()
    return [
        Cited("Chicago", chicago(work, day), "" if work.is_ours else work.title),
        Cited("APA", apa(work, day), work.title),
        Cited(_("Plain text"), plain(work, day)),
    ]


def chicago(work: Work, accessed: date | None) -> str:
    """Return the reference list entry; without ``accessed`` as the source alone is cited."""
    title = _quoted(work.title) if work.is_ours else work.title
    year = str(work.issued.year) if work.issued else _("n.d.")
    names = chicago_names(work.authors)
    return _sentences([*([names, year, title] if names else [title, year]), *_rest(work, accessed)])


def reference(report: Report) -> str:
    """Return a report's entry in a bibliography, Chicago author-date, as plain text."""
    return chicago(work_of_report(report), None)


def _rest(work: Work, accessed: date | None) -> Iterable[str]:
    if work.is_ours:
        yield f"{_capital(work.kind)} {work.number}".strip()
        yield HINDSIGHT if work.authors != (HINDSIGHT,) else ""
    else:
        by = {"body": work.commissioned_by}
        yield work.number
        yield _("Commissioned by %(body)s") % by if work.commissioned_by else ""
        yield work.publisher if (work.publisher,) != work.authors else ""
        yield work.url
    if accessed:
        told = _("Accessed %(date)s") if work.is_ours else _("Accessed in Hindsight %(date)s")
        yield told % {"date": day_in_words(accessed)}
        yield work.address


def apa(work: Work, accessed: date) -> str:
    """Return the reference list entry; it ends without a full stop, after an address."""
    title = f"{work.title} ({work.number})" if work.number else work.title
    title = f"{title} [{_capital(work.kind)}]" if work.is_ours else title
    names, when = apa_names(work.authors), f"({_apa_date(work)})"
    head = [names, when, title] if names else [title, when]
    by = "" if work.authors == (work.publisher,) else work.publisher
    told = {"date": day_in_words(accessed), "address": work.address}
    read = _("Retrieved %(date)s, from %(address)s") % told
    return " ".join(filter(None, (_sentences([*head, by]), work.url, read)))


def plain(work: Work, accessed: date) -> str:
    """Return a sentence for a memo or a footnote."""
    told = {
        "what": _what(work),
        "when": issued_in_words(work),
        "date": day_in_words(accessed),
        "address": work.address,
    }
    if work.issued:
        return _("%(what)s, %(when)s, %(address)s, accessed %(date)s.") % told
    return _("%(what)s, %(address)s, accessed %(date)s.") % told


def _what(work: Work) -> str:
    quoted = _("“%(words)s”") % {"words": work.title}
    if work.is_ours:
        names = "" if work.authors == (HINDSIGHT,) else plain_names(work.authors)
        kind = f"{quoted} ({f'{work.kind} {work.number}'.strip()})"
        return ", ".join(filter(None, (names, kind, HINDSIGHT)))
    named = (plain_names(work.authors), quoted, work.number, work.publisher, work.url)
    return ", ".join(filter(None, named))


def issued_in_words(work: Work) -> str:
    """Return the date of issue, no more precisely than it is known; empty if it is not."""
    if not work.issued:
        return ""
    patterns = {DatePrecision.YEAR: "Y", DatePrecision.MONTH: "F Y"}
    pattern = patterns.get(DatePrecision(work.precision), _patterns()[0])
    return formats.date_format(work.issued, pattern)


def day_in_words(day: date) -> str:
    """Return a day in full: ``November 24, 2026``, ``24 novembre 2026``."""
    return formats.date_format(day, _patterns()[0])


def _apa_date(work: Work) -> str:
    if not work.issued:
        return _("n.d.")
    patterns = {DatePrecision.YEAR: "Y", DatePrecision.MONTH: "Y, F"}
    pattern = patterns.get(DatePrecision(work.precision), _patterns()[1])
    return formats.date_format(work.issued, pattern)


def _patterns() -> tuple[str, str]:
    return DAYS.get((get_language() or "en")[:2], DAYS["en"])


def _quoted(title: str) -> str:
    """Return a title in the marks of the language, its full stop where that puts it."""
    if title.endswith(FULL_STOPS):
        return _("“%(words)s”") % {"words": title}
    return _("“%(title)s.”") % {"title": title}


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(
        part if part.rstrip("”»\u00a0\u202f ").endswith(FULL_STOPS) else f"{part}."
        for part in parts
        if part
    )


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]

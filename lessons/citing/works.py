"""What can be cited: a report, and of Hindsight a record, a theme, a list or a search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lessons.models import ReadingList, Record, Report, Theme
from lessons.models.vocabulary import DatePrecision

from .sources import doi_url, permalink

HINDSIGHT = "Hindsight"


@dataclass(frozen=True)
class Work:
    """What is cited, in the terms of Dublin Core; ``address`` is its permanent one here.

    Of a report ``url`` is where it stands elsewhere; what was made here has none, and a ``kind``
    that says what it is.
    """

    title: str
    address: str
    authors: tuple[str, ...] = ()
    issued: date | None = None
    precision: str = DatePrecision.DAY
    kind: str = ""
    number: str = ""
    publisher: str = ""
    commissioned_by: str = ""
    url: str = ""
    language: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether it was made in Hindsight, rather than read in it."""
        return bool(self.kind)


def work_of_report(report: Report) -> Work:
    """Return a report as a work that stands elsewhere and is read here."""
    return Work(
        title=report.full_title,
        address=permalink(report.get_absolute_url()) if report.slug else "",
        authors=tuple(report.authors),
        issued=report.issued,
        precision=report.issued_precision,
        number=report.symbol,
        publisher=report.publisher,
        commissioned_by=report.commissioned_by,
        url=doi_url(report) or report.url,
        language=report.language,
    )


def work_of_record(record: Record) -> Work:
    """Return a record, dated by its publication."""
    return _ours(
        title=record.title,
        path=record.get_absolute_url(),
        kind=record.get_kind_display(),
        number=record.code,
        at=record.published_at,
        language=record.language,
    )


def work_of_theme(theme: Theme) -> Work:
    """Return a theme with what stands under it: as it is today, so without a date."""
    return _ours(
        title=theme.label, path=theme.get_absolute_url(), kind=_("theme"), number=theme.notation
    )


def work_of_list(one: ReadingList, path: str) -> Work:
    """Return a reading list by its address ``path``, dated by its last change."""
    person = one.owner
    named = bool(person.first_name and person.last_name)
    author = f"{person.last_name}, {person.first_name}" if named else HINDSIGHT
    return _ours(
        title=one.title, path=path, kind=_("reading list"), at=one.updated_at, authors=(author,)
    )


def work_of_search(title: str, path: str) -> Work:
    """Return a search: what it asks for in words, and its address with the query."""
    return _ours(title=title, path=path, kind=_("search"))


def _ours(path: str, at: Any = None, **fields: Any) -> Work:
    day = timezone.localdate(at) if at else None
    about = {"authors": (HINDSIGHT,), "publisher": HINDSIGHT, "issued": day, **fields}
    return Work(address=permalink(path), **about)

"""Reports as bibliographies know them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields
from typing import Any

from lessons import citing
from lessons.citing import permalink
from lessons.models import Report
from lessons.models.vocabulary import DatePrecision

from .selection import SEPARATOR, Source

LENGTHS = {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7, DatePrecision.DAY: 10}
COLUMNS = tuple(field.name for field in fields(Source))


def source(report: Report) -> Source:
    """Return a report as a source."""
    date = report.issued.isoformat() if report.issued else ""
    return Source(
        key=report.slug,
        type=report.type,
        title=report.title,
        subtitle=report.subtitle,
        authors=tuple(report.authors),
        commissioned_by=report.commissioned_by,
        publisher=report.publisher,
        date=date[: LENGTHS[DatePrecision(report.issued_precision)]],
        symbol=report.symbol,
        isbn=report.isbn,
        doi=report.doi,
        url=report.url,
        language=report.language,
        rights=report.rights,
        note=report.note,
        pages=report.page_count,
        address=permalink(report.get_absolute_url()),
        reference=citing.reference(report),
    )


def read(ids: Collection[int]) -> Iterator[Source]:
    """Yield the reports with these ids in the order of a bibliography."""
    found = map(source, Report.objects.filter(pk__in=ids))
    yield from sorted(found, key=lambda one: (one.reference.casefold(), one.key))


def values(one: Source) -> tuple[Any, ...]:
    """Return a source as a row; authors are several values."""
    return tuple(getattr(one, name) for name in COLUMNS)


def cells(one: Source) -> tuple[Any, ...]:
    """Return a source as a row of cells; several authors share one."""
    return tuple(SEPARATOR.join(v) if isinstance(v, tuple) else v for v in values(one))

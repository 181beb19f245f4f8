"""Records as rows: the one place that says which columns an export has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons import citing
from lessons.models import Link, Record
from lessons.search.rows import in_order

from .table import Table


def _field(name: str) -> Callable[[Record], Any]:
    return lambda record: getattr(record, name)


def _each(name: str, label: str) -> Callable[[Record], list[str]]:
    return lambda record: [getattr(row, label) for row in getattr(record, name).all()]


def _links(record: Record) -> list[str]:
    return [f"{link.predicate} {link.target.code}" for link in record.links_out.all()]


def _quotations(record: Record) -> list[str]:
    return [citing.quotation(citation) for citation in record.citations.all()]


def _sources(record: Record) -> list[str]:
    reports = {c.passage.report_id: c.passage.report for c in record.citations.all()}
    return [citing.reference(report) for report in reports.values()]


def _recurrence(record: Record) -> int:
    return len({citation.passage.report_id for citation in record.citations.all()})


def permalink(path: str) -> str:
    """Return the whole address of a path of this installation."""
    return f"{settings.PUBLIC_URL}{path}"


COLUMNS: dict[str, Callable[[Record], Any]] = {
    "code": _field("code"),
    "kind": _field("kind"),
    "title": _field("title"),
    "statement": _field("statement"),
    "discussion": _field("discussion"),
    "quotations": _quotations,
    "sources": _sources,
    "reports": _recurrence,
    "themes": _each("themes", "slug"),
    "tags": _each("tags", "name"),
    "countries": _each("countries", "code"),
    "phase": _field("phase"),
    "year_from": _field("year_from"),
    "year_to": _field("year_to"),
    "polarity": _field("polarity"),
    "level": _field("level"),
    "origin": _field("origin"),
    "applies_when": _field("applies_when"),
    "failure_type": _field("failure_type"),
    "consequence": _field("consequence"),
    "actor_type": _field("actor_type"),
    "aliases": lambda record: record.aliases or [],
    "number": _field("number"),
    "links": _links,
    "language": _field("language"),
    "status": _field("status"),
    "version": _field("version"),
    "published": lambda record: record.published_at and record.published_at.date().isoformat(),
    "permalink": lambda record: permalink(record.get_absolute_url()),
}


def table(
    title: str, batches: Iterable[list[int]], total: int, user: Any, *, address: str
) -> Table:
    """Return the records with these ids as a table whose rows are fetched as they are written."""
    about = {
        "title": title,
        "address": permalink(address),
        "records": total,
        "exported": timezone.localtime().isoformat(timespec="seconds"),
        "note": _("Each row cites the passage it rests on."),
    }
    return Table(title=title, about=about, columns=tuple(COLUMNS), rows=_rows(batches, user))


def _rows(batches: Iterable[list[int]], user: Any) -> Iterator[dict[str, Any]]:
    links = Prefetch("links_out", Link.objects.visible_to(user).select_related("target"))
    complete = Record.objects.visible_to(user).with_rows().prefetch_related("countries", links)
    for ids in batches:
        for record in in_order(complete, ids):
            yield {name: value(record) for name, value in COLUMNS.items()}

"""The table behind each insight as a file, by the query string of its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from accounts.audit import note_export
from lessons import citing
from lessons.exporters.rows import batches
from lessons.insights import quality, recurrence, uptake, use
from lessons.insights.tables import FORMATS, Table
from lessons.models import Kind, Uptake, Use
from lessons.permissions import require
from lessons.search import Found
from lessons.search.selecting import selected

from .access import download_page
from .comparing import asked_reports, chosen, compared
from .insights import (
    asked_matrix,
    asked_network,
    asked_of,
    histogram_of,
    most_often,
    unlearned_of,
    with_claims,
)
from .quality import coverage_of, growth_of, weaknesses_of
from .timeline import asked_time, countries_of, years_of
from .uptake import CLAIMED, answers_of, asked_uptake
from .use import used


@download_page
def export(request: HttpRequest, name: str, suffix: str) -> HttpResponseBase:
    """Send the table behind an insight; it says what the page shows, all its pages at once."""
    if name not in TABLES:
        raise Http404
    form, table = FORMATS[suffix], TABLES[name](request)
    note_export(request, suffix)
    about = {
        "address": settings.PUBLIC_URL + request.get_full_path(),
        "exported": timezone.localtime().isoformat(timespec="seconds"),
    }
    return StreamingHttpResponse(
        form.write(table, about),
        content_type=form.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{suffix}"'},
    )


def _chain(request: HttpRequest) -> Table:
    _found, _focus, drawn = asked_network(request)
    columns = ("code", "title", "predicate", "other", "other_title", "asserted_by",
               "quotation", "source")  # fmt: skip
    rows = []
    for edge in drawn.edges:
        link, source = edge.link, drawn.records[edge.link.source_id]
        target, cited = drawn.records[link.target_id], link.citation
        told = (cited.exact, citing.in_text(cited.passage)) if cited else (None, None)
        rows.append(
            (source.code, source.title, link.predicate, target.code, target.title,
             link.asserted_by, *told)
        )  # fmt: skip
    return Table(columns, rows)


def _recurrence(request: HttpRequest) -> Table:
    found = asked_of(request, recurrence.KINDS)
    columns = ("code", "kind", "title", "reports", "first", "last", "years")
    return Table(columns, _recurring(found, recurrence.recurring(histogram_of(found))))


def _recurring(found: Found, total: int) -> Iterator[tuple[Any, ...]]:
    ids = most_often(found).ids(0, total)
    for batch in batches(ids):
        for row in recurrence.recurrences(batch, found.user):
            one, years = row.record, row.years or (None,)
            yield one.code, one.kind, one.title, row.reports, years[0], years[-1], row.span


def _repeats(request: HttpRequest) -> Table:
    rows = recurrence.repeats(histogram_of(asked_of(request, recurrence.KINDS)))
    return Table(("reports", "records"), [(one.reports, one.records) for one in rows])


def _unlearned(request: HttpRequest) -> Table:
    rows = unlearned_of(asked_of(request, recurrence.KINDS))
    columns = ("theme", "label", "recurring", "unanswered", "share")
    return Table(columns, [
        (one.theme.slug, one.theme.label, one.recurring, one.unanswered, round(one.share, 4))
        for one in rows
    ])  # fmt: skip


def _uptake(request: HttpRequest) -> Table:
    answers = answers_of(asked_uptake(request)[0], with_claims("uptake"))
    rows = [
        (
            one.actor and one.actor.code,
            one.actor and one.actor.title,
            *(one.counts[name] for name in uptake.OUTCOMES),
        )
        for one in answers
    ]
    return Table(("addressee", "title", *uptake.OUTCOMES), rows)


def _claims(request: HttpRequest) -> Table:
    found, _after = asked_uptake(request)
    columns = ("code", "title", "claim", "date", "claimed_by", "quotation", "source")
    claims = Uptake.objects.readable_by(request.user).select_related(*CLAIMED)
    claims = claims.filter(record__in=selected(found.filters, request.user))
    rows = (
        (one.record.code, one.record.title, one.claim, one.date.isoformat(), one.claimed_by,
         *((cited.exact, citing.in_text(cited.passage)) if cited else (None, one.url)))
        for one in claims.order_by("date", "pk").iterator()
        for cited in [one.citation]
    )  # fmt: skip
    return Table(columns, rows)


def _unanswered(request: HttpRequest) -> Table:
    found, after = asked_uptake(request)
    records = selected(found.filters, request.user)
    rows, _n = uptake.unanswered(records, request.user, 0, None, after)
    return Table(("code", "title", "first", "years"), [
        (one.record.code, one.record.title, one.first.isoformat(), one.years) for one in rows
    ])  # fmt: skip


def _matrix(request: HttpRequest) -> Table:
    _found, laid = asked_matrix(request)
    rows = [
        (line.theme.value, line.theme.label, *(cell.count for cell in line.cells))
        for line in laid.lines
    ]
    return Table(("theme", "label", *(column.label for column in laid.columns)), rows)


def _compare(request: HttpRequest) -> Table:
    found = asked_reports(request)
    reports = chosen(found)
    rows = [
        (row.theme and row.theme.slug, row.theme and row.theme.label,
         *(side.count for side in row.sides))
        for row in compared(found, reports)
    ]  # fmt: skip
    return Table(("theme", "label", *(report.slug for report in reports)), rows)


def _time(request: HttpRequest) -> Table:
    columns = ("first", "last", *(kind.plural for kind in Kind), "reports_issued")
    spans = years_of(asked_time(request))
    rows = [
        (one.first, one.last, *(count for _kind, count in one.cells), one.reports) for one in spans
    ]
    return Table(columns, rows)


def _countries(request: HttpRequest) -> Table:
    lands = countries_of(asked_time(request))
    return Table(("code", "label", "records"), [(one.code, one.label, one.count) for one in lands])


def _quality(request: HttpRequest) -> Table:
    found = asked_of(request)
    rows = coverage_of(found)
    states = ("cited", "read", "empty", "left")
    columns = ("report", "title", "issued", "passages", *states)
    made = [
        (one.report.slug, one.report.title, one.report.issued and one.report.issued.isoformat(),
         one.coverage.total, *(getattr(one.coverage, state) for state in states))
        for one in rows
    ]  # fmt: skip
    if not found.user.has_perm("lessons.view_record"):
        return Table(columns, made)
    rows = quality.with_readers(rows)
    of_desk = [(*row, one.readers, one.lost) for row, one in zip(made, rows, strict=True)]
    return Table((*columns, "readers", "lost"), of_desk)


def _growth(request: HttpRequest) -> Table:
    return _along_time(growth_of(asked_of(request)))


def _along_time(growth: quality.Growth) -> Table:
    rows = [(when.isoformat(), number, so_far) for when, number, so_far in growth.rows]
    return Table((growth.step, "number", "so_far"), rows)


def _lacking(request: HttpRequest) -> Table:
    require(request.user, "view_record")
    rows = weaknesses_of(asked_of(request))
    return Table(("lacks", "records", "of"), [(one.name, one.count, one.total) for one, _q in rows])


def _use(period: str) -> Callable[[HttpRequest], Table]:
    def table(request: HttpRequest) -> Table:
        require(request.user, "view_record")
        counted = used(asked_of(request), period)
        rows = (
            (one.record.code, one.record.title, *one.cells, one.last.isoformat())
            for one in use.most_used(counted)
        )
        return Table(("code", "title", *Use.values, "last"), rows)

    return table


# By the name that stands in the address: that of the page, and of a further table on one.
TABLES: dict[str, Callable[[HttpRequest], Table]] = {
    "chain": _chain,
    "recurrence": _recurrence,
    "repeats": _repeats,
    "unlearned": _unlearned,
    "uptake": _uptake,
    "claims": _claims,
    "unanswered": _unanswered,
    "matrix": _matrix,
    "compare": _compare,
    "time": _time,
    "countries": _countries,
    "quality": _quality,
    "growth": _growth,
    "lacking": _lacking,
    **{f"use-{period}": _use(period) for period in use.PERIODS},
}

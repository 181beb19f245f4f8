"""“Cite this”: what a page says of itself to people who cite it and to machines that read it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from lessons import citing
from lessons.citing import marking_up
from lessons.models import Citation, Record, Report, Status
from lessons.search import Filters

# As Django's json_script writes them: no text can end the block it stands in.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class CiteThis:
    """How a page is cited, and where its feed is; what is not shown is not computed."""

    work: citing.Work
    feed: str = ""
    metadata: list[marking_up.Tag] = field(default_factory=list)
    node: marking_up.Node | None = None

    @property
    def ways(self) -> list[citing.Cited]:
        """The citation in each style and format."""
        return citing.cited(self.work)

    @property
    def linked_data(self) -> SafeString:
        """The node as a block of data, which no browser executes."""
        data = json.dumps(self.node, ensure_ascii=False).translate(ESCAPES)
        return mark_safe(f'<script type="application/ld+json">{data}</script>')  # noqa: S308


def cite_record(record: Record, citations: Iterable[Citation]) -> CiteThis:
    """Return what a record's page says of itself; a draft has no feed."""
    public = record.status == Status.PUBLISHED
    return CiteThis(
        citing.work_of_record(record),
        reverse("record_feed", args=[record.code]) if public else "",
        marking_up.metadata_of_record(record),
        marking_up.linked_record(record, citations),
    )


def cite_report(report: Report, feed: str) -> CiteThis:
    """Return what a report's page says of itself."""
    return CiteThis(
        citing.work_of_report(report),
        feed,
        marking_up.metadata_of_report(report),
        marking_up.linked_report(report),
    )


def cite_search(title: str, kind: str, asked: Filters, chosen: list[str]) -> CiteThis:
    """Return what a list says of itself: the search that it answers, whatever page it shows."""
    query = asked.with_().query()
    words = f"{title} ({'; '.join(chosen)})" if chosen else title
    page, feed = (_with(reverse(name, args=[kind]), query) for name in ("records", "records_feed"))
    return CiteThis(citing.work_of_search(words, page), feed)


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path

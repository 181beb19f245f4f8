"""“Cite this”: what a page says of itself to people who cite it and to machines that read it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _

from lessons import citing
from lessons.citing import marking_up
from lessons.exporters import sources, to_bibtex, to_ris
from lessons.exporters.selection import Source
from lessons.models import Citation, Record, Report, Status
from lessons.search import Filters

KEY = 40  # characters of a title that name an entry
# As Django's json_script writes them: no text can end the block it stands in.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class CiteThis:
    """How a page is cited, and where its feed is; what is not shown is not computed."""

    work: citing.Work
    feed: str = ""
    metadata: list[marking_up.Tag] = field(default_factory=list)
    node: marking_up.Node | None = None
    source: Source | None = None  # of what was not made here

    @property
    def ways(self) -> list[citing.Cited]:
        """The citation in each style, then for programs."""
        source = self.source or _entry(self.work)
        read = _("Accessed %(date)s") % {"date": citing.day_in_words(timezone.localdate())}
        source = replace(source, note=". ".join(filter(None, (source.note, read))))
        return [
            *citing.cited(self.work),
            citing.Cited("BibTeX", to_bibtex.entry(source).strip(), code=True),
            citing.Cited("RIS", to_ris.entry(source).strip(), code=True),
        ]

    @property
    def linked_data(self) -> SafeString:
        """The node as a block of data, which no browser executes."""
        data = json.dumps(self.node, ensure_ascii=False).translate(ESCAPES)
        return mark_safe(f'<script type="application/ld+json">{data}</script>')  # noqa: S308


def _entry(work: citing.Work) -> Source:
    """Return what was made here as a bibliography knows it: an entry on a page of ours."""
    name = work.number or slugify(work.title)[:KEY].strip("-")
    return Source(
        key=f"hindsight-{name}".rstrip("-"),
        type="webpage",
        title=work.title,
        subtitle="",
        authors=work.authors,
        commissioned_by="",
        publisher=work.publisher,
        date=marking_up.known_date(work.issued, work.precision),
        symbol=work.number,
        isbn="",
        doi="",
        url=work.address,
        language=work.language,
        rights="",
        note="",
        pages=None,
        address=work.address,
        reference="",
    )


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
        sources.source(report),
    )


def cite_search(title: str, kind: str, asked: Filters, chosen: list[str]) -> CiteThis:
    """Return what a list says of itself: the search that it answers, whatever page it shows."""
    query = asked.with_().query()
    words = f"{title} ({'; '.join(chosen)})" if chosen else title
    page, feed = (_with(reverse(name, args=[kind]), query) for name in ("records", "records_feed"))
    return CiteThis(citing.work_of_search(words, page), feed)


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path

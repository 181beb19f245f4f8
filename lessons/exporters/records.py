"""Records as a selection: each aspect of them that some format needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lessons.models import Report

from . import briefing as briefings
from . import graph, sources
from .columns import NOTE, chosen
from .complete import complete
from .rows import Rows
from .selection import About, Briefing, Form, Node, Sheets, Source
from .sheets import REPORTS, SHEETS

BATCH = 2000  # records whose rows are held here together


@dataclass(frozen=True)
class Records:
    """The records with ``ids`` that ``user`` may see, in the order of the ids.

    ``notes`` says something of some of them, by id; ``asked`` are columns, none the usual ones.
    """

    ids: Iterable[int]
    user: Any
    about: About
    notes: Mapping[int, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    group: str = ""

    def __post_init__(self) -> None:
        """Raise BadQuery for what cannot be asked for, before anything is written."""
        chosen(self.asked)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of a table."""
        named = chosen(self.asked)
        return (*named, NOTE) if self.notes else named

    def copied(self, form: Form) -> Iterator[bytes]:
        """Yield whole lines: CSV without its head, or one JSON object a line."""
        return self._rows().copied(self.ids, form)

    def heads(self) -> dict[str, tuple[str, ...]]:
        """Return the sheets of a workbook and their columns."""
        beside = {name: columns for name, (columns, _query) in SHEETS.items()}
        return {self.about.sheet: self.columns, **beside, "Sources": sources.COLUMNS}

    def sheets(self) -> Iterator[Sheets]:
        """Yield rows for the sheets of a workbook, a batch at a time."""
        rows, cited = self._rows(), set()
        queries = [rows.cells, *(query for _columns, query in SHEETS.values()), REPORTS]
        names = [self.about.sheet, *SHEETS]
        for *found, reports in rows.fetched(queries, self.ids, BATCH):
            cited |= {report for (report,) in reports}
            yield dict(zip(names, found, strict=True))
        yield {"Sources": map(sources.cells, sources.read(cited))}

    def sources(self) -> Iterator[Source]:
        """Yield the reports that the records cite, each once, in the order of a bibliography."""
        rows, cited = self._rows(), set()
        for (reports,) in rows.fetched([REPORTS], self.ids, BATCH):
            cited |= {report for (report,) in reports}
        return sources.read(cited)

    def briefing(self) -> Briefing:
        """Return the document."""
        return briefings.briefing(self.ids, self.user, self.about, self.group, self.notes)

    def nodes(self) -> Iterator[Node]:
        """Yield the graph: the export, its records with their citations, the reports they cite."""
        yield graph.of_export(self.about)
        reports: dict[int, Report] = {}
        for record in complete(self.ids, self.user):
            yield graph.of_record(record)
            for citation in record.citations.all():
                reports[citation.passage.report_id] = citation.passage.report
                yield graph.of_citation(citation)
        yield from (graph.of_source(sources.source(report)) for report in reports.values())

    def _rows(self) -> Rows:
        return Rows(self.user, self.columns, self.notes)

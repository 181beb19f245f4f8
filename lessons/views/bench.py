"""What lies on a workbench: one page of a report's text, and the records that rest on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, Min

from lessons import coverage
from lessons.coverage import Coverage
from lessons.models import AnchorState, Citation, Kind, Passage, PassageReading, Record, Report
from lessons.search import Filters, Found

from .marking import Segment, headings, segments
from .paging import Page

PASSAGES = 60  # on a page: a few screens of reading, a small document for the browser
ELSEWHERE = 30  # records shown that rest on other pages
LOST = 50


@dataclass(frozen=True)
class BenchPassage:
    """A passage cut into segments, with the sections that begin at it and who has read it."""

    passage: Passage
    headings: list[tuple[int, str]]
    segments: list[Segment]
    records: list[Record]
    readings: list[PassageReading]
    mine: str  # how the person at the bench has marked it; empty: not yet

    @property
    def state(self) -> str:
        """``cited``, ``read``, ``empty`` or ``unread``; one's own word before that of others."""
        if self.records:
            return "cited"
        said = self.mine or next((one.state for one in self.readings), "")
        return said or "unread"


class Place(NamedTuple):
    """Where a record rests on the report: its first passage, and how many there are."""

    first: int
    passages: int


@dataclass(frozen=True)
class BenchRecord:
    """A record with the numbers of its passages on this page, and how many it has elsewhere."""

    record: Record
    ordinals: list[int]
    elsewhere: int


class Bar(NamedTuple):
    """One stretch of the bar of coverage, in thousandths of its width."""

    state: str
    x: int
    width: int


class Bench:
    """One page of ``report`` for ``user``: the one that ``focus`` (a passage's number) stands on,
    else the one that ``filters`` ask for. Raises BadQuery for a page beyond the end."""

    def __init__(
        self, report: Report, filters: Filters, user: Any, focus: int | None = None
    ) -> None:
        self.report = report
        self.user = user
        self.focus = focus
        number = filters.page
        if focus is not None:
            before = report.passages.current().filter(ordinal__lt=focus).count()
            number = min(before, max(self.coverage.total - 1, 0)) // PASSAGES + 1
        self.page = Page.of(self.coverage.total, number, PASSAGES)
        self.filters = replace(filters, page=number)

    def links(self) -> dict[str, Any]:
        """Return what the template of pages needs."""
        return {"page": self.page, **self.page.links(self.filters)}

    @cached_property
    def coverage(self) -> Coverage:
        """How far the desk has come with the report."""
        return coverage.coverage(self.report).get(self.report.pk, Coverage())

    @property
    def bars(self) -> list[Bar]:
        """The coverage as stretches of one bar."""
        return bars(self.coverage)

    @cached_property
    def contents(self) -> list[tuple[int, int, str]]:
        """First passage, depth and title of each section of the whole report."""
        sections = self.report.passages.current().order_by().values_list("section_path")
        found = sections.annotate(first=Min("ordinal")).order_by("first")
        entries: list[tuple[int, int, str]] = []
        before: list[str] = []
        for path, first in found:
            entries += [(first, level - 1, title) for level, title in headings(before, path)]
            before = path
        return entries

    @cached_property
    def passages(self) -> list[BenchPassage]:
        """The passages of this page."""
        found: list[BenchPassage] = []
        path: list[str] = []
        for one in self._rows:
            cited, readings = self._citations[one.pk], self._readings[one.pk]
            own = (r.state for r in readings if r.reader_id == self.user.pk)
            found.append(
                BenchPassage(
                    passage=one,
                    headings=headings(path, one.section_path),
                    segments=segments(one.text, cited),
                    records=list({c.record_id: c.record for c in cited}.values()),
                    readings=readings,
                    mine=next(own, ""),
                )
            )
            path = one.section_path
        return found

    @property
    def unread(self) -> str:
        """The numbers of the passages of this page that nobody has dealt with."""
        return " ".join(str(p.passage.ordinal) for p in self.passages if p.state == "unread")

    @cached_property
    def _rows(self) -> list[Passage]:
        return list(self.report.passages.current()[self.page.start : self.page.stop])

    @cached_property
    def _citations(self) -> dict[int, list[Citation]]:
        found = Citation.objects.holding().filter(
            passage__in=[one.pk for one in self._rows], record__merged_into=None
        )
        return _by_passage(found.select_related("record").order_by("start", "end", "id"))

    @cached_property
    def _readings(self) -> dict[int, list[PassageReading]]:
        found = PassageReading.objects.filter(passage__in=[one.pk for one in self._rows])
        return _by_passage(found.select_related("reader").order_by("-at"))

    @cached_property
    def places(self) -> dict[int, Place]:
        """Where each record of the report rests on it, by its id."""
        found = Citation.objects.holding().filter(
            passage__report=self.report,
            passage__text_version=self.report.text_version,
            record__merged_into=None,
        )
        rows = found.order_by().values_list("record").annotate(
            Min("passage__ordinal"), Count("passage", distinct=True)
        )  # fmt: skip
        return {record: Place(first, number) for record, first, number in rows}

    @cached_property
    def records(self) -> list[BenchRecord]:
        """The records that rest on this page, by their first passage."""
        on_page: dict[int, BenchRecord] = {}
        for one in self.passages:
            for record in one.records:
                known = on_page.setdefault(record.pk, BenchRecord(record, [], 0))
                known.ordinals.append(one.passage.ordinal)
        return [
            replace(one, elsewhere=self.places[pk].passages - len(one.ordinals))
            for pk, one in on_page.items()
            if self._found is None or pk in self._found
        ]

    @cached_property
    def others(self) -> list[tuple[Record, int]]:
        """What words or kinds were asked for and rests elsewhere, with its first passage."""
        if self._found is None:
            return []
        here = {one.record.pk for one in self.records}
        ids = sorted(self._found & self.places.keys() - here, key=self.places.__getitem__)
        shown = Record.objects.in_bulk(ids[:ELSEWHERE])
        return [(shown[pk], self.places[pk].first) for pk in ids[:ELSEWHERE]]

    @property
    def rest(self) -> int:
        """How many records of the report are not shown."""
        return len(self.places) - len(self.records) - len(self.others)

    @property
    def kinds(self) -> list[tuple[str, str, bool]]:
        """Value, name and whether it is chosen, of each kind."""
        return [(kind.value, kind.plural_label, kind in self.filters.kind) for kind in Kind]

    @cached_property
    def _found(self) -> set[int] | None:
        if not self.filters.q and not self.filters.kind:
            return None
        asked = replace(self.filters, page=1, report=(self.report.slug,))
        return set(Found(asked, self.user).ids())

    @cached_property
    def lost(self) -> list[Citation]:
        """Quotations of this report that no longer stand in its text."""
        found = Citation.objects.filter(passage__report=self.report, state=AnchorState.LOST)
        return list(found.filter(record__merged_into=None).select_related("record")[:LOST])


def _by_passage(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.passage_id].append(row)
    return found


def bars(of: Coverage) -> list[Bar]:
    """Return the stretches of a bar that shows ``of``, those of no width left out."""
    found, done = [], 0
    for state, number in (("cited", of.cited), ("read", of.read), ("empty", of.empty)):
        x, done = done * 1000 // (of.total or 1), done + number
        found.append(Bar(state, x, done * 1000 // (of.total or 1) - x))
    return [bar for bar in found if bar.width]

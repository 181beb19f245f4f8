"""The reading view of a report: a page of its text with what is cited in the margin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Min
from django.utils.translation import gettext as _

from lessons.models import Citation, Passage, Record, Report
from lessons.models.reports import READ_AT_ONCE
from lessons.search import BadQuery

from .marking import Segment, headings, segments
from .paging import Page

MAX_DIGITS = 18  # of a number; a longer one is no 64-bit integer


@dataclass(frozen=True)
class MarginNote:
    """A record beside a passage, with the numbers of its citations there."""

    record: Record
    ids: set[int]


@dataclass(frozen=True)
class ReadPassage:
    """A passage cut into segments, with the sections that begin at it and the records that stand
    in its margin."""

    passage: Passage
    headings: list[tuple[int, str]]
    segments: list[Segment]
    margin: list[MarginNote]


class Reading:
    """A page of the text of ``report``, as ``params`` ask for it and ``user`` may see its records.

    ``page`` is its number; else it is the page that the passage numbered ``passage`` stands on, or
    the citation ``cite``; ``whole`` puts all on one page. A quotation that was not found again is
    read in the text version that it was made of. Raises BadQuery for what is not understood.
    """

    def __init__(self, report: Report, params: Mapping[str, str], user: Any) -> None:
        self.report = report
        self.user = user
        self.asked = self._citation(_number(params, "cite"))
        self.version = self.asked.passage.text_version if self.asked else report.text_version
        self.whole = "whole" in params
        self.text = report.passages.filter(text_version=self.version).order_by("ordinal")
        self.page = self._page(_number(params, "page"), _number(params, "passage"))

    def _citation(self, number: int | None) -> Citation | None:
        """Return the citation asked for, if it is of this report and of a record to be read."""
        if number is None:
            return None
        visible = Citation.objects.filter(
            passage__report=self.report, record__in=Record.objects.visible_to(self.user)
        )
        return visible.select_related("passage").filter(pk=number).first()

    def _page(self, number: int | None, focus: int | None) -> Page:
        total = self.text.count()
        if self.whole:
            return Page(1, 1, total)
        if number is None:
            if focus is None and self.asked:
                focus = self.asked.passage.ordinal
            before = self.text.filter(ordinal__lt=focus).count() if focus else 0
            number = min(before, max(total - 1, 0)) // READ_AT_ONCE + 1
        return Page.of(total, max(number, 1), READ_AT_ONCE)

    def query(self, **about: Any) -> str:
        """Return the query of another page of the text version that is read."""
        version = {"cite": self.asked.pk} if self.asked and self.replaced else {}
        return urlencode({**version, **about})

    @property
    def links(self) -> dict[str, Any]:
        """What the template of pages needs."""
        number = self.page.number
        return {
            "page": self.page,
            "previous_query": self.query(page=number - 1) if number > 1 else None,
            "next_query": self.query(page=number + 1) if number < self.page.last else None,
        }

    @property
    def replaced(self) -> int | None:
        """The text version that is read, if it is not the newest."""
        return self.version if self.version != self.report.text_version else None

    @cached_property
    def passages(self) -> list[ReadPassage]:
        rows = list(self.text[self.page.start : self.page.stop])
        for row in rows:
            row.report = self.report
        cited = self._citations(rows)
        paths: list[list[str]] = [[], *(row.section_path for row in rows)]
        return [_read(row, before, cited[row.pk]) for before, row in zip(paths, rows, strict=False)]

    @property
    def sections(self) -> list[tuple[int, str]]:
        """First passage and title of each section, if there is more than one page."""
        if self.page.last == 1:
            return []
        found = self.text.order_by().values_list("section_path").annotate(first=Min("ordinal"))
        return [(first, path[-1]) for path, first in found.order_by("first") if path]

    @property
    def records(self) -> int:
        """How many records rest on the whole text."""
        return self._standing.order_by().values("record").distinct().count()

    @property
    def _standing(self) -> Any:
        """What stands in the text version: in the one that is read, only what holds."""
        found = Citation.objects.filter(
            passage__report=self.report,
            passage__text_version=self.version,
            record__in=Record.objects.visible_to(self.user),
        )
        return found if self.replaced else found.holding()

    def _citations(self, rows: list[Passage]) -> dict[int, list[Citation]]:
        by_passage: dict[int, list[Citation]] = defaultdict(list)
        found = self._standing
        if rows:
            found = found.filter(passage__ordinal__range=(rows[0].ordinal, rows[-1].ordinal))
        for citation in found.select_related("record").order_by("start", "end", "id"):
            by_passage[citation.passage_id].append(citation)
        return by_passage


def _number(params: Mapping[str, str], name: str) -> int | None:
    """Return a number that the address gives; raises BadQuery if it is none."""
    asked = params.get(name)
    if asked is None:
        return None
    if asked.isascii() and asked.isdecimal() and len(asked) <= MAX_DIGITS:
        return int(asked)
    about = {"name": name, "value": asked[:60]}
    if name == "cite":
        raise BadQuery(_("cite: “%(value)s” is not the number of a citation.") % about)
    raise BadQuery(_("%(name)s: “%(value)s” is not a number.") % about)


def _read(passage: Passage, before: list[str], citations: list[Citation]) -> ReadPassage:
    by_record: dict[int, MarginNote] = {}
    for citation in citations:
        note = by_record.setdefault(citation.record_id, MarginNote(citation.record, set()))
        note.ids.add(citation.pk)
    begun = headings(before, passage.section_path)
    return ReadPassage(passage, begun, segments(passage.text, citations), list(by_record.values()))

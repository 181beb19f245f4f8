"""What every writer is handed, without a word of Django."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

SEPARATOR = "; "
Form = Literal["csv", "json"]
Sheets = Mapping[str, Iterable[tuple[Any, ...]]]
Node = dict[str, Any]


@dataclass(frozen=True)
class About:
    """What was asked for, when, and how to cite the answer; ``asked`` is label and value."""

    title: str
    address: str
    records: int
    exported: str  # ISO 8601
    date: str  # the same day, as the reader writes it
    language: str
    asked: tuple[tuple[str, str], ...] = ()
    order: str = ""
    vocabulary: str = ""
    cite_as: str = ""
    note: str = ""
    sheet: str = "Records"  # a workbook's first
    themes: tuple[str, ...] = ()  # asked for: a briefing groups by them before others

    @property
    def query(self) -> str:
        """What was asked for, in words."""
        return SEPARATOR.join(f"{label}: {value}" for label, value in self.asked)

    def facts(self) -> dict[str, Any]:
        """Return it as names and values, for a file that has a place for them."""
        return {
            "title": self.title,
            "address": self.address,
            "query": self.query,
            "order": self.order,
            "records": self.records,
            "exported": self.exported,
            "vocabulary": self.vocabulary,
            "cite_as": self.cite_as,
            "note": self.note,
        }


@dataclass(frozen=True)
class Source:
    """A report as bibliographies know it (Dublin Core); ``date`` is ISO 8601, as far as known."""

    key: str  # its name in its address
    type: str
    title: str
    subtitle: str
    authors: tuple[str, ...]  # «Family name, Given name», or a body without a comma
    commissioned_by: str
    publisher: str
    date: str  # 1994, 1994-11 or 1994-11-30
    symbol: str
    isbn: str
    doi: str
    url: str
    language: str
    rights: str
    note: str
    pages: int | None
    address: str  # of the text in this installation
    reference: str  # the bibliography entry


@dataclass(frozen=True)
class Quotation:
    """Words of a source, where they stand, and how a memo cites them."""

    words: str
    cited: str  # (Author, Year, p. n)
    address: str
    number: int  # of its source in the bibliography, from 1
    language: str
    remark: str


@dataclass(frozen=True)
class Entry:
    """A record in a briefing."""

    code: str
    kind: str
    title: str
    statement: str
    discussion: tuple[str, ...]  # its paragraphs
    details: tuple[tuple[str, str], ...]  # label and value
    quotations: tuple[Quotation, ...]
    address: str
    language: str
    note: str


@dataclass(frozen=True)
class Section:
    """The records of a briefing that belong together; without a title where nothing is grouped."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Briefing:
    """A document to sign and hand over; ``words`` are its own words in the reader's language."""

    about: About
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    words: Mapping[str, str]


class Selection(Protocol):
    """What is exported, each aspect read when a writer asks for it."""

    @property
    def about(self) -> About:
        """What was asked for."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of a table."""

    def copied(self, form: Form) -> Iterator[bytes]:
        """Yield whole lines: CSV without its head, or one JSON object a line."""

    def heads(self) -> Mapping[str, tuple[str, ...]]:
        """Return the sheets of a workbook and their columns."""

    def sheets(self) -> Iterator[Sheets]:
        """Yield rows for the sheets of a workbook, a batch at a time."""

    def briefing(self) -> Briefing:
        """Return the document."""

    def sources(self) -> Iterator[Source]:
        """Yield the reports, each once."""

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes of the graph, as JSON-LD has them."""

"""A passage's text cut where quotations begin and end, so that overlapping ones stay readable."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from lessons.models import Citation

DEEPEST = 4  # heading level


@dataclass(frozen=True)
class Segment:
    """A stretch of a passage under the same citations (none: plain text)."""

    text: str
    citations: tuple[Citation, ...]

    @property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(citation.record.kind for citation in self.citations))

    @property
    def ids(self) -> set[int]:
        return {citation.pk for citation in self.citations}

    @property
    def records(self) -> list[int]:
        return list(dict.fromkeys(citation.record_id for citation in self.citations))


def segments(text: str, citations: list[Citation]) -> list[Segment]:
    """Cut ``text`` where a citation begins or ends."""
    edges = {0, len(text)} | {c.start for c in citations} | {c.end for c in citations}
    cuts = sorted(edges)
    return [
        Segment(
            text[start:end],
            tuple(c for c in citations if c.start <= start and end <= c.end),
        )
        for start, end in pairwise(cuts)
    ]


def headings(before: list[str], path: list[str]) -> list[tuple[int, str]]:
    """Return level and title of the sections of ``path`` that ``before`` was not in."""
    same = next(
        (n for n, (a, b) in enumerate(zip(before, path, strict=False)) if a != b),
        min(len(before), len(path)),
    )
    return [(min(level + 2, DEEPEST), path[level]) for level in range(same, len(path))]

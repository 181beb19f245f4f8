"""Searching the full text of the reports: passages, each with the records that cite it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Prefetch
from tantivy import Occur, Query

from lessons.models import Citation, Passage, Record

from . import schema
from .access import only_open
from .highlights import Marker
from .index import Snapshot, machine_index
from .matching import Matcher, counted, ids_of
from .words import read


class FoundPassages:
    """The passages that hold all the words of ``text``, best first.

    Raises SearchUnavailable (or Building) if the index cannot answer.
    """

    def __init__(self, text: str, user: Any, snapshot: Snapshot | None = None) -> None:
        self.words = read(text)
        self.user = user
        self.searcher = (snapshot or machine_index().snapshot()).passages

    @cached_property
    def _query(self) -> Query:
        if not self.words:
            return Query.empty_query()
        matched = Matcher(schema.passages(), self.searcher).matching(self.words)
        seen = only_open(self.user, schema.passages())
        return Query.boolean_query([(Occur.Must, matched), *seen])

    @cached_property
    def total(self) -> int:
        """The number of passages found."""
        return counted(self.searcher, self._query)

    @cached_property
    def marker(self) -> Marker:
        """What shows in a passage why it was found."""
        return Marker(self.words)

    def passages(self, start: int, stop: int) -> list[Passage]:
        """Return a page of passages with their reports and the citations ``user`` may see."""
        hits = self.searcher.search(self._query, stop - start, count=False, offset=start).hits
        ids = ids_of(self.searcher, hits)
        visible = Citation.objects.holding().filter(record__in=Record.objects.visible_to(self.user))
        citations = Prefetch("citations", visible.select_related("record"))
        found = (
            Passage.objects.visible_to(self.user)
            .select_related("report")
            .prefetch_related(citations)
        )
        rows = {passage.pk: passage for passage in found.filter(pk__in=ids)}
        return [rows[pk] for pk in ids if pk in rows]

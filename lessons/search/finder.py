"""What a Filters object finds for one reader: records in order, their number, and facets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from tantivy import Occur, Query

from lessons.models import Record
from lessons.models.records import RecordQuerySet

from . import schema
from .access import only_open
from .browse import Browsed
from .building import Building
from .conditions import conditions, current
from .facets import Facet, facet, labelled
from .filters import DEFAULT_SORT, RELEVANCE, Filters
from .highlights import Marker
from .index import SearchUnavailable, Snapshot, machine_index
from .kept import Answer, Kept, Tally, kept
from .matching import Matcher, counted, enough, ids_of, narrowed
from .meaning import fusion
from .ordering import ORDERS, ROOM
from .rows import Row, read_rows
from .spelling import suggestion
from .words import read

PAGE = 100  # records of a list without words whose ids are kept
FACET_SIZE = 100  # values counted; the rarer are reached by narrowing
THEMES = 1000  # all of a scheme
VALUES = 60_000  # more than a facet has
TOTAL, NUMBER = "total", {"value_count": {"field": "id"}}  # counted along with facets


class Found:
    """The answer to ``filters`` for ``user``, on a list of one ``kind`` or (empty) of all.

    Raises BadQuery for names that nothing bears; SearchUnavailable (or Building) if words are
    asked for and the index cannot answer. Without words the database answers meanwhile.
    """

    def __init__(self, filters: Filters, user: Any, kind: str = "") -> None:
        self.asked = filters = current(filters)
        self.filters = filters.of_kind(kind)
        conditions(self.filters, user)  # for what it refuses
        self.user = user
        self.words = read(filters.q)
        self.snapshot: Snapshot | None = None
        try:
            self.snapshot = machine_index().snapshot()
        except (SearchUnavailable, Building):
            if self.words:
                raise
            self._browsed = Browsed(filters, user, kind)

    @cached_property
    def total(self) -> int:
        """The number of records found; known for nothing once facets have been counted."""
        if self.snapshot is None:
            return self._browsed.total
        return self._tally(()).total

    def ids(self, start: int = 0, stop: int | None = None) -> list[int]:
        """Return the ids from place ``start`` to before ``stop`` of the list in its order."""
        if self.snapshot is None:
            return self._browsed.ids(start, stop)
        if self._sort != RELEVANCE or start >= fusion.TOP or not fusion.wanted():
            return self._ids(start, stop)
        first = self._by_meaning(self._ids(0, fusion.TOP))
        beyond = stop is None or stop > fusion.TOP
        return first[start:stop] + (self._ids(fusion.TOP, stop) if beyond else [])

    def _by_meaning(self, ids: list[int]) -> list[int]:
        """Order ids anew, those that have all the words before those that have a part of them."""
        first = self._having_all if self.relaxed else 0
        return ids[:first] + fusion.fused(self.filters.q, ids[first:])

    def _ids(self, start: int, stop: int | None) -> list[int]:
        assert self.snapshot is not None  # noqa: S101  (callers have looked)
        limit = (self.total if stop is None else min(stop, self.total)) - start
        if limit <= 0:
            return []
        if self.words or limit > PAGE:
            return self._look(start, limit)
        asked = (self.filters.with_(), start, limit)
        return self._kept.once(asked, lambda: self._look(start, limit))

    def _look(self, start: int, limit: int) -> list[int]:
        assert self.snapshot is not None  # noqa: S101
        hits = self.snapshot.records.search(
            self._ranked(), limit, count=False, offset=start, **self._order()
        ).hits
        return ids_of(self.snapshot.records, hits)

    def rows(self, start: int, stop: int) -> list[Row]:
        """Return a page of records with what a list shows of them; four queries, for words five."""
        ids = self.ids(start, stop)
        return read_rows(ids, self.user, self._kept, searched=bool(self.words))

    def every(self) -> Iterator[int]:
        """Yield the ids of the whole list in its order, a million of them in little memory.

        Without words by SQL, where the index would sort all titles: the same order, a test says.
        """
        if self.words:
            yield from self.ids()
        else:
            yield from Browsed(self.filters, self.user).every()

    @cached_property
    def relaxed(self) -> bool:
        """Whether few have all the words, so that those with a part of them follow."""
        return self.snapshot is not None and self._having_all < enough(self.words)

    @cached_property
    def marker(self) -> Marker:
        """What shows in a text why it was found."""
        return Marker(self.words)

    @cached_property
    def suggestion(self) -> str | None:
        """A better spelling of a search that finds little, in words the corpus has."""
        if self.snapshot is None or not self.words or (self.total and not self.relaxed):
            return None
        return suggestion(self.words, self.filters.q, self._matcher, self._texts, self._betters)

    def _betters(self, text: str) -> bool:
        """Whether ``text`` finds what has all its words or, where nothing is found yet, a part."""
        better = Found(self.filters.with_(q=text), self.user)
        return bool(better._having_all or (better.total and not self.total))

    def _texts(self, ids: list[int]) -> list[str]:
        found = self._visible().filter(pk__in=ids)
        return [" ".join(row) for row in found.values_list("title", "statement", "discussion")]

    def facets(self, *names: str) -> list[Facet]:
        """Count the facets ``names``, leaving out those with nothing to choose."""
        if self.snapshot is None:
            return self._browsed.facets(*names)
        counts = self.facet_counts(names)
        facets = [
            facet(name, labelled(name, counts[name], self.user, self._kept), self.asked)
            for name in names
        ]
        return [one for one in facets if one.values]

    def facet_counts(self, names: tuple[str, ...]) -> dict[str, dict[str, int]]:
        """Count all facets in one pass, and once more each one that is narrowed by already."""
        chosen = [name for name in names if self.filters.narrows(name)]
        tally = self._tally(tuple(name for name in names if name not in chosen))
        self.total, counts = tally.total, dict(tally.counts)
        for name in chosen:
            counts[name] = dict(self._without(name))
            for value in getattr(self.filters, name):
                counts[name].setdefault(value, 0)
        return counts

    def crossed(
        self, outer: str, values: list[str], inner: str
    ) -> dict[str, dict[str, int]] | None:
        """Count a facet within each of these values of another, in one pass.

        None with words, which may be taken more loosely within one value than within all, and
        while there is no index.
        """
        if self.snapshot is None or self.words:
            return None
        within = {
            "terms": {**_terms(outer), "include": values},
            "aggs": {inner: {"terms": _terms(inner)}},
        }
        answer = self.snapshot.records.aggregate(self._query, {outer: within})
        return {
            bucket["key"]: {one["key"]: one["doc_count"] for one in bucket[inner]["buckets"]}
            for bucket in answer[outer]["buckets"]
        }

    def repeats(self) -> dict[int, int] | None:
        """Return how many are said in 1, 2, 3… reports, in one pass; None without an index."""
        if self.snapshot is None:
            return None
        said = {"histogram": {"field": "by_recurrence", "interval": 1 << ROOM}}
        answer = self.snapshot.records.aggregate(self._query, {"said": said})
        counts = {int(one["key"]) >> ROOM: one["doc_count"] for one in answer["said"]["buckets"]}
        return {reports: number for reports, number in counts.items() if reports and number}

    def once(self, name: str, answer: Callable[[], Answer]) -> Answer:
        """Return what ``answer`` says of the whole list; without words it is asked only once.

        It must follow from what the index follows: records, citations, links, themes and tags.
        """
        if self.snapshot is None or self.words:
            return answer()
        return self._kept.once((self.filters.with_(sort="", q=""), name), answer)

    # How the index is asked

    @cached_property
    def _matcher(self) -> Matcher:
        assert self.snapshot is not None  # noqa: S101  (callers have looked)
        return Matcher(schema.records(), self.snapshot.records)

    @cached_property
    def _matched(self) -> Query:
        """What the words match: all of them or, where that finds few, some of them."""
        if not self.words:
            return Query.all_query()
        if self.relaxed:
            return self._matcher.relaxed(self._everything, self.words)
        return self._everything

    @cached_property
    def _everything(self) -> Query:
        return self._matcher.matching(self.words)

    @cached_property
    def _having_all(self) -> int:
        return self._count(self._with_filters(self._everything))

    @cached_property
    def _query(self) -> Query:
        return self._with_filters(self._matched)

    def _with_filters(self, matched: Query, without: str = "") -> Query:
        conditions = narrowed(schema.records(), self.filters, without)
        return Query.boolean_query([(Occur.Must, matched), *conditions, *only_open(self.user)])

    @property
    def _sort(self) -> str:
        """The order; without words, as in a search for ``!``, there is nothing to rank by."""
        sort = self.filters.order
        return sort if self.words or sort != RELEVANCE else DEFAULT_SORT

    def _ranked(self) -> Query:
        if self._sort != RELEVANCE:
            return self._query
        return self._matcher.ranked(self._query, self.words, schema.WEIGHTS)

    def _order(self) -> dict[str, Any]:
        if self._sort == RELEVANCE:
            return {}
        field, order = ORDERS[self._sort]
        return {"order_by_field": field, "order": order}

    def _count(self, query: Query) -> int:
        assert self.snapshot is not None  # noqa: S101
        return counted(self.snapshot.records, query)

    def _tally(self, names: tuple[str, ...]) -> Tally:
        """Count what is found and the facets ``names``; lists without words are counted once."""
        if not self.words:
            asked = (self.filters.with_(sort="", q=""), names)
            return self._kept.once(asked, lambda: self._aggregate(self._query, names))
        strict = self._aggregate(self._with_filters(self._everything), names)
        self._having_all = strict.total
        return self._aggregate(self._query, names) if self.relaxed else strict

    def _without(self, name: str) -> dict[str, int]:
        """Count a facet as if nothing were chosen in it."""
        query = self._with_filters(self._matched, without=name)
        if self.words:
            return self._aggregate(query, (name,)).counts[name]
        asked = (self.filters.with_(sort="", q=""), name)
        return self._kept.once(asked, lambda: self._aggregate(query, (name,)).counts[name])

    def _aggregate(self, query: Query, names: tuple[str, ...]) -> Tally:
        assert self.snapshot is not None  # noqa: S101
        if not names:
            return Tally(self._count(query), {})
        asked = {name: {"terms": _terms(name)} for name in names}
        answer = self.snapshot.records.aggregate(query, asked | {TOTAL: NUMBER})
        counts = {
            name: {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]}
            for name in names
        }
        return Tally(int(answer[TOTAL]["value"]), counts)

    @cached_property
    def _kept(self) -> Kept:
        return kept(self.snapshot, self.user)

    def _visible(self) -> RecordQuerySet:
        return Record.objects.visible_to(self.user)


def _terms(name: str) -> dict[str, Any]:
    """Ask for the most frequent values; from each part of the index so many that counts add up."""
    size = THEMES if name == "theme" else FACET_SIZE
    return {"field": name, "size": size, "segment_size": VALUES}

"""A search as queries of the index: what matches, and what ranks it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import accumulate, islice, pairwise
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from lessons.models.records import CODE
from lessons.models.vocabulary import Kind

from . import schema
from .filters import DECADE, Filters
from .words import Piece, Words

COMPLETIONS = 40  # words that a word still being typed is completed to
FAMILY = 40  # words that share a stem's letters and are taken for its kin
FAMILY_FROM = 6  # letters that kin have in common
ENDING = 2  # letters of a stem that its kin may not have
FEW = 3  # found by all words; with fewer, some of the words will do
KIN = 0.5  # what a word of the same family weighs
FUZZY_FROM = 4  # letters from which a word may hold a slip
LONG = 8  # letters from which it may hold two
TELLING = 16  # words of a long search that rank and relax it, the rarest
PARTS = 8  # of a word with hyphens or a pasted phrase that count by themselves, the rarest
FORGIVEN = 4  # words of a search in which a slip is forgiven
PART_ENOUGH = 0.15  # of the telling words, where not all are found together
LOOKED_AT = 200_000  # documents that hold any of them, all in all: what relaxing may cost
COMMON = 0.3  # of all records; a word in more of them tells little
ABOVE = 1000.0  # what having all words weighs: more than any number of words can
INSISTED = 5  # words of a phrase, and of a search, that is meant exactly and not pasted
NEAR = 12  # words apart that two neighbours of the search may stand in a text
NEARNESS = 0.3  # what that weighs
ACRONYM = range(2, 6)  # letters of a name that may be written with points
Group = tuple[Piece, ...]


class Matcher:
    """Turns words into queries over one schema, with the searcher that completes beginnings."""

    def __init__(self, built: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self.schema = built
        self.searcher = searcher

    def matching(self, words: Words) -> Query:
        """Return what holds every group of ``words`` and nothing excluded."""
        must = [(Occur.Must, self._group(group)) for group in words.groups]
        return self._without(words, must or [(Occur.Must, Query.all_query())])

    def relaxed(self, everything: Query, words: Words) -> Query:
        """Return what has all the words and, below all of that, what has a part of them.

        For a sentence pasted from a memo: its commonest words count for nothing. A short phrase in
        quotation marks is still insisted on.
        """
        insisted = [group for group in words.groups if self._insisted(group, words)]
        rest = [group for group in self._telling(words) if group not in insisted]
        must = [(Occur.Must, self._group(group)) for group in insisted]
        if rest:
            new = [group for group in rest if not any(map(self._frequency, group))][:FORGIVEN]
            should = [(Occur.Should, self._loosely(group, group in new)) for group in rest]
            enough = max(1, round(len(should) * PART_ENOUGH))
            part = Query.boolean_query(should, minimum_number_should_match=enough)
            others = [g for g in words.groups if g not in rest and g not in insisted][:TELLING]
            must.append((Occur.Must, part))
            must += [(Occur.Should, self._group(group)) for group in others]
        first = Query.const_score_query(everything, ABOVE)
        both = [(Occur.Should, first), (Occur.Should, Query.boolean_query(must))]
        return self._without(words, [(Occur.Must, Query.boolean_query(both))])

    def ranked(self, matched: Query, words: Words, parts: Mapping[str, float]) -> Query:
        """Return ``matched`` with more weight where words stand in the parts that say most."""
        telling = self._telling(words)
        should = [
            (Occur.Should, Query.boost_query(query, weight))
            for part, weight in parts.items()
            for group in telling
            for piece in group
            for query in self._stemmed(piece, part)
        ]
        should += [(Occur.Should, query) for query in self._near(telling)]
        return Query.boolean_query([(Occur.Must, matched), *should])

    def spelt_like(self, word: str, field: str = "plain") -> Query | None:
        """Return what holds ``word`` with a slip or two; None if it is too short to tell."""
        token = "".join(schema.stem(word, "plain"))
        if len(token) < FUZZY_FROM:
            return None
        slips = 1 if len(token) < LONG else 2
        return Query.fuzzy_term_query(self.schema, field, token, distance=slips)

    def unknown(self, piece: Piece) -> bool:
        """Whether no text holds ``piece``, nor a word that it begins."""
        return not self._frequency(piece) and not (piece.typing and self._completed(piece.text))

    # What tells records apart

    def _insisted(self, group: Group, words: Words) -> bool:
        """Whether quotation marks ask for exactly this; those in a pasted sentence do not.

        Nor does a phrase that stands nowhere, if there are other words to go by.
        """
        phrases = [piece for piece in group if piece.phrase]
        if not phrases or len(words.groups) > INSISTED:
            return False
        if max(len(schema.stem(piece.text, "plain")) for piece in phrases) > INSISTED:
            return False
        return len(words.groups) == 1 or bool(counted(self.searcher, self._group(group)))

    def _telling(self, words: Words) -> list[Group]:
        """Return the groups that tell most, in their order: so many that the cost is bounded."""
        often = {group: max(map(self._frequency, group)) for group in words.groups}
        most = COMMON * self.searcher.num_docs
        kept = [group for group in words.groups if often[group] <= most]
        if not any(often[group] for group in kept):
            kept = list(words.groups)
        rarest = sorted(kept, key=lambda group: often[group])[:TELLING]
        totals = accumulate(often[group] for group in rarest)
        within = {g for g, total in zip(rarest, totals, strict=True) if total <= LOOKED_AT}
        return [group for group in kept if group in (within or rarest[:1])]

    def _frequency(self, piece: Piece) -> int:
        """Return at most how many documents hold all words of ``piece``."""
        return max(
            min(map(partial(self.searcher.doc_freq, field), tokens), default=0)
            for field, tokens in self._forms(piece)
        )

    def _forms(self, piece: Piece) -> list[tuple[str, tuple[str, ...]]]:
        if piece.phrase:
            return [("plain", schema.stem(piece.text, "plain"))]
        return [(f"all_{code}", schema.stem(piece.text, code)) for code in schema.STEMMERS]

    # Words as queries

    def _without(self, words: Words, must: list[tuple[Occur, Query]]) -> Query:
        excluded = [(Occur.MustNot, self._piece(piece)) for piece in words.excluded]
        return Query.boolean_query([*must, *excluded])

    def _group(self, group: Iterable[Piece]) -> Query:
        return _any([self._piece(piece) for piece in group])

    def _piece(self, piece: Piece) -> Query:
        if piece.phrase:
            return self._phrase(piece)
        queries = self._stemmed(piece, "all") + self._otherwise_written(piece.text)
        if piece.typing:
            queries += self._completed(piece.text)
        return _any(queries)

    def _loosely(self, group: Group, new: bool) -> Query:
        """Return a group's words each by itself, with their kin; its completions or slips if new.

        That the parts of ``on-the-ground`` stand together is rewarded in ranking.
        """
        queries: list[Query] = []
        for piece in group:
            for code in schema.STEMMERS:
                tokens = self._rarest(f"all_{code}", schema.stem(piece.text, code))
                queries += [self._tokens(f"all_{code}", (token,)) for token in tokens]
                queries += self._kin(f"all_{code}", tokens)
            queries += self._otherwise_written(piece.text)
            if new:
                queries += (piece.typing and self._completed(piece.text)) or self._misspelt(piece)
        return _any(queries)

    def _rarest(self, field: str, tokens: Iterable[str]) -> list[str]:
        return sorted(set(tokens), key=lambda one: (self.searcher.doc_freq(field, one), one))[
            :PARTS
        ]

    def _kin(self, field: str, tokens: Sequence[str]) -> list[Query]:
        """Return words that begin nearly as the stem does: intervene for intervention.

        What they weigh is the same however many of them a text has.
        """
        found = [
            word
            for token in tokens
            if len(token) >= FAMILY_FROM
            for word, _count in self.searcher.terms_with_prefix(
                field, token[: max(FAMILY_FROM, len(token) - ENDING)], limit=FAMILY
            )
            if word != token
        ]
        kin = Query.term_set_query(self.schema, field, found)
        return [Query.const_score_query(kin, KIN)] if found else []

    def _misspelt(self, piece: Piece) -> list[Query]:
        words = [] if piece.phrase else re.findall(r"\w+", piece.text)
        return [query for word in words if (query := self.spelt_like(word))]

    def _phrase(self, piece: Piece) -> Query:
        words = list(schema.stem(piece.text, "plain"))
        if not words:
            return Query.empty_query()
        if piece.typing:
            return Query.phrase_prefix_query(self.schema, "plain", words)  # type: ignore[arg-type]  # the list is not invariant
        return self._tokens("plain", words)

    def _stemmed(self, piece: Piece, part: str) -> list[Query]:
        """Return the query for a word in ``part`` of each language."""
        return [
            self._tokens(f"{part}_{language}", schema.stem(piece.text, language))
            for language in schema.STEMMERS
            if schema.stem(piece.text, language)
        ]

    def _tokens(self, field: str, tokens: Sequence[str]) -> Query:
        """A word with marks in it, such as ``on-the-ground``, is a short phrase."""
        if len(tokens) == 1:
            return Query.term_query(self.schema, field, tokens[0])
        return Query.phrase_query(self.schema, field, list(tokens))

    def _otherwise_written(self, text: str) -> list[Query]:
        """Return ``U.N.`` for UN, peacekeeping for peace-keeping, and what a code names."""
        queries = []
        if text.isupper() and text.isalpha() and len(text) in ACRONYM:
            queries.append(self._tokens("plain", list(text.lower())))
        if "-" in text:
            queries += self._stemmed(Piece(text.replace("-", "")), "all")
        if CODE.fullmatch(text) and self.schema is schema.records():
            queries.append(self._named_by(text))
        return queries

    def _named_by(self, code: str) -> Query:
        letter, _dash, number = code.upper().partition("-")
        kinds = [kind.value for kind in Kind if kind.letter == letter]
        named = Query.term_query(self.schema, "id", int(number))
        of_kind = Query.term_set_query(self.schema, "kind", kinds)
        return Query.boolean_query([(Occur.Must, named), (Occur.Must, of_kind)])

    def _completed(self, text: str) -> list[Query]:
        tokens = schema.stem(text, "plain")
        if len(tokens) != 1:
            return []
        found = self.searcher.terms_with_prefix("plain", tokens[0], limit=COMPLETIONS)
        words = Query.term_set_query(self.schema, "plain", [word for word, _count in found])
        return [Query.const_score_query(words, KIN)] if found else []

    def _near(self, groups: Sequence[Group]) -> list[Query]:
        """Return queries that reward words standing near together, as they were typed."""
        plain = [group[0] for group in groups if len(group) == 1 and not group[0].phrase]
        return [
            Query.boost_query(self._within(f"{part}_{code}", pair, slop), weight)
            for code in schema.STEMMERS
            for pair in islice(
                pairwise(t for piece in plain for t in schema.stem(piece.text, code)), TELLING
            )
            if pair[0] != pair[1]
            for part, slop, weight in (("title", 1, 1.0), ("all", NEAR, NEARNESS))
        ]

    def _within(self, field: str, tokens: tuple[str, str], slop: int) -> Query:
        return Query.phrase_query(self.schema, field, list(tokens), slop=slop)


def enough(words: Words) -> int:
    """Return with how many records having all of ``words`` nothing else is looked for."""
    return FEW if len(words.groups) > 1 else len(words.groups)


def _any(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.empty_query()
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def narrowed(
    built: tantivy.Schema, filters: Filters, without: str = ""
) -> list[tuple[Occur, Query]]:
    """Return the parameters of ``filters`` as conditions, leaving out ``without``."""
    conditions = [
        (Occur.Must, Query.term_set_query(built, name, list(getattr(filters, name))))
        for name in schema.EXACT
        if name not in (without, DECADE) and getattr(filters, name)
    ]
    if without != DECADE:
        conditions += _in_years(built, filters)
    return conditions


def _in_years(built: tantivy.Schema, filters: Filters) -> list[tuple[Occur, Query]]:
    found = []
    if filters.year_from:
        found.append(_range(built, "last_year", lower=filters.year_from))
    if filters.year_to:
        found.append(_range(built, "first_year", upper=filters.year_to))
    return found


def _range(
    built: tantivy.Schema, field: str, lower: int | None = None, upper: int | None = None
) -> tuple[Occur, Query]:
    query = Query.range_query(built, field, FieldType.Integer, lower_bound=lower, upper_bound=upper)
    return Occur.Must, query


def counted(searcher: tantivy.Searcher, query: Query) -> int:
    """Return how many documents match."""
    return searcher.search(query, 1).count  # type: ignore[attr-defined]  # missing in its stubs


def ids_of(searcher: tantivy.Searcher, hits: Sequence[tuple[Any, tantivy.DocAddress]]) -> list[int]:
    """Return the ids of what was hit, in its order."""
    return searcher.fast_field_values("id", [address for _key, address in hits])  # type: ignore[return-value]  # ids are integers

"""Records like another: what says nearly the same, then what shares its subject and words."""

from __future__ import annotations

from typing import Any, NamedTuple

from tantivy import Occur, Query, Searcher

from lessons.models import Kind, Record

from . import schema
from .access import only_open
from .duplicates import current_searcher, near_duplicates
from .matching import Matcher, ids_of
from .meaning.model import installed
from .meaning.neighbours import near
from .rows import in_order
from .words import Words, read

SHOWN = 6
SHARED = {"actor": 2.0, "tag": 2.0, "theme": 1.0}


class Related(NamedTuple):
    """Records that may say the same, records about the same, and records near in meaning."""

    same: list[Record]
    others: list[Record]
    meant: list[Record]  # near in meaning, where that is known


def related(record: Record, actors: list[Record], user: Any) -> Related:
    """Return what may say the same as ``record``, and what shares its subject; both best first.

    While the index cannot answer, only titles are compared: a record's page does not wait for it.
    """
    searcher = current_searcher()
    (alike,) = near_duplicates([record], user, searcher=searcher)
    same = [one.other for one in alike[:SHOWN]]
    others = [pk for pk in _sharing(record, actors, user, searcher) if pk not in same][:SHOWN]
    shown = in_order(Record.objects.visible_to(user), [*same, *others])
    return Related(
        [one for one in shown if one.pk in same],
        [one for one in shown if one.pk not in same],
        _meant(record, {*same, *others}, user),
    )


def _meant(record: Record, known: set[int], user: Any) -> list[Record]:
    """Return what is near in meaning, be it without a common word; nothing without the extra."""
    ids = [pk for pk in near(record) if pk not in known] if installed() else []
    return in_order(Record.objects.visible_to(user), ids)[:SHOWN] if ids else []


def _sharing(
    record: Record, actors: list[Record], user: Any, searcher: Searcher | None
) -> list[int]:
    """Return ids of records that share actors, tags, themes and words with ``record``."""
    if searcher is None:
        return []
    should = [*_shared(record, actors), *_words(record, Matcher(schema.records(), searcher))]
    if not should:
        return []
    itself = Query.term_query(schema.records(), "id", record.pk)
    asked = [(Occur.Must, Query.boolean_query(should)), (Occur.MustNot, itself)]
    query = Query.boolean_query([*asked, *only_open(user)])
    return ids_of(searcher, searcher.search(query, 2 * SHOWN, count=False).hits)


def _shared(record: Record, actors: list[Record]) -> list[tuple[Occur, Query]]:
    values = {
        "actor": [actor.code for actor in actors],
        "tag": [tag.slug for tag in record.tags.all()],
        "theme": [theme.slug for theme in record.themes.all()],
    }
    if record.kind == Kind.ACTOR:
        values["actor"].append(record.code)
    return [
        (Occur.Should, Query.boost_query(Query.term_query(schema.records(), name, value), weight))
        for name, weight in SHARED.items()
        for value in values[name]
    ]


def _words(record: Record, matcher: Matcher) -> list[tuple[Occur, Query]]:
    groups = read(record.title).groups
    return [(Occur.Should, matcher.matching(Words(groups=(group,)))) for group in groups]

"""What stays the same while the index does not move: names of values, and counts without words.

Whatever renames a value that is borne writes the outbox, which moves the index on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.utils.translation import get_language

from lessons.models import Country, Record, Report, Tag, Theme, sight_of

from .index import Snapshot
from .outbox import own_writes_pending

STATES = 6  # of the index, sights and languages, kept at once
ANSWERS = 200  # of lists without words, kept for each of them
Answer = TypeVar("Answer")


class Tally(NamedTuple):
    """How many records were found, and how many of them bear each value of each facet."""

    total: int
    counts: dict[str, dict[str, int]]


class Line(NamedTuple):
    """A theme's place in the tree."""

    theme: Theme
    depth: int


class Kept:
    """Names and counts for one sight of one state of the index, each asked for once."""

    def __init__(self) -> None:
        self._labels: dict[str, dict[str, str | None]] = defaultdict(dict)
        self._tree: list[Line] = []
        self._answers: dict[Hashable, Any] = {}

    def labels(self, name: str, values: Iterable[str], user: Any) -> Mapping[str, str | None]:
        """Return the labels of at least these ``values`` of a facet; None for what is hidden."""
        known = self._labels[name]
        missing = [value for value in values if value not in known]
        if missing:
            known |= dict.fromkeys(missing)
            known |= NAMED[name](missing, user)
        return known

    def tree(self) -> list[Line]:
        """Return the themes in the order of the scheme, narrower ones below theirs."""
        if not self._tree:
            self._tree = read_tree()
        return self._tree

    def once(self, asked: Hashable, answer: Callable[[], Answer]) -> Answer:
        """Return what ``answer`` says, looked for at most once for the same question."""
        if asked not in self._answers:
            if len(self._answers) >= ANSWERS:
                self._answers.clear()
            self._answers[asked] = answer()
        return self._answers[asked]


def kept(snapshot: Snapshot | None, user: Any) -> Kept:
    """Return what is kept for this state of the index; nothing yet where others do not see it."""
    if snapshot is None or own_writes_pending():
        return Kept()
    return kept_for(snapshot.generation, snapshot.position, sight_of(user), get_language())


@lru_cache(maxsize=STATES)
def kept_for(*state: Hashable) -> Kept:
    """Return what is kept for a state of index, reader and language."""
    return Kept()


def read_tree() -> list[Line]:
    """Return the themes as the scheme orders them, in one query."""
    narrower: dict[int | None, list[Theme]] = defaultdict(list)
    for theme in Theme.objects.all():
        narrower[theme.broader_id].append(theme)
    return list(_below(narrower, None, 0))


def _below(
    narrower: Mapping[int | None, list[Theme]], parent: int | None, depth: int
) -> Iterable[Line]:
    for theme in narrower.get(parent, []):
        yield Line(theme, depth)
        yield from _below(narrower, theme.pk, depth + 1)


def _actors(codes: list[str], user: Any) -> dict[str, str]:
    ids = [int(code.partition("-")[2]) for code in codes]
    actors = Record.objects.visible_to(user).filter(pk__in=ids).only("title", "kind")
    return {actor.code: actor.title for actor in actors}


def _tags(slugs: list[str], user: Any) -> dict[str, str]:
    return dict(Tag.objects.filter(slug__in=slugs).values_list("slug", "name"))


def _reports(slugs: list[str], user: Any) -> dict[str, str]:
    reports = Report.objects.visible_to(user).filter(slug__in=slugs)
    return dict(reports.values_list("slug", "title"))


def _countries(codes: list[str], user: Any) -> dict[str, str]:
    return {one.code: one.label for one in Country.objects.filter(code__in=codes)}


NAMED: dict[str, Callable[[list[str], Any], dict[str, str]]] = {
    "actor": _actors,
    "tag": _tags,
    "report": _reports,
    "country": _countries,
}

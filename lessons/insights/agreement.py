"""How far two people who read the same report have marked the same passages.

Who cited what is read from the history: the person whose act added a quotation, whatever became of
its record since. What they took away again does not count, what a merge removed does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from itertools import combinations

from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from accounts.models import User
from lessons.models import Citation, Kind, Passage, PassageReading, Record, Report

from .alpha import RELIABLE, TENTATIVE, nominal_alpha

Kinds = frozenset[str]


@dataclass
class Coding:
    """What one person did with a report: the passages read, and the kinds cited in which."""

    read: set[int] = field(default_factory=set)
    cited: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def kinds(self, passage: int) -> Kinds:
        """Return the kinds of the records that this person cited ``passage`` for."""
        return frozenset(self.cited.get(passage, ()))


@dataclass(frozen=True)
class Agreement:
    """Krippendorff's alpha on one question, and how often each of the two said yes."""

    label: str
    alpha: float | None
    yes: tuple[int, int]

    @property
    def verdict(self) -> str:
        """What alpha means in words."""
        if self.alpha is None:
            return _("not defined")
        if self.alpha >= RELIABLE:
            return _("reliable")
        return _("tentative") if self.alpha >= TENTATIVE else _("not reliable")


@dataclass(frozen=True)
class Difference:
    """A passage that two people cited for different kinds."""

    passage: Passage
    first: list[Kind]
    second: list[Kind]


@dataclass(frozen=True)
class Pair:
    """Two people, how many passages both have read, how far they agree, where they do not."""

    first: User
    second: User
    passages: int
    agreements: list[Agreement]
    differences: list[Difference]


def pairs(report: Report) -> list[Pair]:
    """Return each pair of people who read some passages in common, the most of them first."""
    codings = coded(report)
    people = User.objects.in_bulk(codings)
    common = {
        (one, other): codings[one].read & codings[other].read
        for one, other in combinations(sorted(people), 2)
    }
    passages = report.passages.current().in_bulk(set().union(*common.values()))
    found = [
        _pair((people[one], people[other]), (codings[one], codings[other]), shared, passages)
        for (one, other), shared in common.items()
        if shared
    ]
    return sorted(found, key=lambda pair: -pair.passages)


def coded(report: Report) -> dict[int, Coding]:
    """Return what each person did with the text of ``report`` that is read today, by their id.

    Whoever cites a passage has read it. Five queries.
    """
    codings: dict[int, Coding] = defaultdict(Coding)
    current = set(report.passages.current().order_by().values_list("pk", flat=True))
    readings = PassageReading.objects.filter(passage__report=report).order_by()
    for passage, reader in readings.values_list("passage", "reader"):
        codings[reader].read.add(passage)
    for person, passage, kind in _marks(report):
        codings[person].read.add(passage)
        codings[person].cited[passage].add(kind)
    for coding in codings.values():
        coding.read &= current
    return dict(codings)


def _marks(report: Report) -> Iterable[tuple[int, int, str]]:
    """Return person, passage and kind of each quotation somebody added, where it stands today."""
    events = Citation.pgh_event_model.objects.annotate(  # type: ignore[attr-defined]
        verb=KeyTextTransform("verb", "pgh_context__metadata"),
        person=KeyTextTransform("user", "pgh_context__metadata"),
    ).order_by()
    added = events.filter(
        pgh_label="insert", verb="cite", person__isnull=False, passage__report=report
    ).values_list("id", "record_id", "person")
    rows = list(added)
    ids = {row[0] for row in rows}
    places = dict(
        events.filter(pgh_label="delete", verb="merge", id__in=ids).values_list("id", "passage_id")
    )
    places |= dict(Citation.objects.filter(pk__in=ids).order_by().values_list("pk", "passage_id"))
    kinds = dict(Record.objects.filter(pk__in={row[1] for row in rows}).values_list("pk", "kind"))
    for pk, record, person in rows:
        if pk in places and record in kinds:
            yield int(person), places[pk], kinds[record]


def _pair(
    people: tuple[User, User],
    codings: tuple[Coding, Coding],
    shared: Set[int],
    passages: Mapping[int, Passage],
) -> Pair:
    said = {pk: (codings[0].kinds(pk), codings[1].kinds(pk)) for pk in shared}
    differences = [
        Difference(passages[pk], _in_order(first), _in_order(second))
        for pk, (first, second) in said.items()
        if first != second
    ]
    differences.sort(key=lambda one: one.passage.ordinal)
    return Pair(*people, len(shared), _agreements(list(said.values())), differences)


def _agreements(said: list[tuple[Kinds, Kinds]]) -> list[Agreement]:
    everything = frozenset(Kind.values)
    asked = [(_("cited at all"), everything)]
    asked += [(str(kind.label), frozenset({kind.value})) for kind in Kind]
    return [_agreement(label, wanted, said) for label, wanted in asked]


def _agreement(label: str, wanted: Kinds, said: list[tuple[Kinds, Kinds]]) -> Agreement:
    answers = [(bool(first & wanted), bool(second & wanted)) for first, second in said]
    yes = sum(first for first, _s in answers), sum(second for _f, second in answers)
    return Agreement(label, nominal_alpha(answers), yes)


def _in_order(kinds: Kinds) -> list[Kind]:
    return [kind for kind in Kind if kind in kinds]

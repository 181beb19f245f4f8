"""Reports side by side: what each says under the same theme, and where one says nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from lessons.models import AnchorState, Citation, Record, Report, Theme
from lessons.search import Filters
from lessons.search.kept import Line

FEWEST, MOST = 2, 5  # reports side by side
SHOWN = 3  # records of a report under a theme; the list has the rest
WITHOUT = None  # stands for no theme at all

Place = tuple[int | None, int]  # theme and report


@dataclass(frozen=True)
class Said:
    """A record with the words of the report that it stands beside; ``reports`` of these say it."""

    record: Record
    citation: Citation
    reports: int


@dataclass(frozen=True)
class Side:
    """What a report says under a theme: ``count`` records, the first of them; ``query`` lists."""

    report: Report
    count: int
    said: list[Said]
    query: str


@dataclass(frozen=True)
class Row:
    """A theme (None: records without one) and what each report says under it."""

    theme: Theme | None
    sides: list[Side]
    query: str

    @property
    def shared(self) -> bool:
        """Whether every report says something."""
        return all(side.count for side in self.sides)

    @property
    def saying(self) -> int:
        return sum(bool(side.count) for side in self.sides)


@dataclass(frozen=True)
class Standing:
    """Which records stand where, those that more of the reports say first."""

    reports_of: dict[int, set[int]]
    at: dict[Place, list[int]]


def laid_out(tree: Sequence[Line], chosen: Iterable[str]) -> list[Theme]:
    """Return the themes to compare by: the top ones, or the chosen with the next below them."""
    slugs = set(chosen)
    themes = [theme for theme, _depth in tree if not theme.replaced_by_id]
    if not slugs:
        return [theme for theme in themes if not theme.broader_id]
    ids = {theme.pk for theme in themes if theme.slug in slugs}
    return [theme for theme in themes if theme.pk in ids or theme.broader_id in ids]


def standing(
    records: Any, reports: Sequence[Report], tree: Sequence[Line], themes: Sequence[Theme]
) -> Standing:
    """Say where each of ``records`` stands; two queries.

    It stands under a theme also if it bears a narrower one; under WITHOUT if it bears none.
    """
    cited = Citation.objects.filter(record__in=records, passage__report__in=reports)
    reports_of: dict[int, set[int]] = defaultdict(set)
    for record, report in cited.order_by().values_list("record", "passage__report").distinct():
        reports_of[record].add(report)
    above = _above(tree, {theme.pk for theme in themes})
    themes_of: dict[int, set[int | None]] = defaultdict(set)
    borne = Record.themes.through.objects.filter(record__in=records)
    for record, theme in borne.values_list("record", "theme"):
        themes_of[record] |= above[theme]
    at: dict[Place, list[int]] = defaultdict(list)
    for record in sorted(reports_of, key=lambda pk: (-len(reports_of[pk]), pk)):
        places = product(themes_of.get(record, {WITHOUT}), reports_of[record])
        for place in places:
            at[place].append(record)
    return Standing(dict(reports_of), dict(at))


def _above(tree: Sequence[Line], shown: set[int]) -> dict[int, set[int]]:
    """Return, for each theme, those of ``shown`` that hold it: itself and what is broader."""
    themes = {theme.pk: theme for theme, _depth in tree}
    above: dict[int, set[int]] = {}
    for pk, theme in themes.items():
        above[pk] = set()
        here: Theme | None = theme
        while here:
            above[pk] |= {here.pk} & shown
            here = themes.get(here.replaced_by_id or here.broader_id or 0)
    return above


def rows(
    stands: Standing, reports: Sequence[Report], themes: Sequence[Theme], asked: Filters, user: Any
) -> list[Row]:
    """Return the themes that any report speaks of, those that all do first; two queries."""
    said = _said(stands, reports, user)
    found = [
        _row(theme, stands, reports, asked, said)
        for theme in (*themes, WITHOUT)
        if any((theme.pk if theme else WITHOUT, one.pk) in stands.at for one in reports)
    ]
    return sorted(found, key=lambda row: (-row.saying, row.theme is WITHOUT))


def _row(
    theme: Theme | None,
    stands: Standing,
    reports: Sequence[Report],
    asked: Filters,
    said: dict[tuple[int, int], Said],
) -> Row:
    under = asked.with_(theme=(theme.slug,)) if theme else asked
    sides = []
    for report in reports:
        pks = stands.at.get((theme.pk if theme else WITHOUT, report.pk), [])
        first = [said[pk, report.pk] for pk in pks if (pk, report.pk) in said][:SHOWN]
        query = under.with_(report=(report.slug,)).query() if theme else ""
        sides.append(Side(report, len(pks), first, query))
    return Row(theme, sides, under.query())


def _said(stands: Standing, reports: Sequence[Report], user: Any) -> dict[tuple[int, int], Said]:
    """Return one quotation of each record that is shown in each report; two queries."""
    shown = {pk for pks in stands.at.values() for pk in pks[:SHOWN]}
    records = Record.objects.visible_to(user).in_bulk(shown)
    quotations = Citation.objects.filter(record__in=records, passage__report__in=reports)
    found: dict[tuple[int, int], Said] = {}
    for one in quotations.select_related("passage__report").order_by("passage__ordinal", "start"):
        key = (one.record_id, one.passage.report_id)
        if key not in found or found[key].citation.state == AnchorState.LOST:
            found[key] = Said(records[one.record_id], one, len(stands.reports_of[one.record_id]))
    return found

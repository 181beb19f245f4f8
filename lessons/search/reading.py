"""Reading what the index holds of many records: a few plain queries for all of them.

Rows rather than model instances, since building an index spends most of its time here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db.models import QuerySet

from lessons.models import Access, Citation, Country, Kind, Link, Record, Report, Tag, Theme

from .ordering import SortKey

CHUNK = 2000  # rows read from the database together


class Main(NamedTuple):
    """The columns of a record that the index uses, in the order they are read."""

    id: int
    kind: str
    status: str
    phase: str
    language: str
    title: str
    statement: str
    discussion: str
    applies_when: str | None
    consequence: str | None
    aliases: list[str] | None
    year_from: int | None
    year_to: int | None
    published_at: datetime | None
    updated_at: datetime
    restricted: bool
    sort_key: str


class Quoted(NamedTuple):
    """A citation: its words and the report they stand in."""

    exact: str
    report: Report


class Whole(NamedTuple):
    """A record with all that is searched or counted with it."""

    main: Main
    themes: list[Theme]
    tags: list[tuple[str, str]]  # name and slug
    countries: list[Country]
    citations: list[Quoted]
    actors: dict[str, bool]  # codes, and whether a link says so that the public may see


def in_public(whole: Whole) -> Whole:
    """Return what of a record rests on no restricted report."""
    return whole._replace(
        citations=[one for one in whole.citations if not one.report.is_restricted],
        actors={code: open_to_all for code, open_to_all in whole.actors.items() if open_to_all},
    )


class Known:
    """Themes, countries and reports, each read once however many records name it."""

    def __init__(self) -> None:
        self.themes = {theme.pk: theme for theme in Theme.objects.all()}
        self.countries = {country.pk: country for country in Country.objects.all()}
        self.reports: dict[int, Report] = {}
        self._slugs: dict[int, frozenset[str]] = {}

    def read_reports(self, ids: set[int]) -> None:
        """Read those reports that are not known yet."""
        wanted = Report.objects.only("slug", "title", "subtitle", "language", "access")
        self.reports |= wanted.in_bulk(ids - self.reports.keys())

    def with_broader(self, theme: Theme) -> frozenset[str]:
        """Return the slugs of a theme, or of what replaces it, and of all its broader ones."""
        theme = self.themes.get(theme.replaced_by_id or 0, theme)
        if theme.pk not in self._slugs:
            slugs = {theme.slug}
            above = self.themes.get(theme.broader_id or 0)
            while above is not None and above.slug not in slugs:
                slugs.add(above.slug)
                above = self.themes.get(above.broader_id or 0)
            self._slugs[theme.pk] = frozenset(slugs)
        return self._slugs[theme.pk]


def whole_records(ids: Iterable[int] | None, known: Known) -> Iterator[Whole]:
    """Yield the records of ``ids`` (None: all) that are not merged away, by ascending id."""
    found = Record.objects.filter(merged_into=None).annotate(sort_key=SortKey("title"))
    for part in chunks(found.values_list(*Main._fields), ids):
        rows = [Main(*row) for row in part]
        pks = [row.id for row in rows]
        themes, tags, countries = _themes(pks, known), tags_of(pks), _countries(pks, known)
        citations, actors = _citations(pks, known), _actors(pks)
        for row in rows:
            pk = row.id
            yield Whole(row, themes[pk], tags[pk], countries[pk], citations[pk], actors[pk])


def chunks(found: QuerySet, ids: Iterable[int] | None) -> Iterator[list]:
    """Yield the rows by ascending id, CHUNK at a time, holding neither cursor nor snapshot.

    What ``found`` yields is a model instance or a tuple that begins with the id.
    """
    if ids is not None:
        wanted = iter(sorted(ids))
        while part := list(islice(wanted, CHUNK)):
            yield list(found.filter(pk__in=part).order_by("pk"))
        return
    last = 0
    while rows := list(found.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield rows
        last = rows[-1][0] if isinstance(rows[-1], tuple) else rows[-1].pk


def _themes(ids: list[int], known: Known) -> dict[int, list[Theme]]:
    found: dict[int, list[Theme]] = defaultdict(list)
    borne = Record.themes.through.objects.filter(record__in=ids)
    for record, theme in borne.values_list("record_id", "theme_id"):
        if theme in known.themes:  # one added since is announced with the records it was given to
            found[record].append(known.themes[theme])
    return found


def tags_of(ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    """Return name and slug of the tags of each record."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    borne = Tag.objects.filter(record_tags__content_object__in=ids)
    for record, name, slug in borne.values_list("record_tags__content_object", "name", "slug"):
        found[record].append((name, slug))
    return found


def _countries(ids: list[int], known: Known) -> dict[int, list[Country]]:
    found: dict[int, list[Country]] = defaultdict(list)
    named = Record.countries.through.objects.filter(record__in=ids)
    for record, country in named.values_list("record_id", "country_id"):
        if country in known.countries:
            found[record].append(known.countries[country])
    return found


def _citations(ids: list[int], known: Known) -> dict[int, list[Quoted]]:
    found: dict[int, list[Quoted]] = defaultdict(list)
    cited = Citation.objects.filter(record__in=ids).order_by("pk")
    rows = list(cited.values_list("record_id", "exact", "passage__report_id"))
    known.read_reports({report for _record, _exact, report in rows})
    for record, exact, report in rows:
        if report in known.reports:
            found[record].append(Quoted(exact, known.reports[report]))
    return found


def _actors(ids: list[int]) -> dict[int, dict[str, bool]]:
    """Return, for each record, the codes of the actors linked to it in either direction.

    With each goes whether a link says so that rests on no restricted report.
    """
    actors: dict[int, dict[str, bool]] = defaultdict(dict)
    access = "citation__passage__report__access"
    forth = Link.objects.filter(source__in=ids, target__kind=Kind.ACTOR)
    back = Link.objects.filter(target__in=ids, source__kind=Kind.ACTOR)
    for record, actor, said in [
        *forth.values_list("source", "target", access),
        *back.values_list("target", "source", access),
    ]:
        code = f"{Kind.ACTOR.letter}-{actor}"
        actors[record][code] = actors[record].get(code, False) or said != Access.RESTRICTED
    return actors

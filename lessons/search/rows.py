"""Reading what a list shows of a page of records: a few queries, however many there are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lessons.models import Citation, Country, Record, Theme

from .kept import Kept
from .reading import tags_of

SHOWN = ("kind", "status", "restricted", "title", "statement", "language", "year_from",
         "year_to")  # fmt: skip
# Where words may stand that a row does not show.
HIDDEN = ("discussion", "applies_when", "consequence", "aliases")
CITED = (
    "record_id", "exact", "state",
    "passage__ordinal", "passage__page", "passage__page_label",
    "passage__report__slug", "passage__report__title", "passage__report__subtitle",
    "passage__report__authors",
    "passage__report__issued", "passage__report__language", "passage__report__access",
)  # fmt: skip
# As the record's page orders them.
ORDER = (
    "record_id", "-passage__report__issued", "passage__report__title",
    "passage__ordinal", "start", "id",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A record as a list shows it.

    Without words only the first of its citations is read, and none of its countries.
    """

    record: Record
    themes: list[Theme]
    tags: list[tuple[str, str]]  # name and slug
    citations: list[Citation]
    countries: list[Country]


def read_rows(ids: list[int], user: Any, known: Kept, *, searched: bool = False) -> list[Row]:
    """Return the records with these ids that ``user`` may see, in the order of the ids.

    If words were ``searched``, with all that may be why a record was found.
    """
    columns = (*SHOWN, *HIDDEN) if searched else SHOWN
    records = in_order(Record.objects.visible_to(user).only(*columns), ids)
    themes, tags, citations = (
        _themes(ids, known),
        tags_of(ids),
        _citations(ids, user, every=searched),
    )
    countries = _countries(ids) if searched else {}
    return [
        Row(one, themes[one.pk], tags[one.pk], citations[one.pk], countries.get(one.pk, []))
        for one in records
    ]


def in_order(records: QuerySet[Record], ids: list[int]) -> list[Record]:
    """Return the records with these ids in the order of the ids, without those that are gone."""
    rows = {record.pk: record for record in records.filter(pk__in=ids)}
    return [rows[pk] for pk in ids if pk in rows]


def _themes(ids: list[int], known: Kept) -> dict[int, list[Theme]]:
    borne: dict[int, set[int]] = defaultdict(set)
    links = Record.themes.through.objects.filter(record__in=ids)
    for record, theme in links.values_list("record_id", "theme_id"):
        borne[record].add(theme)
    tree = known.tree() if borne else []
    themes: dict[int, list[Theme]] = defaultdict(list)
    for record, pks in borne.items():
        themes[record] = [line.theme for line in tree if line.theme.pk in pks]
    return themes


def _citations(ids: list[int], user: Any, *, every: bool) -> dict[int, list[Citation]]:
    cited = Citation.objects.readable_by(user).filter(record__in=ids).order_by(*ORDER)
    if not every:
        cited = cited.distinct("record_id")
    found: dict[int, list[Citation]] = defaultdict(list)
    for citation in cited.select_related("passage__report").only(*CITED):
        found[citation.record_id].append(citation)
    return found


def _countries(ids: list[int]) -> dict[int, list[Country]]:
    found: dict[int, list[Country]] = defaultdict(list)
    named = Record.countries.through.objects.filter(record__in=ids).select_related("country")
    for one in named:
        found[one.record_id].append(one.country)
    return found

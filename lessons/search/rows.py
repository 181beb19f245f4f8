"""Reading what a list shows of a page of records: four queries, however many there are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lessons.models import Citation, Record

from .kept import Kept
from .reading import tags_of

SHOWN = (
    "kind", "status", "title", "statement", "language", "year_from", "year_to",
)  # fmt: skip
CITED = (
    "record_id", "exact", "state",
    "passage__ordinal", "passage__page", "passage__page_label",
    "passage__report__slug", "passage__report__title", "passage__report__authors",
    "passage__report__issued", "passage__report__language",
)  # fmt: skip
# As the record's page orders them; of each record the first.
FIRST = (
    "record_id", "-passage__report__issued", "passage__report__title",
    "passage__ordinal", "start", "id",
)  # fmt: skip
Term = tuple[str, str]  # label and slug


@dataclass(frozen=True)
class Row:
    """A record as a list shows it, with the first words it rests on."""

    record: Record
    themes: list[Term]
    tags: list[Term]
    citation: Citation | None


def read_rows(ids: list[int], user: Any, known: Kept) -> list[Row]:
    """Return the records with these ids that ``user`` may see, in the order of the ids."""
    records = in_order(Record.objects.visible_to(user).only(*SHOWN), ids)
    themes, tags, citations = _themes(ids, known), tags_of(ids), _first_citations(ids)
    return [
        Row(one, themes[one.pk], sorted(tags[one.pk]), citations.get(one.pk)) for one in records
    ]


def in_order(records: QuerySet[Record], ids: list[int]) -> list[Record]:
    """Return the records with these ids in the order of the ids, without those that are gone."""
    rows = {record.pk: record for record in records.filter(pk__in=ids)}
    return [rows[pk] for pk in ids if pk in rows]


def _themes(ids: list[int], known: Kept) -> dict[int, list[Term]]:
    borne: dict[int, set[str]] = defaultdict(set)
    links = Record.themes.through.objects.filter(record__in=ids)
    for record, slug in links.values_list("record_id", "theme__slug"):
        borne[record].add(slug)
    tree = known.tree() if borne else []
    themes: dict[int, list[Term]] = defaultdict(list)
    for record, slugs in borne.items():
        themes[record] = [(line.label, line.slug) for line in tree if line.slug in slugs]
    return themes


def _first_citations(ids: list[int]) -> dict[int, Citation]:
    cited = Citation.objects.filter(record__in=ids).order_by(*FIRST).distinct("record_id")
    found = cited.select_related("passage__report").only(*CITED)
    return {citation.record_id: citation for citation in found}

"""What a column of a table may fill, and what may hold for all of its rows."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lessons.exporters.columns import COLUMNS
from lessons.models import Kind, Predicate, Record
from lessons.models.records import KIND_FIELDS

Label = str | Promise
EVERY = frozenset(kind.value for kind in Kind)
OF_KIND = {name: frozenset({kind.value}) for kind, names in KIND_FIELDS.items() for name in names}
LEFT_OUT = ""  # the field of a column that is not imported


@dataclass(frozen=True)
class Field:
    """What a column may fill. ``form`` says how its cells are read; ``many``, whether several
    columns may fill it together; ``kinds``, which records have it."""

    name: str
    label: Label
    form: str
    group: Label
    many: bool = False
    kinds: frozenset[str] = EVERY


def _of_records(form: str, *names: str, many: bool = False) -> list[Field]:
    group = _("The record")
    return [
        Field(
            name, Record._meta.get_field(name).verbose_name, form, group,  # type: ignore[union-attr]
            many, OF_KIND.get(name, EVERY),
        )
        for name in names
    ]  # fmt: skip


def _actors() -> list[Field]:
    group = _("Actors, by their names or codes")
    named = [
        Field(f"actor_{one.value}", one.label, "actors", group, many=True)
        for one in Predicate
        if one.value in {
            "responsible_for", "failed_in", "affected_by", "warned_of", "addressed_to", "part_of",
        }
    ]  # fmt: skip
    return [Field("actors", _("actors, as fits the kind"), "actors", group, many=True), *named]


def _others(group: Label, form: str, many: bool = False, **labels: Label) -> list[Field]:
    return [Field(name, label, form, group, many) for name, label in labels.items()]


KEY = _("Which record it is")
SOURCE = _("What it rests on")
KEPT = _("Shown by exports, changed elsewhere")

FIELDS: dict[str, Field] = {
    one.name: one
    for one in (
        *_others(KEY, "key", code=_("code"), reference=_("reference at its origin")),
        *_others(KEY, "version", version=_("version that was exported")),
        *_of_records("choice", "kind"),
        *_of_records("line", "title"),
        *_of_records("text", "statement", "discussion", many=True),
        *_of_records("themes", "themes", many=True),
        *_of_records("tags", "tags", many=True),
        *_of_records("countries", "countries", many=True),
        *_of_records("year", "year_from", "year_to"),
        *_of_records("choice", "phase", "polarity", "level", "origin"),
        *_of_records("text", "applies_when", many=True),
        *_of_records("choice", "failure_type"),
        *_of_records("text", "consequence", many=True),
        *_of_records("choice", "actor_type"),
        *_of_records("list", "aliases", many=True),
        *_of_records("line", "number", "language"),
        *_actors(),
        *_others(_("The record"), "links", many=True, links=_("links, as exports write them")),
        *_others(
            SOURCE, "source",
            source_title=_("title of the source"), source_url=_("address of the source"),
            source_date=_("date of the source"), source_publisher=_("publisher of the source"),
            source_authors=_("authors of the source"),
        ),
        *_others(SOURCE, "text", many=True, passage=_("words of the source")),
        *_others(
            KEPT, "kept",
            quotations=_("quotations"), sources=_("sources"), reports=_("number of reports"),
            status=_("status"), published=_("published on"), permalink=_("permalink"),
            uptake=_("uptake"), updated=_("changed on"), note=_("note of a reading list"),
        ),
    )
}  # fmt: skip

UNKNOWN_OF_RECORDS = {"note"}  # of a list, not of its records


@cache
def compared() -> frozenset[str]:
    """Return the fields whose cells are compared with what an export says."""
    return frozenset(FIELDS.keys() & COLUMNS.keys()) - UNKNOWN_OF_RECORDS


SEPARATORS = {";": _("semicolon"), ",": _("comma"), "|": _("vertical bar")}
DATE_ORDERS = {"": _("not read"), "dmy": _("day first"), "mdy": _("month first")}


@dataclass(frozen=True)
class Settings:
    """What holds for all rows: values where a new record's row says nothing, and how to read.

    ``scheme`` goes before each reference, so that number 29 of two origins is not one;
    ``separator`` stands between several values of a cell; ``date_order`` says which of 3/4 is the
    day; ``title_from_statement`` takes the first words of a statement where a title is missing.
    """

    kind: str = ""
    origin: str = ""
    failure_type: str = ""
    actor_type: str = ""
    language: str = ""
    scheme: str = ""
    separator: str = ";"
    date_order: str = ""
    title_from_statement: bool = False
    source_title: str = ""
    source_url: str = ""
    source_date: str = ""
    source_publisher: str = ""
    source_authors: str = ""

    @property
    def stand_ins(self) -> set[str]:
        """The fields for which something stands in where a cell is empty."""
        names = ("kind", "origin", "failure_type", "actor_type", "language")
        return {name for name in names if getattr(self, name)}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Settings:
        """Return the settings kept as JSON, without what is no longer known."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})


@dataclass(frozen=True)
class Mapping:
    """Which columns, by their place, fill which field; in the order of the table."""

    columns: tuple[str, ...]
    fields: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: list[str], chosen: dict[str, str]) -> Mapping:
        """Return the mapping for ``chosen``, by column the field or LEFT_OUT."""
        found: dict[str, list[int]] = {}
        for place, column in enumerate(columns):
            if name := chosen.get(column, LEFT_OUT):
                found.setdefault(name, []).append(place)
        return cls(tuple(columns), found)

    def column(self, name: str) -> str:
        """Return what the column that fills ``name`` is called; empty if none does."""
        places = self.fields.get(name)
        return self.columns[places[0]] if places else ""

"""What differs between two states of a record, in the words of those who read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from lessons import citing
from lessons.models import (
    AssertedBy,
    Citation,
    Country,
    Passage,
    Predicate,
    Record,
    Status,
    Tag,
    Theme,
)
from lessons.models.records import CONTENT
from lessons.wording import Piece, differences

from .events import Model, Row, columns_of, tracked
from .versions import State

# What only the desk reads of it, and what is the keeping of books.
FOR_THE_DESK = ("identifier",)
BOOKKEEPING = (
    "id", "kind", "version", "created_by_id", "created_at", "updated_at",
    "submitted_by_id", "submitted_at",
    "reviewed_by_id", "reviewed_at", "published_by_id", "published_at",
)  # fmt: skip
STANDING = tuple(
    name for name in columns_of(Record) if name not in {*CONTENT, *BOOKKEEPING}
)  # status, what it was merged into, and whatever the work on it adds
NAMING_PEOPLE = tuple(
    name for name in STANDING if Record._meta.get_field(name).related_model is User
)
PROSE = {"title", "statement", "discussion", "applies_when", "consequence"}


@dataclass(frozen=True)
class Difference:
    """One thing that differs: a text by words, anything else by what came and what went."""

    label: str
    pieces: list[Piece] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


class Names:
    """How the things that states refer to are called, looked up for all of them at once."""

    def __init__(self, states: Iterable[State], people: Iterable[int] = ()) -> None:
        states = list(states)
        links = [row for state in states for row in state.links]
        citations = [row for state in states for row in state.citations]
        self.tags = names_of(Tag, {pk for state in states for pk in state.tags})
        self.themes = names_of(Theme, {pk for state in states for pk in state.themes})
        self.countries = names_of(Country, {pk for state in states for pk in state.countries})
        self.records = Record.objects.in_bulk(
            {row[end] for row in links for end in ("source_id", "target_id")}
            | {(state.fields or {}).get("merged_into_id") for state in states} - {None}
        )
        self.passages = Passage.objects.select_related("report").in_bulk(
            {row["passage_id"] for row in citations}
        )
        resting = {row["citation_id"] for row in links} - {None}
        rests = Citation.objects.filter(pk__in=resting).select_related("passage__report")
        self.quotations = {
            **{row.pk: str(row) for row in rests},
            **{row["id"]: str(Citation(exact=row["exact"])) for row in citations},
        }
        reports = {pk: one.report for pk, one in self.passages.items()}
        self.withheld = {pk for pk, report in reports.items() if report.is_restricted}
        self.withheld_links = {one.pk for one in rests if one.passage.report.is_restricted}
        named = {(state.fields or {}).get(name) for state in states for name in NAMING_PEOPLE}
        self.people = User.objects.in_bulk({*people, *named} - {None})

    def passage(self, pk: int) -> str:
        """Return where a quotation stands, as a text cites it."""
        passage = self.passages.get(pk)
        return citing.in_text(passage) if passage else _("(a passage that is gone)")

    def record(self, pk: int) -> str:
        """Return code and title of a record."""
        record = self.records.get(pk)
        return str(record) if record else _("a record that is gone (%(pk)s)") % {"pk": pk}


def names_of(model: Model, keys: set[Any]) -> dict[Any, str]:
    """Return the names of rows, of those that are gone as their last event has them."""
    found: dict[Any, str] = {
        pk: str(row) for pk, row in model._default_manager.in_bulk(keys).items()
    }
    gone = keys - set(found)
    event = tracked().get(model)
    if gone and event:
        kept = event._default_manager.filter(pgh_obj_id__in=gone).order_by("pgh_id")
        found |= {row[model._meta.pk.attname]: str(model(**row)) for row in
                  kept.values(*columns_of(model))}  # fmt: skip
    return {pk: found.get(pk) or _("gone by now (%(pk)s)") % {"pk": pk} for pk in keys}


@dataclass(frozen=True)
class Reader:
    """Compares states of one record as its reader may see them.

    Outside the desk that is what the record says, and links whose other end is public, without
    their notes: those may have been written while the other end was a draft.
    """

    record: Record
    names: Names
    at_the_desk: bool = True

    def compare(self, old: State, new: State) -> list[Difference]:
        """Return what differs, in the order of the record's page; empty if nothing does."""
        found = [
            *self._fields(old.fields or {}, new.fields or {}),
            *self._sets(old, new),
            *self._citations(old, new),
            self._links(old, new),
        ]
        return [one for one in found if one.pieces or one.added or one.removed]

    def whole(self, state: State) -> list[Difference]:
        """Return what the record said, each thing as it stood."""
        found = self.compare(State(None, {}), state)
        return [
            Difference(one.label, [Piece(p.text, "same") for p in one.pieces], one.added)
            for one in found
        ]

    def _fields(self, old: Row, new: Row) -> Iterable[Difference]:
        names = (*STANDING, *CONTENT) if self.at_the_desk else CONTENT
        for name in names:
            passed_over = name in FOR_THE_DESK and not self.at_the_desk
            if old.get(name) != new.get(name) and not passed_over:
                yield self._field(name, old.get(name), new.get(name))

    def _field(self, name: str, old: Any, new: Any) -> Difference:
        one: Any = Record._meta.get_field(name)
        label = capfirst(str(one.verbose_name))
        if name in PROSE:
            return Difference(label, differences(old or "", new or ""))
        shown = self._shown(one)
        return Difference(label, added=shown(new), removed=shown(old))

    def _shown(self, one: Any) -> Callable[[Any], list[str]]:
        choices: dict[Any, Any] = dict(one.flatchoices) if one.choices else {}

        def shown(value: Any) -> list[str]:
            if value in (None, "", [], {}):
                return []
            if isinstance(value, list):
                return [str(item) for item in value]
            if isinstance(value, dict):
                return [f"{name}: {item}" for name, item in value.items()]
            if isinstance(one, models.ForeignKey):
                return [self._referred(one, value)]
            return [str(choices.get(value, value))]

        return shown

    def _referred(self, one: Any, pk: Any) -> str:
        if one.related_model is Record:
            return self.names.record(pk)
        return str(self.names.people.get(pk, pk))

    def _sets(self, old: State, new: State) -> Iterable[Difference]:
        for label, names, before, after in (
            (_("Themes"), self.names.themes, old.themes, new.themes),
            (_("Tags"), self.names.tags, old.tags, new.tags),
            (_("Countries"), self.names.countries, old.countries, new.countries),
        ):
            yield Difference(
                label,
                added=sorted(names[pk] for pk in after - before),
                removed=sorted(names[pk] for pk in before - after),
            )

    def _citations(self, old: State, new: State) -> Iterable[Difference]:
        before, after = (
            {row["id"]: row for row in state.citations if self._tells(row)} for state in (old, new)
        )
        for pk in before.keys() & after.keys():
            yield self._moved(before[pk], after[pk])
        stayed = before.keys() & after.keys()
        went = {_said(row): row for pk, row in before.items() if pk not in stayed}
        came = {_said(row): row for pk, row in after.items() if pk not in stayed}
        yield Difference(
            _("Quotations"),
            added=[self._quotation(row) for said, row in came.items() if said not in went],
            removed=[self._quotation(row) for said, row in went.items() if said not in came],
        )

    def _tells(self, row: Row) -> bool:
        """Whether a quotation may be told of: to all but the desk, not of restricted reports."""
        return self.at_the_desk or row["passage_id"] not in self.names.withheld

    def _moved(self, old: Row, new: Row) -> Difference:
        """Return what became of a quotation that stayed: other words, or words found elsewhere."""
        if old["exact"] != new["exact"]:
            return Difference(_("Quotation"), differences(old["exact"], new["exact"]))
        places = [self._place(row) for row in (old, new)]
        if places[0] == places[1]:
            return Difference(_("Quotation"))
        label = _("Place of “%(exact)s”") % {"exact": new["exact"]}
        return Difference(label, added=[places[1]], removed=[places[0]])

    def _place(self, row: Row) -> str:
        words = {
            "place": self.names.passage(row["passage_id"]),
            "start": row["start"],
            "state": Citation(state=row["state"]).get_state_display(),
        }
        return _("%(place)s, from character %(start)s, %(state)s") % words

    def _quotation(self, row: Row) -> str:
        words = {"exact": row["exact"], "place": self.names.passage(row["passage_id"])}
        return _("“%(exact)s” %(place)s") % words

    def _link(self, row: Row) -> str:
        """Return a link as read from this record; nothing if its other end is hidden."""
        out = row["source_id"] == self.record.pk
        other = row["target_id"] if out else row["source_id"]
        known = self.names.records.get(other)
        if not self.at_the_desk and not (known and _is_public(known)):
            return ""
        if not self.at_the_desk and row["citation_id"] in self.names.withheld_links:
            return ""
        predicate = Predicate(row["predicate"])
        text = f"{predicate.label if out else predicate.inverse_label} {self.names.record(other)}"
        if not self.at_the_desk:
            return text
        note = " ".join(row["note"].split())
        source = row["asserted_by"] == AssertedBy.SOURCE
        said_by = _("as the source says") if source else _("as the analyst reads it")
        quoted = self.names.quotations.get(row["citation_id"], "")
        return " · ".join(filter(None, (text, note, said_by, quoted)))

    def _links(self, old: State, new: State) -> Difference:
        """Return the links that read differently; what they rest on may change behind that."""
        before, after = ([self._link(row) for row in state.links] for state in (old, new))
        return Difference(
            _("Links"),
            added=[text for text in after if text and text not in before],
            removed=[text for text in before if text and text not in after],
        )


def _said(row: Row) -> tuple[Any, ...]:
    """Return what a citation says, whatever its number and its date."""
    return tuple(value for name, value in row.items() if name not in {"id", "created_at"})


def _is_public(record: Record) -> bool:
    living = record.merged_into_id is None and not record.restricted
    return living and record.status == Status.PUBLISHED

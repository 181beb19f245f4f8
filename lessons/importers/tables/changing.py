"""What a row would change in a record that is there.

A cell that says what an export says changes nothing, whatever it looks like.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lessons.exporters.selection import SEPARATOR
from lessons.exporters.to_xlsx import CUT
from lessons.models import Record
from lessons.models.records import REQUIRED_KIND_FIELDS

from . import resting
from .batch import Batch, check_years
from .cells import CellError, tidy
from .fields import Field, compared
from .planned import Given, Planned, reference
from .values import IN, OUT, Value

REQUIRED = ("title", "statement", "language")
SETS = {"themes", "tags", "countries"}
PLACE = "/records/"  # where a permalink begins to be the same in every installation


class Change:
    """One row and the record that it names."""

    def __init__(self, batch: Batch, given: Given, planned: Planned, record: Record) -> None:
        self.batch, self.given, self.planned, self.record = batch, given, planned, record

    def plan(self) -> None:
        """Note what the row would change, and what stands against it."""
        for field in self.batch.content:
            self._field(field)
        for field in self.batch.kept:
            self._kept(field)
        self._reference()
        for field in self.batch.linking:
            self._links(field)
        resting.compare(self.batch, self.given, self.planned, self.record)
        if self.planned.changes:
            self._check()

    def _wrong(self, text: str, name: str) -> None:
        self.planned.wrong(text, self.batch.mapping.column(name))

    def _said(self, name: str) -> str:
        return self.batch.existing.said(self.record, name)

    def _as_it_was(self, name: str) -> bool:
        """Whether a cell says what an export says, in one's own language or the other."""
        raw, text, old = self.given.raw[name], self.given[name], self._said(name)
        if is_same(raw, text, old) or (
            name == "permalink" and text.rpartition(PLACE)[2] == old.rpartition(PLACE)[2]
        ):
            return True
        others = (code for code, _name in settings.LANGUAGES if code != get_language())
        return any(
            is_same(raw, text, self.batch.existing.said_in(language, self.record, name))
            for language in others
        )

    def _field(self, field: Field) -> None:
        old = self._said(field.name)
        if is_same(self.given.raw[field.name], self.given[field.name], old):
            return
        if not self.given[field.name] and self._means_nothing(field):
            return
        noted = len(self.planned.findings)
        try:
            value = self.batch.read(field, self.given, self.planned, self.record.kind, self.record)
        except CellError as error:
            self._wrong(str(error), field.name)
            return
        if comparable(field, value) != comparable(field, current(self.record, field)):
            self.planned.values[field.name] = value
            self.planned.changes.append([field.name, old, self.batch.shown(field, value)])
        else:
            del self.planned.findings[noted:]

    def _means_nothing(self, field: Field) -> bool:
        """Whether an empty cell is no wish to empty the field: something stood in for it, or the
        record has no such field."""
        told = self.batch.settings
        made = field.name == "title" and told.title_from_statement
        return made or self.record.kind not in field.kinds or field.name in told.stand_ins

    def _kept(self, field: Field) -> None:
        """Refuse another text in a column that an import does not change."""
        if field.name in compared() and not self._as_it_was(field.name):
            self._wrong(
                _(
                    "“%(field)s” is not changed by an import: put back what stood here, "
                    "or leave the column out."
                )
                % {"field": field.label},
                field.name,
            )

    def _reference(self) -> None:
        if not (self.given["code"] and self.given["reference"]):
            return
        if reference(self.given["reference"], self.batch.settings.scheme) != self.record.identifier:
            self._wrong(
                _("%(code)s has another reference (%(old)s). Leave the code or this cell empty.")
                % {"code": self.record.code, "old": self.record.identifier or _("none")},
                "reference",
            )

    def _links(self, field: Field) -> None:
        """Plan the links that are not there; say that those not named stay."""
        old = self._said(field.name) if field.name in compared() else ""
        if self.given.raw[field.name] == old:
            return
        try:
            args = (self.given, self.planned, self.record.kind, self.record)
            links = self.batch.read(field, *args)
        except CellError as error:
            self._wrong(str(error), field.name)
            return
        out = [[one.predicate, one.target_id, OUT] for one in self.record.links_out.all()]
        there = [*out, *([one.predicate, one.source_id, IN] for one in self.record.links_in.all())]
        new = [link for link in links if link not in there]
        if field.name == "links":
            self._not_named(links, bool(new))
        if new:
            self.planned.values.setdefault("links", []).extend(new)
            self.planned.changes.append([field.name, old, self.given[field.name]])

    def _not_named(self, links: list[Any], adds: bool) -> None:
        """Say which links stay although the cell does not name them: a link changes no version, so
        nobody knows whether it was taken out of the cell or came since."""
        stay = [
            f"{one.predicate} {one.target.code}"
            for one in self.record.links_out.all()
            if [one.predicate, one.target_id, OUT] not in links
        ]
        if not stay:
            return
        if self.given["code"] and not adds:
            said_ = _(
                "An import takes no link away, and %(links)s is missing here: put it back or leave "
                "the column out, and take the link away on the record's page."
            )
            self._wrong(said_ % {"links": SEPARATOR.join(stay)}, "links")
        else:
            said_ = _(
                "Links that are not named stay (%(links)s): take them away on the record's page."
            )
            column = self.batch.mapping.column("links")
            self.planned.note(said_ % {"links": SEPARATOR.join(stay)}, column)

    def _check(self) -> None:
        """Refuse what no save would take."""
        changed, record = self.planned.values, self.record
        if "kind" in changed:
            said_ = _("The kind of %(code)s cannot change, since its code and links rest on it.")
            self._wrong(said_ % {"code": record.code}, "kind")
        for name in required(record.kind):
            if name in changed and not changed[name]:
                self._wrong(_("This cannot be empty."), name)
        years = (changed.get(name, getattr(record, name)) for name in ("year_from", "year_to"))
        check_years(self.batch, self.planned, *years)
        if self.batch.editable is not None and record.status not in self.batch.editable:
            said_ = _("%(code)s is published, and published records are changed by a reviewer.")
            self.planned.wrong(said_ % {"code": record.code})
        self._version()

    def _version(self) -> None:
        """Refuse a change of what is not as it was when it was exported."""
        text = self.given["version"].removesuffix(".0")
        if text and text != str(self.record.version):
            self._wrong(
                _(
                    "%(code)s was changed since: this row is of version %(old)s, it stands at "
                    "version %(now)d. Export it again and redo your change."
                )
                % {"code": self.record.code, "old": text, "now": self.record.version},
                "version",
            )


def required(kind: str) -> tuple[str, ...]:
    """Return the fields that a record of ``kind`` cannot do without."""
    return (*REQUIRED, *REQUIRED_KIND_FIELDS[kind])  # type: ignore[index]


def is_same(raw: str, text: str, old: str) -> bool:
    """Whether a cell says what an export says: as it stands, as a CSV or Excel keeps it."""
    if raw == old or text == tidy(old) or f"'{raw}" == old:  # read as if it had been protected
        return True
    return raw.endswith(CUT) and old.startswith(raw.removesuffix(CUT))


def current(record: Record, field: Field) -> Any:
    """Return the value of a field as a row's value for it would be."""
    if field.form == "themes":
        return [one.pk for one in record.themes.all()]
    if field.form == "tags":
        return [one.name for one in record.tags.all()]
    if field.form == "countries":
        return [one.pk for one in record.countries.all()]
    return getattr(record, field.name)


def comparable(field: Field, value: Value) -> Any:
    """Return a value so that two are equal if they say the same."""
    if field.form in SETS:
        return {str(one).lower() for one in value}
    return value or None

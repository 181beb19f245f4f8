"""What the rows that are looked at together share, and how a cell of theirs is read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext as _

from lessons.exporters.selection import SEPARATOR
from lessons.exporters.to_xlsx import CUT
from lessons.models import Kind, Record

from . import cells, known
from .cells import CellError
from .fields import FIELDS, Field, Mapping, Settings
from .planned import Given, Planned
from .values import MOST_CHARACTERS, Reader, Value

MARKED_UP = {"line", "text", "list", "tags"}  # the forms whose cells may hold HTML
LINKING = {"links", "actors"}
NO_CONTENT = {"key", "version", "source", "kept", *LINKING}


class Batch:
    """The rows of one batch; ``editable`` are the states in which records may be changed by the
    person, None for all."""

    def __init__(
        self,
        mapping: Mapping,
        settings: Settings,
        editable: frozenset[str] | None,
        existing: known.Existing,
        reader: Reader,
    ) -> None:
        self.mapping, self.settings, self.editable = mapping, settings, editable
        self.existing, self.reader = existing, reader
        mapped = [one for name, one in FIELDS.items() if name in mapping.fields]
        self.content = [one for one in mapped if one.form not in NO_CONTENT]
        self.content = [one for one in self.content if one.name != "passage"]
        self.linking = [one for one in mapped if one.form in LINKING]
        self.kept = [one for one in mapped if one.form == "kept"]
        named = ("source_title", "source_url")
        self.brings_source = any(one in mapping.fields or getattr(settings, one) for one in named)
        self.held = known.Held(set(), set())

    def look_up_sources(self, rows: Iterable[Given]) -> None:
        """Ask once which of the rows' sources are here with texts of their own."""
        urls, titles = set(), set()
        if self.brings_source:
            for given in rows:
                urls.add(self.or_stand_in(given, "source_url"))
                titles.add(self.or_stand_in(given, "source_title") or given["title"])
            self.held = known.Held(urls, titles)

    def or_stand_in(self, given: Given, name: str) -> str:
        """Return what the row says, or what holds for all rows."""
        return given[name] or getattr(self.settings, name)

    def read(
        self, field: Field, given: Given, planned: Planned, kind: str, record: Record | None
    ) -> Value:
        """Return what the cell of ``field`` means; raises CellError."""
        text = given[field.name]
        if text and kind not in field.kinds:
            raise CellError(
                _("“%(field)s” does not belong to a %(kind)s: leave the cell empty.")
                % {"field": field.label, "kind": Kind(kind).label}
            )
        if text.endswith(CUT):
            raise CellError(_("Excel has cut this cell: take the whole text from another format."))
        return self.reader.read(field, self.plain(field, text, planned), kind, record)

    def plain(self, field: Field, text: str, planned: Planned) -> str:
        """Return the text without markup, saying so; one that is too long anyway as it is."""
        if field.form in MARKED_UP and len(text) <= MOST_CHARACTERS and cells.has_markup(text):
            planned.note(_("HTML was turned into plain text."), self.mapping.column(field.name))
            return cells.without_markup(text)
        return text

    def shown(self, field: Field, value: Value) -> str:
        """Return a value as an export would write it."""
        if field.form == "themes":
            value = [self._slugs[pk] for pk in value]
        if isinstance(value, list):
            return SEPARATOR.join(value)
        return "" if value is None else str(value)

    @cached_property
    def _slugs(self) -> dict[int, str]:
        return {one.pk: one.slug for one in self.reader.vocabulary.themes.members.values()}


def check_years(batch: Batch, planned: Planned, first: int | None, last: int | None) -> None:
    """Note if two years are in the wrong order."""
    if first and last and first > last:
        planned.wrong(_("The first year is after the last."), batch.mapping.column("year_to"))

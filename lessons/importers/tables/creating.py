"""What record a row would make, and what source it brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from lessons.models import Kind, Record
from lessons.sentences import sentences

from . import cells, sources
from .batch import Batch, check_years
from .cells import CellError
from .changing import required
from .fields import FIELDS, Field
from .planned import BETWEEN_TEXTS, Given, Planned
from .values import Value

MOST_OF_TITLE = 120  # characters of a title that is made of a statement
MOST_OF_IDENTIFIER = Record._meta.get_field("identifier").max_length or 0


class Creation:
    """One row that names no record."""

    def __init__(self, batch: Batch, given: Given, planned: Planned) -> None:
        self.batch, self.given, self.planned = batch, given, planned
        self.values = planned.values
        self.kind = ""

    def plan(self) -> None:
        """Note what the row would make, and what stands against it."""
        self.kind = self._kind()
        if not self.kind:
            return
        self.values.update(kind=self.kind, identifier=self.planned.key)
        for field in self.batch.content:
            if field.name != "kind" and self.given[field.name]:
                self.values[field.name] = self._take(field)
        for field in self.batch.linking:
            found = self.values.setdefault("links", [])
            found.extend(one for one in self._take(field) or [] if one not in found)
        for field in self.batch.kept:
            self._refuse(field)
        self._stand_in()
        self._check()
        if not self.planned.has_problem:
            self._source()
        self.planned.title = self.values.get("title") or self.planned.title

    def _wrong(self, text: str, name: str) -> None:
        self.planned.wrong(text, self.batch.mapping.column(name))

    def _kind(self) -> str:
        text = self.batch.or_stand_in(self.given, "kind")
        try:
            if text:
                return cells.choice("kind", text)
        except CellError as error:
            self._wrong(str(error), "kind")
            return ""
        said = _("What kind of record is it? Fill the column, or choose a kind for all rows.")
        self._wrong(said, "kind")
        return ""

    def _take(self, field: Field) -> Value:
        try:
            return self.batch.read(field, self.given, self.planned, self.kind, None)
        except CellError as error:
            self._wrong(str(error), field.name)
            return None

    def _refuse(self, field: Field) -> None:
        if self.given[field.name]:
            said = _("“%(field)s” is not filled by an import: leave the column out.")
            self._wrong(said % {"field": field.label}, field.name)

    def _stand_in(self) -> None:
        """Fill what the row leaves empty by what holds for all rows."""
        values, settings = self.values, self.batch.settings
        for name in ("origin", "failure_type", "actor_type"):
            if self.kind in FIELDS[name].kinds and not self.given[name]:
                values[name] = getattr(settings, name) or None
        values["language"] = values.get("language") or settings.language or "en"
        wanted = settings.title_from_statement and not self.given["title"]
        if wanted and (title := first_words(values.get("statement") or "")):
            values["title"] = title
            self.planned.note(_("The title was made of the first words of the statement."))

    def _check(self) -> None:
        for name in required(self.kind):
            # A cell that cannot be read was told of already.
            if not self.values.get(name) and not self.given[name]:
                self._wrong(
                    _("A new %(kind)s needs “%(field)s”.")
                    % {"kind": Kind(self.kind).label, "field": FIELDS[name].label},
                    name,
                )
        years = (self.values.get("year_from"), self.values.get("year_to"))
        check_years(self.batch, self.planned, *years)
        if len(self.planned.key) > MOST_OF_IDENTIFIER:
            self._wrong(
                _("The reference has %(length)d characters, and %(most)d fit.")
                % {"length": len(self.planned.key), "most": MOST_OF_IDENTIFIER},
                "reference",
            )

    # The source

    READ: ClassVar[dict[str, Callable[[str], Any]]] = {
        "source_title": sources.title_of,
        "source_url": sources.url_of,
        "source_publisher": sources.publisher_of,
        "source_authors": sources.authors_of,
    }

    def _source(self) -> None:
        """Let the row cite its own words, in a report made of its source."""
        source = {
            name.removeprefix("source_"): self._read_source(name, read)
            for name, read in self.READ.items()
        }
        dated = self._read_source("source_date", self._issued)
        if not (source["title"] or source["url"]):
            self._refuse_words()
        if self.planned.has_problem or not (source["title"] or source["url"]):
            return
        source["title"] = source["title"] or self.values["title"]
        source["issued"], source["precision"] = dated
        try:
            sources.check_held(source, self.batch.held)
        except CellError as error:
            self._wrong(str(error), "source_title")
        self.values["passage"] = self._words()
        self.values["source"] = {**source, "slug": sources.slug_of(source)}

    def _refuse_words(self) -> None:
        """Refuse words, a date, a publisher or authors of a source that nobody can name."""
        for name in ("passage", "source_date", "source_publisher", "source_authors"):
            if self.given[name]:
                said = _("It is of no use without the source: name its title or its address.")
                self._wrong(said, name)

    def _read_source(self, name: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(self.batch.or_stand_in(self.given, name))
        except CellError as error:
            self._wrong(str(error), name)
            return None

    def _issued(self, text: str) -> tuple[str | None, str]:
        return cells.date(text, self.batch.settings.date_order) if text else (None, "day")

    def _words(self) -> str:
        """Return the words that it rests on: those it brings, or else its own."""
        if self.given["passage"]:
            return self.batch.plain(FIELDS["passage"], self.given["passage"], self.planned)
        texts = (self.values.get(name) for name in ("statement", "discussion"))
        return BETWEEN_TEXTS.join(text for text in texts if text)


def first_words(text: str) -> str:
    """Return the first sentence of ``text``, cut after a word where it is long."""
    found = sentences(cells.line_of(text[: MOST_OF_TITLE * 8]))
    first = found[0].text if found else ""
    if len(first) <= MOST_OF_TITLE:
        return first.rstrip(".")
    return f"{first[:MOST_OF_TITLE].rsplit(' ', 1)[0].rstrip(' ,;:.')}…"

"""The reports and the themes themselves as selections."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lessons.citing import permalink
from lessons.models import Theme

from . import briefing as briefings
from . import graph, sources, to_csv
from .formulas import guarded
from .linked import iri
from .selection import SEPARATOR, About, Briefing, Form, Node, Sheets, Source

THEME_COLUMNS = (
    "theme", "notation", "label_en", "label_fr", "alternatives_en", "alternatives_fr",
    "scope_note_en", "scope_note_fr", "broader", "related", "exact_match", "deprecated",
    "replaced_by", "permalink",
)  # fmt: skip


class _Held:
    """What is few enough to be held: its rows are written here, not by the database."""

    about: About
    columns: tuple[str, ...]

    @property
    def rows(self) -> Sequence[tuple[Any, ...]]:
        """All of it, a row each."""
        raise NotImplementedError

    def copied(self, form: Form) -> Iterator[bytes]:
        """Yield whole lines: CSV without its head, or one JSON object a line."""
        for row in self.rows:
            if form == "csv":
                yield to_csv.line(map(guarded, map(_joined, row))).encode()
            else:
                named = dict(zip(self.columns, row, strict=True))
                yield f"{json.dumps(named, ensure_ascii=False)}\n".encode()

    def heads(self) -> dict[str, tuple[str, ...]]:
        """Return the sheets of a workbook and their columns."""
        return {self.about.sheet: self.columns}

    def sheets(self) -> Iterator[Sheets]:
        """Yield rows for the sheets of a workbook."""
        yield {self.about.sheet: [tuple(map(_joined, row)) for row in self.rows]}

    def sources(self) -> Iterator[Source]:
        """Yield no reports: there is no evidence for a theme."""
        yield from ()

    def briefing(self) -> Briefing:
        """Return the document: the sources alone."""
        return briefings.of_sources(self.about, tuple(self.sources()))


@dataclass(frozen=True)
class Sources(_Held):
    """Reports as sources."""

    ids: Sequence[int]
    about: About
    columns = sources.COLUMNS

    @cached_property
    def rows(self) -> Sequence[tuple[Any, ...]]:
        """The sources, a row each."""
        return [sources.values(one) for one in self.sources()]

    def sources(self) -> Iterator[Source]:
        """Yield the reports in the order of a bibliography."""
        return sources.read(self.ids)

    def nodes(self) -> Iterator[Node]:
        """Yield a node for each report."""
        return map(graph.of_source, self.sources())


@dataclass(frozen=True)
class Themes(_Held):
    """Themes as SKOS concepts; the scheme is named as a whole even where one of them is asked."""

    themes: Sequence[Theme]
    about: About
    columns = THEME_COLUMNS

    @cached_property
    def rows(self) -> Sequence[tuple[Any, ...]]:
        """The themes, a row each."""
        return list(map(_row, self.themes))

    def nodes(self) -> Iterator[Node]:
        """Yield the scheme and its concepts."""
        scheme = iri(permalink(reverse("themes")))
        yield graph.of_scheme(scheme, _("Themes"), self.themes)
        yield from (graph.of_theme(theme, scheme) for theme in self.themes)


def _row(theme: Theme) -> tuple[Any, ...]:
    return (
        theme.slug,
        theme.notation,
        theme.pref_label_en,
        theme.pref_label_fr,
        theme.alt_labels_en,
        theme.alt_labels_fr,
        theme.scope_note_en,
        theme.scope_note_fr,
        theme.broader.slug if theme.broader else None,
        [one.slug for one in theme.related.all()],
        theme.exact_match,
        int(theme.deprecated),
        theme.replaced_by.slug if theme.replaced_by else None,
        permalink(theme.get_absolute_url()),
    )


def _joined(value: Any) -> Any:
    return SEPARATOR.join(value) if isinstance(value, list | tuple) else value

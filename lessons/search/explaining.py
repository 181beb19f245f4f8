"""Why a record was found, as its row shows it: marked words and, if need be, one line more.

Only what the row does not show anyway is looked through, and only for words not seen in it yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from lessons.models import Citation

from .highlights import Marker
from .rows import Row

QUOTED = 32  # words of a quotation that a row shows


class Shown(NamedTuple):
    """What a row shows beyond title, statement and terms.

    The quotation that tells most, cut and marked, and the place where words stand that nothing in
    the row holds: its name, their surroundings there, and the language of these.
    """

    citation: Citation | None
    quotation: str
    place: str = ""
    words: str = ""
    language: str = ""


def shown(row: Row, marker: Marker | None) -> Shown:
    """Return what ``row`` shows; ``marker`` is None where nothing was searched for."""
    if marker is None:
        return Shown(*_first_quotation(row.citations))
    missing = marker.everything & ~marker.holds(f"{row.record.title}\n{row.record.statement}")
    citation = _telling(row.citations, marker, missing)
    quotation = _quotation(citation, marker, missing)
    missing &= ~marker.holds(" ".join((quotation, *_terms(row))))
    for place, text, language in _hidden(row, citation) if missing else ():
        if words := marker.excerpt(text, missing):
            return Shown(citation, quotation, place, words, language)
    return Shown(citation, quotation)


def _first_quotation(citations: list[Citation]) -> tuple[Citation | None, str]:
    first = citations[0] if citations else None
    return first, Truncator(first.exact).words(QUOTED) if first else ""


def _telling(citations: list[Citation], marker: Marker, missing: int) -> Citation | None:
    """Return the first citation whose quotation holds a missing word, else the first of all."""
    telling = (one for one in citations if missing and marker.holds(one.exact) & missing)
    return next(telling, citations[0] if citations else None)


def _quotation(citation: Citation | None, marker: Marker, missing: int) -> SafeString | str:
    """Return the beginning of a quotation or, if the words stand further on, their surroundings."""
    if citation is None:
        return ""
    beginning = Truncator(citation.exact).words(QUOTED)
    further = marker.holds(citation.exact) & missing & ~marker.holds(beginning)
    return (marker.excerpt(citation.exact, further) if further else None) or marker.marked(
        beginning
    )


def _terms(row: Row) -> Iterator[str]:
    yield from (theme.label for theme in row.themes)
    yield from (name for name, _slug in row.tags)


def _hidden(row: Row, quoted: Citation | None) -> Iterator[tuple[str, str, str]]:
    """Yield name, text and language of what the index holds of a record and its row hides."""
    record = row.record
    own = record.language
    yield _("discussion"), record.discussion, own
    yield _("applies when"), record.applies_when or "", own
    yield _("consequence"), record.consequence or "", own
    yield _("also called"), ", ".join(record.aliases or []), own
    for citation in row.citations:
        if citation is not quoted:
            yield _("quotation"), citation.exact, citation.passage.report.language
    for report in dict.fromkeys(citation.passage.report for citation in row.citations):
        yield _("report"), report.full_title, report.language
    for theme in row.themes:
        yield _("theme"), ", ".join((theme.pref_label_en, *theme.alt_labels_en)), "en"
        yield _("theme"), ", ".join((theme.pref_label_fr, *theme.alt_labels_fr)), "fr"
    for country in row.countries:
        yield _("country"), country.label_en, "en"
        yield _("country"), country.label_fr, "fr"

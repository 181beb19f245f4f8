"""The one registry of export formats: suffix → how what is selected is written.

``export`` is for whoever has records to hand out: lists, single records, reading lists, commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lessons.search import BadQuery

from . import (
    to_bibtex,
    to_csv,
    to_docx,
    to_json,
    to_jsonld,
    to_markdown,
    to_pdf,
    to_ris,
    to_turtle,
    to_xlsx,
)
from .options import USUAL_GROUP
from .records import Records
from .selection import About, Selection


@dataclass(frozen=True)
class Format:
    """``write`` yields the file in pieces, so that an export of any length takes little memory.

    ``limit`` is the number of records it takes at most, 0 any; a ``table`` has columns, a
    ``document`` is grouped.
    """

    suffix: str
    label: str
    media_type: str
    write: Callable[[Selection], Iterator[bytes]]
    limit: int = 0
    table: bool = False
    document: bool = False


OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    one.suffix: one
    for one in (
        Format("docx", "Word", f"{OFFICE}.wordprocessingml.document",
               lambda it: to_docx.write(it.briefing()), limit=500, document=True),
        Format("pdf", "PDF", "application/pdf",
               lambda it: to_pdf.write(it.briefing()), limit=500, document=True),
        Format("csv", "CSV", "text/csv; charset=utf-8",
               lambda it: to_csv.write(it.columns, it.copied("csv")), table=True),
        Format("xlsx", "Excel", f"{OFFICE}.spreadsheetml.sheet",
               lambda it: to_xlsx.write(it.about.facts(), it.heads(), it.sheets()),
               limit=to_xlsx.MAX_ROWS, table=True),
        Format("bib", "BibTeX", "application/x-bibtex; charset=utf-8",
               lambda it: to_bibtex.write(it.sources())),
        Format("ris", "RIS", "application/x-research-info-systems; charset=utf-8",
               lambda it: to_ris.write(it.sources())),
        Format("md", "Markdown", "text/markdown; charset=utf-8",
               lambda it: to_markdown.write(it.briefing()), limit=5000, document=True),
        Format("json", "JSON", "application/json",
               lambda it: to_json.write(it.about.facts(), it.copied("json")), table=True),
        Format("jsonl", "JSON Lines", "application/jsonl; charset=utf-8",
               lambda it: it.copied("json"), table=True),
        Format("jsonld", "JSON-LD", "application/ld+json",
               lambda it: to_jsonld.write(it.nodes())),
        Format("ttl", "Turtle", "text/turtle; charset=utf-8",
               lambda it: to_turtle.write(it.nodes())),
    )
}  # fmt: skip


def export(
    suffix: str,
    ids: Iterable[int],
    user: Any,
    *,
    about: About,
    notes: Mapping[int, str] | None = None,
    columns: tuple[str, ...] = (),
    group: str = USUAL_GROUP,
) -> Iterator[bytes]:
    """Yield the records with ``ids`` that ``user`` may see, in that order, as a file.

    ``about`` (from ``exporters.about``) says what they are; ``notes`` adds a note to some, by id.
    Raises BadQuery for an unknown column, and for more records than the format takes.
    """
    return written(suffix, Records(ids, user, about, notes or {}, columns, group))


def written(suffix: str, selection: Selection) -> Iterator[bytes]:
    """Yield what is selected as a file; raises BadQuery for more than the format takes."""
    form = FORMATS[suffix]
    if form.limit and selection.about.records > form.limit:
        raise BadQuery(
            _(
                "%(format)s takes %(limit)d records at most, and these are %(records)d. Narrow the "
                "list, or take it along as CSV or JSON, which take any number."
            )
            % {"format": form.label, "limit": form.limit, "records": selection.about.records}
        )
    return form.write(selection)

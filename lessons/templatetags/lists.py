"""The two parts of a list that are long: its rows and its facets.

They are joined here rather than looped over in a template, which takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django import template
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lessons import citing
from lessons.models import Citation, Record, Status
from lessons.search import Facet
from lessons.search.explaining import Shown, shown
from lessons.search.highlights import Marker
from lessons.search.rows import Row

register = template.Library()
Marked = Marker | None


@register.simple_tag
def facet_values(facet: Facet, path: str) -> SafeString:
    """Return the lines of a facet as list items, each a link that switches its value."""
    return _joined(
        f'<li class="depth-{value.depth}"><a href="{path}{"?" if value.query else ""}'
        f'{escape(value.query)}"{" aria-current=true" if value.selected else ""}>'
        f'{escape(value.label)} <span class="n">{value.count}</span></a></li>'
        for value in facet.values
    )


@register.simple_tag
def record_rows(rows: Iterable[Row], marker: Marked = None, terms: bool = False) -> SafeString:
    """Return records as list items, with their themes and tags if ``terms``."""
    return _joined(_row(row, marker, terms) for row in rows)


def _row(row: Row, marker: Marked, terms: bool) -> str:
    one = row.record
    language = escape(one.language)
    return (
        f'<li class="row {one.kind}"><p class="label">{_label(one)}</p>'
        f'<h3 lang="{language}"><a href="{_address("record", one.code)}">'
        f"{_shown(one.title, marker)}</a></h3>"
        f'<p class="statement" lang="{language}">{_shown(one.statement, marker)}</p>'
        f"{_evidence(shown(row, marker))}{_terms(row, marker) if terms else ''}</li>"
    )


def _label(record: Record) -> str:
    parts = [
        f'<span class="kind">{escape(record.get_kind_display())}</span>'
        f' <span class="code">{record.code}</span>',
        record.years,
    ]
    if record.status != Status.PUBLISHED:
        parts.append(f'<span class="status">{escape(record.get_status_display())}</span>')
    return " · ".join(filter(None, parts))


def _evidence(why: Shown) -> str:
    quoted = _quoted(why.citation, conditional_escape(why.quotation)) if why.citation else ""
    if not why.place:
        return quoted
    found = escape(_("Found in: %(place)s") % {"place": why.place})
    words = f'<span lang="{escape(why.language)}">{conditional_escape(why.words)}</span>'
    return f'{quoted}<p class="elsewhere">{found} — {words}</p>'


def _quoted(citation: Citation, words: str) -> str:
    passage, report = citation.passage, citation.passage.report
    return (
        f'<p class="quoted"><q lang="{escape(report.language)}">{words}</q>'
        f' <a href="{_address("report", report.slug)}?cite={citation.pk}#p-{passage.ordinal}">'
        f"{escape(citing.in_text(passage))}</a></p>"
    )


def _terms(row: Row, marker: Marked) -> str:
    themes = (
        _term("theme", _address("theme", theme.slug), _shown(theme.label, marker))
        for theme in row.themes
    )
    tags = (
        _term("tag", f"{_address('records', '')}?tag={slug}", _shown(name, marker))
        for name, slug in row.tags
    )
    return f'<p class="terms">{"".join([*themes, *tags])}</p>'


def _term(kind: str, address: str, label: str) -> str:
    return f'<a class="{kind}" href="{address}">{label}</a> '


def _shown(text: str, marker: Marked) -> str:
    return marker.marked(text) if marker else escape(text)


def _address(name: str, argument: str) -> str:
    return _reversed(get_script_prefix(), name, argument)


@lru_cache(maxsize=10_000)
def _reversed(_prefix: str, name: str, argument: str) -> str:
    return escape(reverse(name, args=[argument]))


def _joined(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  (each part is escaped where it is put together)

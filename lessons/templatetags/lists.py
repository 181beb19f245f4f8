"""The two parts of a list that are long: its rows and its facets.

They are joined here rather than looped over in a template, which takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr
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


@register.simple_tag(takes_context=True)
def record_rows(
    context: Mapping[str, Any],
    rows: Iterable[Row],
    marker: Marked = None,
    terms: bool = False,
    notes: Mapping[int, str] | None = None,
) -> SafeString:
    """Return records as list items, with their themes and tags if ``terms``, with ``notes`` by id,
    and for whoever is signed in with a button that collects them."""
    notes = notes or {}
    button = _button() if context["user"].is_authenticated else ""
    return _joined(_row(row, marker, terms, notes.get(row.record.pk, ""), button) for row in rows)


def _button() -> str:
    """Return the button of all rows, with a place for the record's code."""
    label = escape(_("Collect"))
    return (
        ' <button type="submit" form="collect" name="record" value="{code}" class="collect quiet">'
        f'{label}<span class="unseen"> {{code}}</span></button>'
    )


def _row(row: Row, marker: Marked, terms: bool, note: str, button: str) -> str:
    one = row.record
    language = escape(one.language)
    collect = button.format(code=one.code) if button else ""
    return (
        f'<li class="row {one.kind}"><p class="label">{_label(one)}{collect}</p>'
        f'<h3 lang="{language}"><a href="{_address("record", one.code)}">'
        f"{_shown(one.title, marker)}</a></h3>"
        f'<p class="statement" lang="{language}">{_shown(one.statement, marker)}</p>'
        f"{_evidence(shown(row, marker))}{_note(note)}{_terms(row, marker) if terms else ''}</li>"
    )


def _note(note: str) -> str:
    return f'<p class="note">{linebreaksbr(escape(note), autoescape=False)}</p>' if note else ""


def _label(record: Record) -> str:
    parts = [
        f'<span class="kind">{escape(record.get_kind_display())}</span>'
        f' <span class="code">{record.code}</span>',
        record.years,
    ]
    if record.status != Status.PUBLISHED:
        parts.append(f'<span class="status">{escape(record.get_status_display())}</span>')
    if record.restricted:
        parts.append(f'<span class="status">{escape(_("restricted"))}</span>')
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

"""Markdown: rendered by a CommonMark parser, it says what was meant and nothing more."""

import re
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lessons.exporters import to_markdown
from lessons.exporters.selection import Briefing
from tests.exporters import whole
from tests.exporters.briefings import CONTROLS, MARKUP, briefing, entry, saying

RENDERER = MarkdownIt("commonmark")


def html(one: Briefing) -> str:
    return str(RENDERER.render(whole(to_markdown.write(one)).decode()))


def test_it_is_a_document_with_headings_quotations_and_sources() -> None:
    page = html(briefing(entry("Listen", note="First.")))
    assert re.findall(r"<h(\d)>([^<]+)", page) == [
        ("1", "Early warning"), ("2", "Warning"), ("3", "Listen"), ("2", "Sources"),
    ]  # fmt: skip
    assert (
        '<p>“The mission was warned.” <a href="https://x.example/reports/un/?cite=7#p-3">'
        "(Carlsson, 1999, p. 3)</a> [1]</p>"
    ) in page
    assert "<strong>Note:</strong> First." in page
    assert page.count("<ol>") == 1


def test_what_looks_like_markup_is_text() -> None:
    page = html(saying(MARKUP))
    assert "evil.example" in page
    assert not re.findall(r'(?:href|src)="[^"]*evil', page)
    assert "<b>" not in page
    assert unescape(re.sub(r"<[^>]+>", "", page)).count(MARKUP) >= 6


def test_control_characters_are_spaces() -> None:
    assert "a b c d" in html(saying(CONTROLS))


@settings(max_examples=80, deadline=None)
@given(st.text("ab 1.)-+*_#>=[]<&!\\`~|:@$\n\t", min_size=1, max_size=12))
def test_any_line_is_shown_as_it_is(text: str) -> None:
    shown = " ".join(text.split())
    page = RENDERER.render(to_markdown.text(text))
    assert unescape(page).strip() == (f"<p>{shown}</p>" if shown else "")

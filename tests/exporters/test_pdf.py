"""PDF: tagged, in its language, with links; nothing in it is evaluated, nothing is lost."""

import ctypes
import re
from dataclasses import replace

import pypdfium2
import pytest
from pypdfium2 import raw

from lessons.exporters import to_pdf
from lessons.exporters.selection import Briefing
from tests.exporters import whole
from tests.exporters.briefings import (
    ABOUT,
    ARABIC,
    CHINESE,
    CONTROLS,
    EMOJI,
    MARKUP,
    briefing,
    entry,
    long,
    saying,
)
from tests.exporters.reading import text_of_pdf


def text_of(one: Briefing) -> str:
    return " ".join(text_of_pdf(whole(to_pdf.write(one))).split())


def links_of(data: bytes) -> set[str]:
    """Return the addresses that the document leads to."""
    found = set()
    document = pypdfium2.PdfDocument(data)
    for page in document:
        for index in range(raw.FPDFPage_GetAnnotCount(page)):
            link = raw.FPDFAnnot_GetLink(raw.FPDFPage_GetAnnot(page, index))
            action = raw.FPDFLink_GetAction(link)
            buffer = ctypes.create_string_buffer(1000)
            raw.FPDFAction_GetURIPath(document, action, buffer, len(buffer))
            found.add(buffer.value.decode())
    return found


def test_it_is_tagged_pdf_ua_with_a_title_and_a_language() -> None:
    data = whole(to_pdf.write(briefing(entry())))
    assert b"/MarkInfo" in data
    assert b"pdfuaid:part>1<" in data or b"pdfuaid" in data
    assert b"/Lang (en" in data or b"/Lang(en" in data
    document = pypdfium2.PdfDocument(data)
    assert document.get_metadata_value("Title") == "Early warning"
    assert document.is_tagged()


def test_it_says_who_said_what_and_where() -> None:
    one = briefing(entry("Listen", note="Read this first."))
    said = text_of(one)
    for words in ("HINDSIGHT · BRIEFING", "2 records · 24 November 2026", "From: 1990", "L-1",
                  "“The mission was warned.” (Carlsson, 1999, p. 3) [1]", "Read this first.",
                  "How to read it.", "1. Carlsson …", "Page 1 of 1"):  # fmt: skip
        assert words in said, words
    data = whole(to_pdf.write(one))
    assert links_of(data) >= {
        "https://x.example/reports/un/?cite=7#p-3",
        "https://x.example/records/L-1/",
        "https://x.example/lessons/?theme=early-warning&q=%3Cb%3E",
    }


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    said = text_of(saying(MARKUP)).replace(" ", "")
    assert said.count(MARKUP.replace(" ", "").replace("\\n", "\\n")) >= 6
    assert "PANIC" not in said.replace('#PANIC("X")', "")


def test_a_long_one_has_a_table_of_contents_and_counts_its_pages() -> None:
    data = whole(to_pdf.write(long()))
    said = text_of(long())
    pages = len(pypdfium2.PdfDocument(data))
    assert pages > 2
    assert re.search(r"Contents Warning [. ]+\d+ Lesson 1 [. ]+\d+", said)
    for page in range(1, pages + 1):
        assert f"Page {page} of {pages}" in said
    titles = [one.get_title() for one in pypdfium2.PdfDocument(data).get_toc()]
    assert titles[-3:] == ["Lesson 11", "Lesson 12", "Sources"]
    assert "Contents" not in text_of(long(3))


@pytest.mark.parametrize("text", [ARABIC, "שלום עולם", "Привет, Ωμέγα", "été — «œuvre» ‰"])
def test_scripts_that_typst_has_fonts_for_are_shown(text: str) -> None:
    assert "▯" not in text_of(saying(text))


def test_scripts_without_a_font_are_boxes_and_the_document_says_so() -> None:
    said = text_of(saying(f"Before {CHINESE} after"))
    if "漢" in said:
        pytest.skip("this machine has a font for Chinese")
    assert "Before ▯▯▯▯ after" in said
    assert "Letters are missing." in said


def test_control_characters_and_pictures_do_not_break_it() -> None:
    assert "a b c d" in text_of(saying(CONTROLS))
    assert "Hello" in text_of(saying(f"Hello {EMOJI} \ue000 \U000f0000 ᚠ"))


def test_an_empty_list_is_a_document_too() -> None:
    assert "No record matches." in text_of(briefing(sources=()))


def test_without_groups_records_are_headings_of_the_first_order() -> None:
    assert "Say Listen." in text_of(briefing(entry(), title=""))


@pytest.mark.parametrize("language", ["fr", "en-CA", "zh-Hant-TW", "", "no language", "x"])
def test_any_language_tag_is_taken(language: str) -> None:
    about = replace(ABOUT, language="fr")
    assert "Say Listen." in text_of(briefing(entry(language=language), about=about))

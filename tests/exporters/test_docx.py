"""DOCX: Word's own styles, links, fields; read back with python-docx."""

import io
import re
import zipfile
from typing import Any

import docx
import pytest

from lessons.exporters import to_docx
from lessons.exporters.selection import Briefing
from tests.exporters import whole
from tests.exporters.briefings import (
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


def read(one: Briefing) -> Any:
    return docx.Document(io.BytesIO(whole(to_docx.write(one))))


def styled(document: Any, style: str) -> list[str]:
    return [one.text for one in document.paragraphs if one.style.name == style]


def test_everything_has_its_style() -> None:
    document = read(briefing(entry("Listen", note="Read this first.")))
    assert styled(document, "Title") == ["Early warning"]
    assert styled(document, "Subtitle") == ["2 records · 24 November 2026"]
    assert styled(document, "Heading 1") == ["Warning", "Sources"]
    assert styled(document, "Heading 2") == ["Listen"]
    assert styled(document, "Quote") == ["“The mission was warned.” (Carlsson, 1999, p. 3) [1]"]
    assert styled(document, "Note") == ["Note: Read this first."]
    assert styled(document, "Bibliography")[0].startswith("1.\tCarlsson …")
    assert "Why it is so." in styled(document, "Normal")
    assert "Themes: Early warning" in styled(document, "Details")


def test_citations_lead_to_their_passage_and_numbers_to_the_bibliography() -> None:
    document = read(briefing(entry()))
    (quote,) = [one for one in document.paragraphs if one.style.name == "Quote"]
    passage, number = quote.hyperlinks
    assert passage.url == "https://x.example/reports/un/?cite=7#p-3"
    assert passage.runs[0].style.name == "Hyperlink"
    names = document.element.xpath("//w:bookmarkStart/@w:name")
    assert number.fragment == "source_1" in names
    assert len(names) == len(set(names))


def test_the_footer_counts_the_pages() -> None:
    document = read(briefing(entry()))
    footer = document.sections[0].footer
    fields = re.findall(r"<w:instrText[^>]*>(\w+)", footer._element.xml)
    assert fields == ["PAGE", "NUMPAGES"]
    assert footer.paragraphs[0].text.startswith("Early warning · 24 November 2026\tPage ")


def test_a_long_one_has_a_table_of_contents_that_word_can_renew() -> None:
    document = read(long())
    xml = document.element.xml
    assert xml.count('fldCharType="begin"') == xml.count('fldCharType="end"') == 1
    assert "TOC \\o" in xml
    assert styled(document, "TOC 2") == [f"Lesson {n}" for n in range(1, 13)]
    anchors = {
        one.fragment for line in document.paragraphs if line.style.name.startswith("TOC")
        for one in line.hyperlinks
    }  # fmt: skip
    assert anchors <= set(document.element.xpath("//w:bookmarkStart/@w:name"))
    assert not styled(read(long(3)), "TOC Heading")


@pytest.mark.parametrize("text", [MARKUP, ARABIC, CHINESE, EMOJI, "a <w:p/> & ]]>"])
def test_any_text_is_there_as_it_was(text: str) -> None:
    document = read(saying(text))
    assert styled(document, "Title") == styled(document, "Heading 1")[:1] == [text]
    assert styled(document, "Heading 2") == [text]


def test_what_xml_has_no_character_for_is_a_space() -> None:
    (title,) = styled(read(saying(CONTROLS)), "Title")
    assert title.startswith("a b c d e")


def test_a_text_from_the_right_is_set_from_the_right() -> None:
    document = read(saying(ARABIC))
    (heading,) = [one for one in document.paragraphs if one.style.name == "Heading 2"]
    statement = next(one for one in document.paragraphs if one.style.name == "Normal")
    assert heading.runs[0].font.rtl is True
    assert "w:bidi" in statement._p.xml
    assert "w:bidi" not in read(saying("Left")).element.xml


def test_its_language_title_and_date_are_those_of_the_export() -> None:
    data = whole(to_docx.write(briefing(entry())))
    document = docx.Document(io.BytesIO(data))
    assert document.core_properties.title == "Early warning"
    assert document.core_properties.language == "en"
    assert document.core_properties.created.year == 2026
    styles = zipfile.ZipFile(io.BytesIO(data)).read("word/styles.xml").decode()
    assert re.search(r'<w:lang [^>]*w:val="en"', styles)


def test_an_empty_list_is_a_document_too() -> None:
    assert "No record matches." in styled(read(briefing(sources=())), "Normal")

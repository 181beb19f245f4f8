"""DOCX: a briefing in Word's own styles, so that whoever signs it can restyle it at once."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from .linked import iri
from .selection import Briefing, Entry, Quotation

ACCENT, QUIET, INK = RGBColor(0x7A, 0x2E, 0x1D), RGBColor(0x55, 0x60, 0x6D), RGBColor(29, 39, 51)
FACE = "Cambria"
CONTENTS_FROM = 8  # records: a shorter document needs no table of contents
# What XML 1.0 has no character for.
CONTROL = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
PIECE = 1 << 16


def write(briefing: Briefing) -> Iterator[bytes]:
    """Yield the file once it is whole."""
    buffer = io.BytesIO()
    Writer(briefing).document().save(buffer)
    buffer.seek(0)
    while piece := buffer.read(PIECE):
        yield piece


class Writer:
    """Writes one briefing into a document."""

    def __init__(self, briefing: Briefing) -> None:
        self.briefing, self.words = briefing, briefing.words
        self.doc = docx.Document()
        self.grouped = any(section.title for section in briefing.sections)
        # Ids by name: python-docx goes through all styles for each one it sets.
        self.styles: dict[str, str] = {}
        self.bookmarks = self.headings = 0

    def document(self) -> Any:
        """Return the document with everything in it."""
        _style(self.doc, self.briefing.about.language)
        self.styles = {style.name: style.style_id for style in self.doc.styles}
        self._properties()
        self._footer()
        self._head()
        for section in self.briefing.sections:
            if section.title:
                self._heading(section.title, 1)
            for entry in section.entries:
                self._entry(entry)
        if self.briefing.sources:
            self._heading(self.words["sources"], 1)
        for number, source in enumerate(self.briefing.sources, start=1):
            line = self._paragraph("", "Bibliography")
            self._bookmarked(line, f"source_{number}", f"{number}.\t")
            self._run(line, f"{source.reference} ")
            self._link(line, source.address, source.address)
        return self.doc

    def _properties(self) -> None:
        about, core = self.briefing.about, self.doc.core_properties
        core.title, core.subject = _clean(about.title)[:255], _clean(about.query)[:255]
        core.author, core.language = "Hindsight", about.language
        core.comments = _clean(about.cite_as)[:255]
        core.created = core.modified = datetime.fromisoformat(about.exported)

    def _head(self) -> None:
        about, words = self.briefing.about, self.words
        self._paragraph(f"Hindsight · {words['briefing']}", "Kicker")
        self._paragraph(about.title, "Title")
        self._paragraph(f"{words['held']} · {about.date}", "Subtitle")
        told = {
            words["asked"]: about.query or words["everything"],
            words["order"]: about.order,
            words["vocabulary"]: about.vocabulary,
            words["cite"]: about.cite_as,
        }
        for name, value in told.items():
            if value:
                self._named(name, value)
        line = self._named(words["address"], "")
        self._link(line, about.address, about.address)
        if not self.briefing.sections and words["nothing"]:
            self._paragraph(words["nothing"])
        if sum(len(section.entries) for section in self.briefing.sections) >= CONTENTS_FROM:
            self._contents()

    def _contents(self) -> None:
        """Add a table of contents: Word fills in its pages, and until then it leads there."""
        self._paragraph(self.words["contents"], "TOC Heading")
        titles = []
        for section in self.briefing.sections:
            titles += [(1, section.title)] if section.title else []
            titles += [(2 if self.grouped else 1, entry.title) for entry in section.entries]
        titles += [(1, self.words["sources"])] if self.briefing.sources else []
        lines = [self._paragraph("", f"TOC {level}") for level, _title in titles]
        _field(lines[0], 'TOC \\o "1-2" \\h \\z \\u', "begin")
        for number, (line, (_level, title)) in enumerate(zip(lines, titles, strict=True), 1):
            self._link(line, title, anchor=f"heading_{number}", style="")
        _field(lines[-1], "", "end")
        self.doc.add_page_break()

    def _entry(self, entry: Entry) -> None:
        kicker = self._paragraph(f"{entry.kind.upper()}  ", "Kicker")
        kicker.paragraph_format.keep_with_next = True
        self._link(kicker, entry.code, entry.address)
        self._heading(entry.title, 2 if self.grouped else 1)
        self._paragraph(entry.statement)
        if entry.note:
            self._named(self.words["note"], entry.note, "Note")
        for one in entry.quotations:
            self._quotation(one)
        for paragraph in entry.discussion:
            self._paragraph(paragraph)
        for name, value in entry.details:
            self._named(name, value)

    def _quotation(self, one: Quotation) -> None:
        quoted = self.words["quotation"].replace("{0}", one.words)
        line = self._paragraph(quoted, "Quote")
        line.add_run(" ")
        self._link(line, one.cited, one.address)
        line.add_run(" ")
        self._link(line, f"[{one.number}]", anchor=f"source_{one.number}")
        if one.remark:
            self._run(line, f" {one.remark}")

    def _heading(self, title: str, level: int) -> None:
        self.headings += 1
        line = self._paragraph("", f"Heading {level}")
        self._bookmarked(line, f"heading_{self.headings}", title)

    def _named(self, name: str, value: str, style: str = "Details") -> Any:
        line = self._paragraph("", style)
        self._run(line, f"{name}: ").bold = True
        self._run(line, value)
        return line

    def _paragraph(self, text: str, style: str = "Normal") -> Any:
        line = self.doc.add_paragraph()
        line._p.style = self.styles[style]
        if text:
            self._run(line, text)
        if _from_right(text):
            line.paragraph_format.element.get_or_add_pPr().append(OxmlElement("w:bidi"))
        return line

    def _run(self, line: Any, text: str) -> Any:
        run = line.add_run(_clean(text))
        if _from_right(text):
            run.font.rtl = True
        return run

    def _bookmarked(self, line: Any, name: str, text: str) -> None:
        self.bookmarks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for one in (start, end):
            one.set(qn("w:id"), str(self.bookmarks))
        start.set(qn("w:name"), name)
        line._p.append(start)
        self._run(line, text)
        line._p.append(end)

    def _link(
        self, line: Any, text: str, address: str = "", *, anchor: str = "", style: str = "Hyperlink"
    ) -> None:
        """Add a link to an address or to a bookmark of this document."""
        link = OxmlElement("w:hyperlink")
        if address:
            to = line.part.relate_to(iri(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            link.set(qn("r:id"), to)
        else:
            link.set(qn("w:anchor"), anchor)
        run = self._run(line, text)
        if style:
            run._r.style = self.styles[style]
        link.append(run._r)
        line._p.append(link)

    def _footer(self) -> None:
        section = self.doc.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.6)
        line = section.footer.paragraphs[0]
        line.paragraph_format.tab_stops.add_tab_stop(Cm(15.8), WD_TAB_ALIGNMENT.RIGHT)
        about = self.briefing.about
        self._run(line, f"{about.title[:60]} · {about.date}\t")
        for part in re.split(r"(\{[01]\})", self.words["page"]):
            if part in {"{0}", "{1}"}:
                _field(line, {"{0}": "PAGE", "{1}": "NUMPAGES"}[part], "begin")
                self._run(line, "1")
                _field(line, "", "end")
            else:
                self._run(line, part)


def _field(line: Any, code: str, part: str) -> None:
    """Open a field of Word's with its code, or close it (ECMA-376, 17.16)."""
    for kind in ("begin", "instr", "separate") if part == "begin" else ("end",):
        run = line.add_run()._r
        if kind == "instr":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = code
            run.append(instruction)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run.append(mark)


def _style(doc: Any, language: str) -> None:
    """Set the faces, colours and distances of the styles used, and the language."""
    styles = doc.styles
    for name in ("Kicker", "Details", "Note", "Bibliography", "TOC 1", "TOC 2"):
        if name not in styles:
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = ACCENT, True
    looks: dict[str, tuple[float, Any, float, float]] = {
        "Normal": (10.5, INK, 0, 6), "Title": (26, INK, 0, 4), "Subtitle": (12, QUIET, 0, 10),
        "Heading 1": (16, ACCENT, 22, 8), "Heading 2": (13, INK, 2, 5),
        "Kicker": (8.5, QUIET, 14, 0),
        "Quote": (10.5, INK, 4, 6), "Details": (9, QUIET, 0, 2), "Note": (10.5, INK, 4, 6),
        "Bibliography": (10.5, INK, 0, 5), "TOC Heading": (14, ACCENT, 16, 6),
        "TOC 1": (10.5, INK, 6, 2), "TOC 2": (10.5, INK, 0, 2),
    }  # fmt: skip
    for name, (size, colour, before, after) in looks.items():
        style = styles[name]
        _face(style, size, colour)
        style.paragraph_format.space_before, style.paragraph_format.space_after = (
            Pt(before), Pt(after),
        )  # fmt: skip
    styles["Quote"].paragraph_format.left_indent = Cm(0.7)
    styles["Note"].paragraph_format.left_indent = Cm(0.7)
    styles["TOC 2"].paragraph_format.left_indent = Cm(0.6)
    hanging = styles["Bibliography"].paragraph_format
    hanging.left_indent, hanging.first_line_indent = Cm(0.9), Cm(-0.9)
    _language(styles, language)


def _face(style: Any, size: float, colour: Any) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FACE, Pt(size), colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # they would win over the name


def _language(styles: Any, language: str) -> None:
    found = styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang")
    for lang in found:
        lang.set(qn("w:val"), language)


def _clean(text: str) -> str:
    return CONTROL.sub(" ", text)


def _from_right(text: str) -> bool:
    """Whether a text is read from the right: its first letter says so (UAX 9, P2)."""
    first = next((c for c in text if unicodedata.bidirectional(c) in {"L", "R", "AL"}), "a")
    return unicodedata.bidirectional(first) != "L"

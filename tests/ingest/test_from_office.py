"""Word and OpenDocument: what is printed, in that order, and nothing that was deleted."""

import io
import zipfile
from pathlib import Path

import docx
import pytest

from lessons.ingest.document import BlockKind
from lessons.sandbox import Refused

from .conftest import Read, shown, texts

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "meta": "meta",
    }.items()
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
ODT = "application/vnd.oasis.opendocument.text"


def package(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in members.items():
            zipped.writestr(name, data)
    return out.getvalue()


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_body(body: str, **more: str | bytes) -> bytes:
    """Return a .docx with this XML in its body."""
    whole = zipfile.ZipFile(io.BytesIO(saved(docx.Document())))
    members: dict[str, str | bytes] = {name: whole.read(name) for name in whole.namelist()}
    members["word/document.xml"] = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return package(members | more)


def paragraph(text: str, inside: str = "") -> str:
    return f"<w:p>{inside}<w:r><w:t>{text}</w:t></w:r></w:p>"


def odt(body: str, **more: str) -> bytes:
    content = (
        f"<office:document-content {ODF}><office:body><office:text>{body}</office:text>"
        "</office:body></office:document-content>"
    )
    return package({"mimetype": ODT, "content.xml": content, **more})


# Word


def test_word_s_headings_lists_and_tables_come_in_the_order_of_the_page(read: Read) -> None:
    made = docx.Document()
    made.core_properties.title = "Lessons of a mission"
    made.core_properties.author = "Ann Other; Jo Bloggs"
    made.core_properties.language = "fr-FR"
    made.add_heading("Findings", 1)
    made.add_paragraph("Before.")
    table = made.add_table(2, 2)
    for cell, text in zip(table._cells, ["Year", "Mission", "1993", "UNAMIR"], strict=True):
        cell.text = text
    made.add_paragraph("A bullet", "List Bullet")
    made.add_heading("Details", 2)
    made.add_paragraph("After.")
    document = read(saved(made), "mission.docx")
    assert shown(document) == [
        "1 Findings", "paragraph Before.", "row Year | Mission", "row 1993 | UNAMIR",
        "item A bullet", "2 Details", "paragraph After.",
    ]  # fmt: skip
    said = document.metadata
    assert (said.title, list(said.authors), said.language) == (
        "Lessons of a mission", ["Ann Other", "Jo Bloggs"], "fr-FR",
    )  # fmt: skip


def test_word_s_numbers_are_printed_before_what_they_number(read: Read) -> None:
    made = docx.Document()
    for text in ("First", "Second"):
        made.add_paragraph(text, "List Number")
    assert texts(read(saved(made), "a.docx"), BlockKind.ITEM) == ["1. First", "2. Second"]


def test_cells_that_span_are_said_once_in_a_row_and_again_in_the_next(read: Read) -> None:
    made = docx.Document()
    table = made.add_table(2, 3)
    for number, cell in enumerate(table._cells, start=1):
        cell.text = str(number)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "both"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "wide"
    assert shown(read(saved(made), "a.docx")) == ["row both | wide", "row both | 5 | 6"]


def test_a_table_in_a_table_is_read_after_the_row_it_stands_in(read: Read) -> None:
    made = docx.Document()
    cell = made.add_table(1, 1).cell(0, 0)
    cell.text = "outer"
    cell.add_table(1, 2).cell(0, 1).text = "inner"
    assert shown(read(saved(made), "a.docx")) == ["row outer", "row | inner"]


def test_insertions_are_text_and_deletions_are_not(read: Read) -> None:
    body = (
        "<w:p><w:ins><w:r><w:t>kept </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:hyperlink><w:r><w:t>linked</w:t></w:r></w:hyperlink><w:r><w:noBreakHyphen/></w:r></w:p>"
        f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('in a form field')}</w:sdtContent></w:sdt>"
    )
    assert texts(read(with_body(body), "a.docx")) == ["kept linked-", "in a form field"]


def test_a_text_box_is_read_once_after_its_paragraph(read: Read) -> None:
    box = f"<w:pict><w:txbxContent>{paragraph('in a box')}</w:txbxContent></w:pict>"
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    body = f"<w:p><w:r>{both}<w:t>beside it</w:t></w:r></w:p>{paragraph('after')}"
    assert texts(read(with_body(body), "a.docx")) == ["beside it", "in a box", "after"]


def test_a_table_of_contents_is_left_out(read: Read) -> None:
    made = docx.Document()
    style = made.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    made.add_paragraph("Findings 3", style)
    made.add_paragraph("Text.")
    assert texts(read(saved(made), "a.docx")) == ["Text."]


# OpenDocument


def test_opendocument_s_parts_come_in_the_order_of_the_page(read: Read) -> None:
    body = (
        '<text:h text:outline-level="2">Findings</text:h>'
        "<text:p>One<text:s/>two<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>A note.</text:p></text:note-body></text:note> three.</text:p>"
        "<text:list><text:list-item><text:p>An item</text:p></text:list-item></text:list>"
        "<table:table><table:table-row>"
        '<table:table-cell table:number-rows-spanned="2"><text:p>both</text:p></table:table-cell>'
        "<table:table-cell><text:p>1</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:covered-table-cell/>"
        "<table:table-cell><text:p>2</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p><draw:frame><draw:text-box><text:p>A box.</text:p></draw:text-box></draw:frame>"
        "</text:p>"
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
    )
    meta = (
        f"<office:document-meta {ODF}><office:meta><dc:title>Mission</dc:title>"
        "<meta:initial-creator>Ann Other</meta:initial-creator><dc:language>fr-fr</dc:language>"
        "</office:meta></office:document-meta>"
    )
    document = read(odt(body, **{"meta.xml": meta}), "a.odt")
    assert shown(document) == [
        "2 Findings", "paragraph One two three.", "footnote A note.", "item An item",
        "row both | 1", "row both | 2", "paragraph A box.",
    ]  # fmt: skip
    said = document.metadata
    assert (said.title, list(said.authors), said.language) == ("Mission", ["Ann Other"], "fr-FR")


def test_an_encrypted_opendocument_is_refused(read: Read) -> None:
    manifest = {"META-INF/manifest.xml": "<m><encryption-data/></m>"}
    with pytest.raises(Refused, match="password"):
        read(odt("", **manifest), "a.odt")


# What may harm


DEEP = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
HARMFUL = {
    "much larger inside": with_body("", **{"word/media/image1.png": bytes(30 << 20)}),
    "entities": package({
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    }),
    "nests": with_body(DEEP[0] * 150 + paragraph("x") + DEEP[1] * 150),
    "nests its parts": odt("<text:section>" * 300 + "</text:section>" * 300),
    "damaged": with_body(paragraph("x"))[:2_000],
    "a part of it is missing": odt("")[:-40],
}  # fmt: skip


@pytest.mark.parametrize("reason", HARMFUL)
def test_what_may_harm_is_refused(read: Read, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read(HARMFUL[reason], "a.docx")


def test_a_package_with_too_many_members_is_refused(
    read: Read, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("lessons.ingest.packages.MEMBERS", 3)
    with pytest.raises(Refused, match="larger inside"):
        read(with_body(paragraph("x")), "a.docx")

"""From a file to a document, and from that to passages."""

from pathlib import Path

import pytest

from lessons.ingest import recognising
from lessons.ingest.document import Block, BlockKind, Document
from lessons.ingest.reading import read, read_here
from lessons.ingest.recognising import kind_of
from lessons.ingest.sections import passages
from lessons.sandbox import Limits, Refused

from .conftest import ROOT
from .test_from_office import ODT, odt, package, paragraph, with_body

KINDS = {
    "pdf": b"\n%PDF-1.4\n",
    "docx": with_body(paragraph("x")),
    "odt": odt(""),
    "html": b"\xef\xbb\xbf  <!DOCTYPE html><p>x",
    "text": b"Some text, <b>not</b> a page.",
}
REFUSED = {
    recognising.EMPTY: b"",
    recognising.TABLE: package({"mimetype": ODT.replace("text", "spreadsheet")}),
    recognising.SLIDES: package({"ppt/presentation.xml": ""}),
    recognising.ARCHIVE: package({"report.txt": "x"}),
    recognising.OLD_OFFICE: recognising.OLE + bytes(600),
    recognising.PASSWORD: recognising.OLE + "EncryptedPackage".encode("utf-16-le"),
    recognising.RTF: b"{\\rtf1\\ansi Text}",
    recognising.PICTURE: b"\x89PNG\r\n\x1a\n",
    recognising.NO_TEXT: bytes(range(256)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_what_it_holds_whatever_its_name_says(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(KINDS[kind])
    assert kind_of(path, "wrong.xlsx") == kind


def test_only_its_name_tells_markdown_from_text(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("# A heading or a number sign")
    assert (kind_of(path, "A.MD"), kind_of(path, "a.txt")) == ("markdown", "text")


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_no_document_is_refused_with_what_to_do(reason: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(REFUSED[reason])
    with pytest.raises(Refused) as refusal:
        kind_of(path, "report.pdf")
    assert str(refusal.value) == reason


def test_the_sandbox_hands_over_the_same_document() -> None:
    path = ROOT / "docs" / "adr" / "0001-embedded-postgresql.md"
    assert read(path) == read_here(path, path.name)


def test_a_refusal_comes_out_of_the_sandbox_too(tmp_path: Path) -> None:
    path = tmp_path / "empty.pdf"
    path.write_bytes(b"")
    with pytest.raises(Refused, match=recognising.EMPTY):
        read(path)


def test_a_file_that_is_too_large_is_not_even_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lessons.ingest.reading.SIZE", 1 << 20)
    path = tmp_path / "large.txt"
    path.write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(Refused, match="This file has 2 MB; a document may have 1 MB"):
        read(path)


def test_a_document_that_takes_too_much_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"word " * 20_000_000)
    with pytest.raises(Refused, match="too much memory"):
        read(path, limits=Limits(memory=200 << 20))


def test_passages_carry_the_headings_above_them() -> None:
    blocks = [
        Block("Front", page=1),
        Block("A", BlockKind.HEADING, 1, 1),
        Block("A.1", BlockKind.HEADING, 2, 1),
        Block("First", BlockKind.ITEM, page=2, page_label="ii"),
        Block("A.2", BlockKind.HEADING, 2, 2),
        Block("1 | 2", BlockKind.ROW, page=2),
        Block("B", BlockKind.HEADING, 1, 2),
        Block("Last", BlockKind.FOOTNOTE, page=3),
    ]
    found = [
        (one.text, one.section_path, one.page, one.page_label) for one in passages(Document(blocks))
    ]
    assert found == [
        ("Front", (), 1, ""),
        ("First", ("A", "A.1"), 2, "ii"),
        ("1 | 2", ("A", "A.2"), 2, ""),
        ("Last", ("B",), 3, ""),
    ]


def test_a_document_of_headings_alone_has_passages() -> None:
    blocks = [Block("A", BlockKind.HEADING, 1), Block("B", BlockKind.HEADING, 1)]
    assert [one.text for one in passages(Document(blocks))] == ["A", "B"]

"""PDF, read by PDFium: text in reading order, without what merely repeats on its pages.

Plain Python: bytes in, a Document out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ..sandbox import Message, Refused, tell
from ..sandbox import marked as _
from .document import Block, BlockKind, Document, Metadata
from .guessing import symbol
from .joining import joined, words_of
from .packages import PASSWORD
from .pdf import xmp
from .pdf.columns import Row, columns
from .pdf.furniture import printed_labels, split, without_line_numbers
from .pdf.headings import levels
from .pdf.letters import Run, runs_of
from .pdf.paragraphs import SENTENCE_END, Paragraph, body_size, paragraphs

PAGES = 3_000
FIRST = 5  # pages whose headers may carry the document's symbol
UNKNOWN = 0.1  # of the letters that no font names, from which on the text is doubtful
NO_FONT = re.compile("[\ufffd\ue000-\uf8ff]")

TOO_MANY_PAGES = _(
    "This PDF has %(count)s pages; %(most)s are taken in. Split it into smaller files."
)
BROKEN = _("This PDF is damaged. Open it in a PDF viewer, print it to a new PDF and add that.")
SCAN = _(
    "This PDF holds no text, only pictures of pages, or nothing. "
    "Run text recognition (OCR) on it and add the result."
)
BLANK = _("No text was found on these pages, perhaps they are pictures: %(pages)s.")
DOUBTFUL = _(
    "Many letters of this PDF have no meaning in its fonts; compare the text with the pages."
)


@dataclass(frozen=True)
class _Page:
    runs: list[Run]
    height: float
    label: str
    blank: bool  # it shows something that is no text


def read(path: Path) -> Document:
    """Return the document of a PDF. Raises Refused if encrypted, damaged, too long or a scan."""
    pdf = _opened(path)
    try:
        if len(pdf) > PAGES:
            raise Refused(TOO_MANY_PAGES, count=len(pdf), most=PAGES)
        pages = list(_pages(pdf))
        said = _metadata(pdf, path)
    finally:
        pdf.close()
    if not any(page.runs for page in pages):
        raise Refused(SCAN)
    parted = split([page.runs for page in pages], [page.height for page in pages])
    furniture = "\n".join(run.text for _text, runs in parted[:FIRST] for run in runs)
    said = replace(said, symbol=symbol(furniture))
    return Document(list(_blocks(pages, parted)), said, len(pages), tuple(_warnings(pages)))


def _opened(path: Path) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Refused(PASSWORD if "password" in str(error) else BROKEN) from error


def _pages(pdf: Any) -> Iterator[_Page]:
    for number in range(len(pdf)):
        tell(number, len(pdf))
        yield _page(pdf, number)


def _page(pdf: Any, number: int) -> _Page:
    try:
        page = pdf[number]
    except pypdfium2.PdfiumError:
        return _Page([], 0, "", blank=True)
    try:
        runs = without_line_numbers(runs_of(page))
        shows = pdfium.FPDFPage_CountObjects(page.raw) > 0
        label = pdf.get_page_label(number) or ""
        return _Page(runs, page.get_height(), label, blank=shows and not runs)
    finally:
        page.close()


def _warnings(pages: Sequence[_Page]) -> Iterator[Message]:
    blank = [str(number) for number, page in enumerate(pages, start=1) if page.blank]
    if blank:
        yield Message(BLANK, pages=", ".join(blank))
    text = "".join(run.text for page in pages for run in page.runs)
    if len(NO_FONT.findall(text)) > UNKNOWN * len(text):
        yield Message(DOUBTFUL)


def _blocks(
    pages: Sequence[_Page], parted: Sequence[tuple[list[Run], list[Run]]]
) -> Iterator[Block]:
    labels = _labels(pages, printed_labels([furniture for _text, furniture in parted]))
    read_in: list[tuple[int, list[Row]]] = [
        (number, rows)
        for number, (runs, _furniture) in enumerate(parted, start=1)
        for rows in columns(runs)
    ]
    body = body_size(row for _number, rows in read_in for row in rows)
    found = [one for number, rows in read_in for one in paragraphs(rows, number, body)]
    words = words_of(row.text for _number, rows in read_in for row in rows)
    blocks = (
        _block(one, level, labels[one.page - 1], words)
        for one, level in zip(found, levels(found, body), strict=True)
    )
    return _run_on(blocks, words)


def _labels(pages: Sequence[_Page], printed: Sequence[str]) -> list[str]:
    """Return each page's label where it differs from its number: the file's, or the printed one."""
    said = [page.label for page in pages]
    plain = [str(number) for number in range(1, len(pages) + 1)]
    chosen = printed if not any(said) or said == plain else said
    return ["" if label == number else label for label, number in zip(chosen, plain, strict=True)]


def _block(one: Paragraph, level: int, label: str, words: Any) -> Block:
    if level:
        return Block(
            joined([row.text for row in one.rows], words), BlockKind.HEADING, level, one.page, label
        )
    if one.kind is BlockKind.ROW:
        text = " | ".join(joined(cell, words) for cell in one.cells)
    else:
        text = joined(one.lines, words)
    return Block(text, one.kind, 0, one.page, label)


def _run_on(blocks: Iterator[Block], words: Any) -> Iterator[Block]:
    """Join what a page or column parts: a sentence that has not ended goes on in small letters."""
    open_: Block | None = None
    notes: list[Block] = []
    until: int | None = None
    for block in blocks:
        if open_ and block.kind is BlockKind.FOOTNOTE:
            notes.append(block)
        elif open_ and block.kind is BlockKind.PARAGRAPH and _goes_on(open_, until, block):
            until = block.page
            open_ = replace(open_, text=joined([open_.text, block.text], words))
        else:
            yield from [*([open_] if open_ else []), *notes]
            open_, notes, until = block, [], block.page
    yield from [*([open_] if open_ else []), *notes]


def _goes_on(first: Block, until: int | None, second: Block) -> bool:
    if first.kind not in {BlockKind.PARAGRAPH, BlockKind.ITEM} or SENTENCE_END.search(first.text):
        return False
    near = (second.page or 0) - (until or 0) <= 1
    return near and len(first.text) > 40 and second.text[:1].islower()  # noqa: PLR2004


def _metadata(pdf: Any, path: Path) -> Metadata:
    """Return what XMP says, and where it is silent the information dictionary."""
    said = pdf.get_metadata_dict()
    old = {"title": said.get("Title", ""), "authors": [said.get("Author", "")]}
    return Metadata(**old | {term: value for term, value in xmp.said(path).items() if value})

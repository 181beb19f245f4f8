"""Word documents (Office Open XML): paragraphs, tables, notes, text boxes, as they are read.

Tracked insertions are taken in, deletions and comments are not. Plain Python: bytes in, a Document
out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError

from ..sandbox import Refused
from .document import Block, BlockKind, Document, Metadata
from .numbering import LEVELS, Numbering
from .packages import DAMAGED, deeper, local, opened, part, xml
from .tables import Cell, rows

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SKIPPED = frozenset({
    "del", "moveFrom", "delText", "instrText", "txbxContent", "Fallback", "pPr", "rPr", "sdtPr",
    "tblPr",
})  # fmt: skip
SAID = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
HEADING = re.compile(r"heading ([1-9])$", re.IGNORECASE)
CONTENTS = re.compile(r"toc (\d|heading)|table of figures", re.IGNORECASE)
LISTED = re.compile(r"list (bullet|number)", re.IGNORECASE)


def read(path: Path) -> Document:
    """Return the document of a .docx file. Raises Refused if it is damaged or not harmless."""
    with opened(path) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                xml(part(package, name))
    try:
        document = docx.Document(str(path))
    except (KeyError, PackageNotFoundError, ValueError) as error:
        raise Refused(DAMAGED) from error
    return Document(list(_Reader(document).blocks()), _metadata(document.core_properties))


def _metadata(said: Any) -> Metadata:
    return Metadata(
        title=said.title or "",
        authors=[said.author or ""],
        language=said.language or "",
    )


class _Reader:
    def __init__(self, document: Any) -> None:
        self.body = document.element.body
        self.styles = {style.style_id: style for style in document.styles}
        parts = {
            one.reltype.rpartition("/")[2]: one.target_part
            for one in document.part.rels.values()
            if not one.is_external
        }
        self.notes = {
            kind: self._notes(parts[f"{kind}s"])
            for kind in ("footnote", "endnote")
            if f"{kind}s" in parts
        }
        listed = parts.get("numbering")
        self.numbering = Numbering(listed.element if listed else None)

    def _notes(self, its_part: Any) -> dict[str, Any]:
        return {
            note.get(f"{W}id"): note for note in xml(its_part.blob) if local(note).endswith("note")
        }

    def blocks(self) -> Iterator[Block]:
        yield from self._inside(self.body, 0)

    def _inside(self, element: Any, depth: int) -> Iterator[Block]:
        """Yield the blocks of whatever holds paragraphs and tables, content controls included."""
        depth = deeper(depth)
        for child in element:
            name = local(child)
            if name == "p":
                yield from self._paragraph(child, depth)
            elif name == "tbl":
                yield from self._table(child, depth)
            elif name not in SKIPPED and name != "sectPr":
                yield from self._inside(child, depth)

    def _paragraph(self, element: Any, depth: int) -> Iterator[Block]:
        text = _text(element)
        styles = list(self._style(element))
        if text.strip() and not any(CONTENTS.match(style.name or "") for style in styles):
            yield self._block(element, styles, text)
        for box in _outermost(element, "txbxContent"):
            yield from self._inside(box, depth)
        yield from self._referred(element)

    def _referred(self, element: Any) -> Iterator[Block]:
        for kind, notes in self.notes.items():
            for reference in element.iter(f"{W}{kind}Reference"):
                note = notes.get(reference.get(f"{W}id"))
                if note is not None:
                    text = " ".join(_text(one) for one in note.iter(f"{W}p"))
                    yield Block(text, BlockKind.FOOTNOTE)

    def _block(self, element: Any, styles: list[Any], text: str) -> Block:
        properties = [element.find(f"{W}pPr"), *(style.element.find(f"{W}pPr") for style in styles)]
        label, listed = self._label([one for one in properties if one is not None])
        if label:
            text = f"{label} {text}"
        if level := _level(styles, properties):
            return Block(text, BlockKind.HEADING, level)
        listed = listed or any(LISTED.match(style.name or "") for style in styles)
        return Block(text, BlockKind.ITEM if listed else BlockKind.PARAGRAPH)

    def _label(self, properties: list[Any]) -> tuple[str, bool]:
        """Return the number printed before a paragraph, and whether it is in a list."""
        for one in properties:
            number = one.find(f"{W}numPr")
            if number is not None:
                said = {local(child): child.get(f"{W}val", "0") for child in number}
                if said.get("numId", "0") == "0":
                    break
                depth = int(said.get("ilvl", "0"))
                return self.numbering.label(said["numId"], min(max(depth, 0), LEVELS - 1)), True
        return "", False

    def _style(self, element: Any) -> Iterator[Any]:
        """Yield a paragraph's style and those it is based on."""
        found = element.find(f"{W}pPr/{W}pStyle")
        style = self.styles.get(found.get(f"{W}val")) if found is not None else None
        for _number in range(LEVELS):
            if style is None:
                return
            yield style
            style = getattr(style, "base_style", None)

    def _table(self, table: Any, depth: int) -> Iterator[Block]:
        yield from rows(self._cells(table))
        for row in table.iter(f"{W}tc"):
            for inner in row.iterfind(f"{W}tbl"):
                if next(inner.iterancestors(f"{W}tbl")) is table:
                    yield from self._table(inner, deeper(depth))
        for paragraph in table.iter(f"{W}p"):
            if next(paragraph.iterancestors(f"{W}tbl")) is table:
                yield from self._referred(paragraph)

    def _cells(self, table: Any) -> Iterator[list[Cell]]:
        above: dict[int, str] = {}
        for row in table.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl")) is not table:
                continue
            column, cells = 0, []
            for cell in row.iter(f"{W}tc"):
                if next(cell.iterancestors(f"{W}tbl")) is not table:
                    continue
                span, continues = _spans(cell)
                text = above.get(column, "") if continues else _cell_text(cell)
                above[column] = text
                cells.append(Cell(text))
                column += span
            yield cells


def _spans(cell: Any) -> tuple[int, bool]:
    """Return how many columns a cell spans, and whether it goes on from the row above."""
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    value = span.get(f"{W}val", "1") if span is not None else "1"
    continues = merge is not None and merge.get(f"{W}val", "continue") == "continue"
    return int(value) if value.isdecimal() else 1, continues


def _cell_text(cell: Any) -> str:
    paragraphs = (one for one in cell.iter(f"{W}p") if next(one.iterancestors(f"{W}tc")) is cell)
    return " ".join(_text(one) for one in paragraphs)


def _level(styles: list[Any], properties: list[Any]) -> int:
    for style in styles:
        if found := HEADING.match(style.name or ""):
            return int(found[1])
        if (style.name or "").lower() == "title":
            return 1
    for one in properties:
        outline = one.find(f"{W}outlineLvl") if one is not None else None
        if outline is not None and outline.get(f"{W}val", "9").isdecimal():
            level = int(outline.get(f"{W}val", "9")) + 1
            return level if level <= LEVELS else 0
    return 0


def _text(element: Any) -> str:
    """Return the text of a paragraph as it is printed."""
    return "".join(_pieces(element, 0))


def _pieces(element: Any, depth: int) -> Iterator[str]:
    depth = deeper(depth)
    for child in element:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name in SAID:
            yield SAID[name]
        elif name not in SKIPPED:
            yield from _pieces(child, depth)


def _outermost(element: Any, name: str) -> Iterator[Any]:
    """Yield the descendants called ``name`` that stand in no other, in no older copy of it."""
    for child in element:
        if local(child) == name:
            yield child
        elif local(child) not in {"Fallback", "del"}:
            yield from _outermost(child, name)

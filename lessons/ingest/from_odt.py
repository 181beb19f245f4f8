"""OpenDocument texts: paragraphs, lists, tables, notes, text boxes, as they are read.

OASIS OpenDocument 1.3. Deletions that are tracked, comments and tables of contents are left out.
Plain Python: bytes in, a Document out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..sandbox import Refused
from .document import Block, BlockKind, Document, Metadata
from .packages import DAMAGED, PASSWORD, deeper, local, opened, part, xml
from .tables import SPAN, Cell, rows

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
DC = "{http://purl.org/dc/elements/1.1/}"
SKIPPED = frozenset({
    "tracked-changes", "annotation", "table-of-content", "illustration-index", "table-index",
    "alphabetical-index", "sequence-decls", "forms",
})  # fmt: skip
APART = frozenset({"note", "text-box", "annotation", "annotation-end"})  # of a paragraph's own text


def read(path: Path) -> Document:
    """Return the document of an .odt file. Raises Refused if encrypted, damaged or not harmless."""
    with opened(path) as package:
        if b"encryption-data" in part(package, "META-INF/manifest.xml"):
            raise Refused(PASSWORD)
        content = xml(part(package, "content.xml"))
        said = part(package, "meta.xml")
    text = content.find(f"{OFFICE}body/{OFFICE}text")
    if text is None:
        raise Refused(DAMAGED)
    return Document(list(_inside(text, BlockKind.PARAGRAPH, 0)), _metadata(said))


def _metadata(data: bytes) -> Metadata:
    if not data:
        return Metadata()
    root = xml(data)

    def said(*names: str) -> str:
        found = (root.findtext(f".//{name}") or "" for name in names)
        return next((text.strip() for text in found if text.strip()), "")

    author = said(f"{META}initial-creator", f"{DC}creator")
    return Metadata(
        title=said(f"{DC}title"),
        authors=[author],
        publisher=said(f"{DC}publisher"),
        language=said(f"{DC}language"),
    )


def _inside(element: Any, kind: BlockKind, depth: int) -> Iterator[Block]:
    depth = deeper(depth)
    for child in element:
        name = local(child)
        if name == "h":
            level = child.get(f"{TEXT}outline-level", "1")
            yield Block(_text(child), BlockKind.HEADING, int(level) if level.isdecimal() else 1)
            yield from _apart(child, depth)
        elif name == "p":
            yield Block(_text(child), kind)
            yield from _apart(child, depth)
        elif name == "table":
            yield from _table(child, depth)
        elif name in {"list-item", "list-header"}:
            yield from _inside(child, BlockKind.ITEM, depth)
        elif name not in SKIPPED:
            yield from _inside(child, kind, depth)


def _apart(paragraph: Any, depth: int) -> Iterator[Block]:
    """Yield what hangs on a paragraph without being its text: notes and text boxes."""
    depth = deeper(depth)
    for child in paragraph:
        if local(child) == "note":
            body = child.find(f"{TEXT}note-body")
            if body is not None:
                text = " ".join(_text(one) for one in body.iter(f"{TEXT}p"))
                yield Block(text, BlockKind.FOOTNOTE)
        elif local(child) == "text-box":
            yield from _inside(child, BlockKind.PARAGRAPH, depth)
        elif local(child) not in SKIPPED:
            yield from _apart(child, depth)


def _table(table: Any, depth: int) -> Iterator[Block]:
    own = [one for one in table.iter(f"{TABLE}table-row") if _owner(one) is table]
    yield from rows(_cells(row) for row in own)
    for inner in table.iter(f"{TABLE}table"):
        if inner is not table and _owner(inner) is table:
            yield from _table(inner, deeper(depth))
    for paragraph in table.iter(f"{TEXT}p"):
        if _owner(paragraph) is table:
            yield from _apart(paragraph, depth)


def _owner(element: Any) -> Any:
    return next(element.iterancestors(f"{TABLE}table"))


def _cells(row: Any) -> Iterator[Cell]:
    """Yield a row's cells; those that others cover are left out, empty ones at its end too."""
    for cell in row.iter(f"{TABLE}table-cell"):
        if next(cell.iterancestors(f"{TABLE}table-row")) is row:
            own = (one for one in cell if local(one) in {"p", "h", "list"})
            text = " ".join(_text(one) for one in own)
            columns, over = (
                _number(cell, f"number-{which}-spanned") for which in ("columns", "rows")
            )
            for _time in range(_number(cell, "number-columns-repeated") if text.strip() else 1):
                yield Cell(text, columns, over)


def _number(cell: Any, name: str) -> int:
    value = cell.get(f"{TABLE}{name}", "1")
    return min(int(value), SPAN) if value.isdecimal() and len(value) < 9 else 1  # noqa: PLR2004


def _text(element: Any) -> str:
    return "".join(_pieces(element, 0))


def _pieces(element: Any, depth: int) -> Iterator[str]:
    depth = deeper(depth)
    yield element.text or ""
    for child in element:
        name = local(child)
        if name == "s":
            yield " "
        elif name in {"tab", "line-break"}:
            yield "\n"
        elif name in {"list-item", "p"}:
            yield " "
            yield from _pieces(child, depth)
        elif name and name not in APART:
            yield from _pieces(child, depth)
        yield child.tail or ""

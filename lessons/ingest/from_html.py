"""Web pages: what is read of them, without scripts, styles and the ways around the site.

Plain Python: bytes in, a Document out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree, html

from .decoding import decoded
from .document import Block, BlockKind, Document, Metadata
from .packages import deeper, local
from .tables import Cell, rows

SKIPPED = frozenset({
    "script", "style", "nav", "noscript", "template", "svg", "iframe", "object", "embed", "audio",
    "video", "canvas", "select", "button", "input", "textarea", "head", "footer", "datalist",
    "dialog",
})  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LINES = frozenset({
    "p", "div", "section", "article", "main", "aside", "header", "body", "html", "ul", "ol", "dl",
    "dt", "dd", "li", "blockquote", "figure", "figcaption", "address", "details", "summary",
    "fieldset", "form", "center", "caption", "hr", "pre", "legend",
})  # fmt: skip
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
NAMES = {  # Dublin Core, Highwire and the names of the web: our term
    "title": ("dc.title", "dcterms.title", "citation_title", "og:title"),
    "authors": ("dc.creator", "dcterms.creator", "citation_author", "author"),
    "publisher": ("dc.publisher", "dcterms.publisher", "citation_publisher",
                  "citation_technical_report_institution", "og:site_name"),
    "issued": ("dcterms.issued", "dc.date.issued", "dc.date", "dcterms.date",
               "citation_publication_date", "citation_date", "article:published_time", "date"),
    "language": ("dc.language", "dcterms.language", "citation_language"),
    "doi": ("citation_doi", "dc.identifier.doi"),
    "isbn": ("citation_isbn",),
    "symbol": ("citation_technical_report_number",),
    "url": ("citation_public_url", "og:url"),
}  # fmt: skip


def read(path: Path) -> Document:
    """Return the document of an HTML file. Raises Refused if it is no text or nested too deeply."""
    data = path.read_bytes()
    declared = CHARSET.search(data[:4096])
    root = _parsed(decoded(data, declared[1].decode("ascii") if declared else ""))
    return Document(list(_Walk().blocks(_main(root))), _metadata(root))


def blocks_in(fragment: str) -> list[Block]:
    """Return the blocks of a piece of HTML."""
    return list(_Walk().blocks(_parsed(fragment))) if fragment.strip() else []


def _parsed(text: str) -> Any:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\x00", "")
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text, parser=parser)
    except etree.ParserError:  # nothing but comments
        return html.Element("html")


def _main(root: Any) -> Any:
    found = root.xpath("//main | //*[@role='main']")
    return found[0] if len(found) == 1 and len(found[0].text_content()) > 200 else root  # noqa: PLR2004


@dataclass
class _Walk:
    """The text between two blocks, gathered as the tree is walked."""

    held: list[str] = field(default_factory=list)

    def blocks(self, element: Any) -> Iterator[Block]:
        yield from self._element(element, BlockKind.PARAGRAPH, 0)
        yield from self._flush(BlockKind.PARAGRAPH)

    def _flush(self, kind: BlockKind, level: int = 0) -> Iterator[Block]:
        text, self.held = "".join(self.held), []
        for paragraph in re.split(r"\n\s*\n", text):
            if paragraph.strip():
                yield Block(paragraph, kind, level)

    def _element(self, element: Any, kind: BlockKind, depth: int) -> Iterator[Block]:
        name, depth = local(element), deeper(depth)
        if name in SKIPPED or "hidden" in element.attrib or HIDDEN.search(element.get("style", "")):
            return
        if name == "br":
            self.held.append("\n")
        elif name == "table" and not _is_layout(element):
            yield from self._flush(kind)
            yield from rows(_cells(element))
        elif level := HEADINGS.get(name, 0):
            yield from self._flush(kind)
            self.held = [_flat(element)]
            yield from self._flush(BlockKind.HEADING, level)
        elif name in LINES or name in {"table", "tr", "td", "th", "tbody", "thead", "tfoot"}:
            yield from self._flush(kind)
            inner = BlockKind.ITEM if name == "li" else kind
            yield from self._inside(element, inner, depth)
            yield from self._flush(inner)
        else:
            yield from self._inside(element, kind, depth)

    def _inside(self, element: Any, kind: BlockKind, depth: int) -> Iterator[Block]:
        say: Callable[[str], str] = _as_is if local(element) == "pre" else _spaced
        self.held.append(say(element.text or ""))
        for child in element:
            yield from self._element(child, kind, depth)
            self.held.append(say(child.tail or ""))


def _as_is(text: str) -> str:
    return text


def _spaced(text: str) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def _flat(element: Any) -> str:
    return " ".join(
        "".join(
            text for text in element.xpath(".//text()[not(ancestor::script or ancestor::style)]")
        ).split()
    )


def _is_layout(table: Any) -> bool:
    """Tell whether a table arranges a page instead of holding rows of data."""
    return bool(table.xpath(".//table | .//h1 | .//h2 | .//h3 | .//ul | .//ol | .//td[count(p)>2]"))


def _cells(table: Any) -> Iterator[list[Cell]]:
    caption = table.find("caption")
    if caption is not None:
        yield [Cell(_flat(caption))]
    for row in table.iter("tr"):
        yield [
            Cell(_flat(cell), _number(cell, "colspan"), _number(cell, "rowspan"))
            for cell in row
            if local(cell) in {"td", "th"}
        ]


def _number(cell: Any, name: str) -> int:
    value = cell.get(name, "1").strip()
    return int(value) if value.isdecimal() and len(value) < 5 else 1  # noqa: PLR2004


def _metadata(root: Any) -> Metadata:
    said: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if value := (meta.get("content") or "").strip():
            said.setdefault(name, []).append(value)
    found: dict[str, Any] = {
        term: next((said[name] for name in names if name in said), [])
        for term, names in NAMES.items()
    }
    found |= {
        term: values[0] if values else "" for term, values in found.items() if term != "authors"
    }
    title = root.findtext(".//title") or ""
    found["title"] = found["title"] or " ".join(title.split())
    found["language"] = found["language"] or root.get("lang", "")
    canonical = root.xpath("//link[@rel='canonical']/@href")
    found["url"] = found["url"] or (canonical[0] if canonical else "")
    return Metadata(**found)

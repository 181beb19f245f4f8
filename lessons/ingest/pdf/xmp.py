"""What a PDF says of itself in XMP (ISO 16684-1): Dublin Core and PRISM. Plain Python.

The packet stands in the file as it is, so that programs find it without reading PDF; PDFium gives
no way to it.
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path
from typing import Any

from ...sandbox import Refused
from ..packages import xml

PACKET = re.compile(rb"<x:xmpmeta\b.{1,500000}?</x:xmpmeta>", re.DOTALL)
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "pdfx": "http://ns.adobe.com/pdfx/1.3/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


def said(path: Path) -> dict[str, Any]:
    """Return our terms for what the last packet of the file at ``path`` says, {} without one."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        packets = PACKET.findall(data)
    try:
        root = xml(packets[-1]) if packets else None
    except Refused:
        return {}
    return {} if root is None else _terms(root)


def _terms(root: Any) -> dict[str, Any]:
    def texts(name: str) -> list[str]:
        found = root.iterfind(f".//{name}", NAMESPACES)
        inner = [text.strip() for one in found for text in one.itertext() if text.strip()]
        prefix, _colon, local = name.partition(":")
        attribute = f"{{{NAMESPACES[prefix]}}}{local}"
        return inner or [one.get(attribute) for one in root.iter() if one.get(attribute)]

    def first(*names: str) -> str:
        return next((text for name in names for text in texts(name)), "")

    return {
        "title": first("dc:title"),
        "authors": texts("dc:creator"),
        "publisher": first("dc:publisher", "prism:publisher"),
        "language": first("dc:language"),
        "issued": first("prism:publicationDate", "prism:coverDate"),
        "doi": first("prism:doi", "pdfx:doi"),
        "isbn": first("prism:isbn"),
    }

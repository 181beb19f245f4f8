"""The XML of the protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SECOND = "%Y-%m-%dT%H:%M:%SZ"
# What XML 1.0 cannot hold.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Element:
    """An element that is open as long as the block."""

    def __init__(self, xml: Writer, name: str, attributes: Mapping[str, str]) -> None:
        self.xml, self.name, self.attributes = xml, name, attributes

    def __enter__(self) -> None:
        self.xml.generator.startElement(self.name, AttributesImpl(dict(self.attributes)))

    def __exit__(self, *_error: object) -> None:
        self.xml.generator.endElement(self.name)


class Writer:
    """XML of the protocol."""

    def __init__(self, out: StringIO) -> None:
        self.generator = SimplerXMLGenerator(out, "utf-8")

    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> _Element:
        """Hold an element open."""
        return _Element(self, name, attributes or {})

    def text(self, name: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
        """Write an element that holds a text."""
        kept = {key: UNWRITABLE.sub("", value) for key, value in (attributes or {}).items()}
        self.generator.addQuickElement(name, UNWRITABLE.sub("", text), kept)

    def root(self) -> _Element:
        """Begin the answer."""
        self.generator.startDocument()
        schema = f"{OAI} {OAI}OAI-PMH.xsd"
        root = {"xmlns": OAI, "xmlns:xsi": XSI, "xsi:schemaLocation": schema}
        return _Root(self, "OAI-PMH", root)

    def dublin_core(self) -> _Element:
        """Hold the container of Dublin Core open."""
        spaces = {"xmlns:oai_dc": OAI_DC, "xmlns:dc": DC, "xmlns:xsi": XSI}
        schema = f"{OAI_DC} {OAI_DC[:-1]}.xsd"
        return self.element("oai_dc:dc", {**spaces, "xsi:schemaLocation": schema})


class _Root(_Element):
    def __enter__(self) -> None:
        super().__enter__()
        self.xml.text("responseDate", timezone.now().astimezone(UTC).strftime(SECOND))

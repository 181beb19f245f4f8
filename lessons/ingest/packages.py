"""Zipped XML (Word, OpenDocument) from strangers: looked at before it is unpacked. Plain Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from lxml import etree

from ..sandbox import Refused
from ..sandbox import marked as _

MEMBERS = 5_000
UNPACKED = 300 << 20  # bytes
RATIO, RATIO_FROM = 200, 20 << 20  # times as large unpacked; only where that is many bytes
DEPTH = 200  # elements within elements
ENCRYPTED = 0x1  # a member's flag

PASSWORD = _("This file is protected by a password. Save it without one and add it again.")
BOMB = _("This file is much larger inside than it should be, so it was not opened.")
DAMAGED = _("This file is damaged: a part of it is missing or broken.")
ENTITIES = _("This file defines XML entities, which no document needs, so it was not read.")
NESTED = _("This file nests its parts too deeply to be read.")


def opened(path: Path) -> ZipFile:
    """Return the package at ``path``, its directory checked.

    Raises Refused if it is damaged, encrypted, or would unpack to more than a document needs.
    """
    try:
        package = ZipFile(path)
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise Refused(DAMAGED) from error
    members = package.infolist()
    size = sum(one.file_size for one in members)
    packed = sum(one.compress_size for one in members) or 1
    if any(one.flag_bits & ENCRYPTED for one in members):
        raise Refused(PASSWORD)
    if len(members) > MEMBERS or size > UNPACKED:
        raise Refused(BOMB)
    if size > RATIO_FROM and size / packed > RATIO:
        raise Refused(BOMB)
    return package


def part(package: ZipFile, name: str) -> bytes:
    """Return the bytes of one member, b"" if there is none. Raises Refused if it is damaged."""
    try:
        return package.read(name)
    except KeyError:
        return b""
    except Exception as error:  # zlib, lzma and zipfile each have their own
        raise Refused(DAMAGED) from error


def xml(data: bytes) -> Any:
    """Return the root element of an XML part. Raises Refused if it is damaged or not harmless."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refused(ENTITIES)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        too_deep = error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT or "depth" in str(error)
        raise Refused(NESTED if too_deep else DAMAGED) from error
    if root.getroottree().docinfo.doctype:
        raise Refused(ENTITIES)
    return root


def local(element: Any) -> str:
    """Return an element's name without its namespace, "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def deeper(depth: int) -> int:
    """Return the next depth. Raises Refused where no document is that deep."""
    if depth > DEPTH:
        raise Refused(NESTED)
    return depth + 1

"""Cells of an XLSX file whose value is an error or was never calculated.

calamine gives both as empty, which would lose them silently. ECMA-376 part 1, 18.3.1.4: the type
``e`` of a cell is an error; a formula ``f`` without a value ``v`` was not calculated.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from posixpath import join, normpath

from lxml import etree

from lessons.sandbox import Refused
from lessons.sandbox import marked as _

from .table import MAX_COLUMNS, Source

Defects = dict[int, dict[int, str]]  # by row from 1, by column from 0: the sentence

MAIN = "{*}sheets/{*}sheet"
RELATION = re.compile(r"\{http.*/relationships\}id$")
PIECE = 1 << 20
CELL = re.compile(rb"<c\b([^>]*[^/>])>(.*?)</c>", re.DOTALL)
PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
SUSPECT = re.compile(rb'\bt="e"|<f\b')
FAR = re.compile(rb'<c r="([A-Z]{3})\d+"[^>]*[^>/]>')
VALUE = re.compile(rb"<v\b[^>]*>[^<]|<is\b")
MOST = 10_000  # more are as clear as these


def defects_of(source: Source) -> dict[str, Defects]:
    """Return the defects of each sheet by its name; nothing where the parts are not as usual.

    Raises Refused for a value so far to the right that calamine would ask for all memory.
    """
    try:
        with zipfile.ZipFile(source.whole()) as archive:
            return {name: _of_sheet(archive, part) for name, part in _sheets(archive)}
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, OSError):
        return {}


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    relations = _xml(archive, "xl/_rels/workbook.xml.rels")
    parts = {one.get("Id"): one.get("Target", "") for one in relations}
    for sheet in _xml(archive, "xl/workbook.xml").iterfind(MAIN):
        for key, value in sheet.attrib.items():
            if RELATION.match(str(key)) and "worksheets" in parts.get(value, ""):
                yield sheet.get("name", ""), normpath(join("/xl", parts[value])).lstrip("/")


def _xml(archive: zipfile.ZipFile, part: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.read(part), parser)


def _of_sheet(archive: zipfile.ZipFile, part: str) -> Defects:
    found: Defects = {}
    for piece in _rows(archive, part):
        for letters in FAR.findall(piece):
            if _index(letters) >= MAX_COLUMNS:
                text = _(
                    "There is a value in column %(letters)s; no table is that wide. Remove it."
                )
                raise Refused(text, letters=letters.decode())
        if not SUSPECT.search(piece) or len(found) > MOST:
            continue
        for attributes, inside in CELL.findall(piece):
            place = PLACE.search(attributes)
            if place and (text := _defect(attributes, inside)):
                found.setdefault(int(place[2]), {})[_index(place[1])] = text
    return found


def _rows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the part in pieces that end with the end of a cell."""
    rest = b""
    with archive.open(part) as file:
        while piece := file.read(PIECE):
            head, end, tail = (rest + piece).rpartition(b"</c>")
            yield head + end
            rest = tail


def _defect(attributes: bytes, inside: bytes) -> str:
    if b't="e"' in attributes:
        return _("The cell holds an error of the spreadsheet, not a value; mend it there.")
    if b"<f" in inside and not VALUE.search(inside) and b't="str"' not in attributes:
        return _("The formula was never calculated; open the file in a spreadsheet and save it.")
    return ""


def _index(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1

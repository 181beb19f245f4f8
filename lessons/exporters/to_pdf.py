"""PDF: a briefing typeset by typst as tagged PDF/UA-1 (ISO 14289-1), with the fonts in typst.

The text reaches typst as data and is never read as markup. A letter that no font has would fail
PDF/UA, so that its whole script is shown as ▯, and the document says so.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from .linked import iri
from .selection import Briefing

TEMPLATE = Path(__file__).with_name("briefing.typ")
UNSHOWN = "▯"
ATTEMPTS = 12  # scripts that may be missing
CONTENTS_FROM = 8  # records: a shorter document needs no table of contents
MISSING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
CONTROL = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\ufff0-\uffff]")
PIECE = 1 << 16


def write(briefing: Briefing) -> Iterator[bytes]:
    """Yield the file once it is whole."""
    data = _data(briefing)
    pdf = compiled(data, datetime.fromisoformat(briefing.about.exported))
    for start in range(0, len(pdf), PIECE):
        yield pdf[start : start + PIECE]


def compiled(data: dict[str, Any], moment: datetime) -> bytes:
    """Return the PDF, with the scripts that no font here has replaced one after the other."""
    unshown: set[str] = set()
    for _attempt in range(ATTEMPTS):
        try:
            return _compile(data, moment)
        except typst.TypstError as error:
            missing = {c for text in MISSING.findall(str(error)) for c in _unescaped(text)}
            fresh = {_script(character) for character in missing} - unshown
            if not fresh:
                raise
            unshown |= fresh
            data = _without(data, unshown) | {"unshown": True}
    return _compile(_in_latin(data) | {"unshown": True}, moment)


def _compile(data: dict[str, Any], moment: datetime) -> bytes:
    pdf: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(moment.timestamp()),
    )
    return pdf


def _data(briefing: Briefing) -> dict[str, Any]:
    found = asdict(briefing)
    count = sum(len(section["entries"]) for section in found["sections"])
    cleaned = _mapped(found, lambda text: CONTROL.sub(" ", text))
    cleaned["about"]["query"] = CONTROL.sub(" ", briefing.about.query)
    _with_languages(cleaned, briefing.about.language)
    return cleaned | {"contents": count >= CONTENTS_FROM, "unshown": False}


def _with_languages(data: dict[str, Any], usual: str) -> None:
    """Write languages and addresses as typst takes them."""
    data["about"] |= {"language": _language(usual, "en"), "address": iri(data["about"]["address"])}
    for section in data["sections"]:
        for entry in section["entries"]:
            for one in (entry, *entry["quotations"]):
                one["language"] = _language(one["language"], usual)
                one["address"] = iri(one["address"])
    for source in data["sources"]:
        source["address"] = iri(source["address"])


def _language(tag: str, usual: str) -> str:
    found = re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", tag) or re.match(r"[A-Za-z]{2,3}", usual)
    return found[0].lower() if found else "en"


def _mapped(value: Any, change: Any) -> Any:
    """Return ``value`` with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped(one, change) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(one, change) for one in value]
    return value


def _without(data: dict[str, Any], scripts: set[str]) -> dict[str, Any]:
    def shown(text: str) -> str:
        if text.isascii():
            return text
        return "".join(UNSHOWN if not c.isascii() and _script(c) in scripts else c for c in text)

    changed: dict[str, Any] = _mapped(data, shown)
    return changed


def _in_latin(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data with nothing left that typst's own fonts could lack."""
    return dict(_mapped(data, lambda text: re.sub(r"[^\0-\u024f\u2010-\u2026▯]", UNSHOWN, text)))


@cache
def _script(character: str) -> str:
    """Return what a character has in common with its like: its script, or else its category."""
    if not unicodedata.category(character).startswith("L"):
        return f"{unicodedata.category(character)} {ord(character) >> 8:x}"
    return unicodedata.name(character, "unnamed").split()[0]


def _unescaped(text: str) -> str:
    """Return what an error message of typst quotes."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)

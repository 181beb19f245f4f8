"""BibTeX for bibliographies: https://www.ctan.org/pkg/biblatex, fields that BibTeX knows too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .selection import Source

# What TeX reads as something else.
TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ENTRIES = {"dataset": "misc", "webpage": "misc"}  # the rest are reports


def write(sources: Iterable[Source]) -> Iterator[bytes]:
    """Yield the file entry by entry."""
    for source in sources:
        yield entry(source).encode()


def entry(source: Source) -> str:
    """Return one source; keys and fields that are empty are left out."""
    year, month, day = [*source.date.split("-"), "", "", ""][:3]
    fields = {
        "author": " and ".join(_name(author) for author in source.authors),
        "title": _braced(source.title),
        "subtitle": _braced(source.subtitle),
        "institution": _text(source.publisher or source.commissioned_by),
        "number": _text(source.symbol),
        "year": year,
        "month": MONTHS[int(month) - 1] if month else "",
        "date": source.date if day else "",
        "isbn": _text(source.isbn),
        "doi": _verbatim(source.doi),
        "url": _verbatim(source.url or source.address),
        "language": _text(source.language),
        "note": _text(_note(source)),
    }
    lines = "".join(
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n"
        for name, value in fields.items()
        if value
    )
    return f"@{ENTRIES.get(source.type, 'techreport')}{{{source.key},\n{lines}}}\n\n"


def _note(source: Source) -> str:
    commissioned = source.commissioned_by if source.publisher else ""
    return " ".join(filter(None, (commissioned and f"For {commissioned}.", source.note)))


def _text(value: str) -> str:
    """Return a text on one line, in which TeX sees nothing but letters."""
    flat = " ".join(re.sub(r"[\0-\x1f\x7f]", " ", value).split())
    return "".join(TEX.get(character, character) for character in flat)


def _braced(value: str) -> str:
    """Return a title in braces, so that styles leave its capitals alone."""
    return f"{{{_text(value)}}}" if value else ""


def _name(author: str) -> str:
    """Return «Family, Given» as it is; a body, or a name with an «and» in it, as one."""
    name = _text(author)
    person = "," in name and not re.search(r"\band\b", name, re.IGNORECASE)
    return name if person else f"{{{name}}}"


def _verbatim(value: str) -> str:
    """Return an address or identifier, which TeX reads letter by letter, without braces."""
    return re.sub(r"[\s{}\\%]", lambda found: f"%{ord(found[0]):02X}", value).replace("%25", "%")

"""RIS for reference managers: https://en.wikipedia.org/wiki/RIS_(file_format)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .selection import Source

TYPES = {"dataset": "DATA", "webpage": "ELEC"}  # the rest are reports
SAFE = str.maketrans(dict.fromkeys((*range(32), 0x7F, 0x85, 0x2028, 0x2029), " "))


def write(sources: Iterable[Source]) -> Iterator[bytes]:
    """Yield the file reference by reference."""
    for source in sources:
        yield entry(source).encode()


def entry(source: Source) -> str:
    """Return one source; a line for each value that is not empty."""
    year, month, day = [*source.date.split("-"), "", "", ""][:3]
    lines = [
        ("TY", TYPES.get(source.type, "RPRT")),
        *(("AU", author) for author in source.authors),
        ("TI", f"{source.title}: {source.subtitle}" if source.subtitle else source.title),
        ("PY", year),
        ("DA", f"{year}/{month}/{day}" if month else ""),
        ("PB", source.publisher or source.commissioned_by),
        ("A2", source.commissioned_by if source.publisher else ""),
        ("M1", source.symbol),
        ("SN", source.isbn),
        ("DO", source.doi),
        ("UR", source.url or source.address),
        ("LA", source.language),
        ("SP", str(source.pages or "")),
        ("N1", source.note),
        ("ID", source.key),
    ]
    text = "".join(f"{tag}  - {flat}\r\n" for tag, value in lines if (flat := _flat(value)))
    return f"{text}ER  - \r\n\r\n"


def _flat(value: str) -> str:
    """Return a value on one line: a line break would begin another field."""
    return " ".join(value.translate(SAFE).split())

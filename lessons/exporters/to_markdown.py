"""Markdown (CommonMark 0.31): a briefing as plain text, in which no text is taken for markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .linked import iri
from .selection import Briefing, Entry, Quotation

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!$^:@=])")
LINE_START = re.compile(r"^([-+]|[0-9]{1,9}(?=[.)]))")
CONTROL = re.compile(r"[\0-\x08\x0b-\x1f\x7f]")


def write(briefing: Briefing) -> Iterator[bytes]:
    """Yield the document section by section."""
    yield _head(briefing).encode()
    for section in briefing.sections:
        if section.title:
            yield f"## {text(section.title)}\n\n".encode()
        for entry in section.entries:
            yield _entry(entry, briefing, "###" if section.title else "##").encode()
    if briefing.sources:
        yield f"## {text(briefing.words['sources'])}\n\n".encode()
    for number, source in enumerate(briefing.sources, start=1):
        address = _link(source.address, source.address)
        yield f"{number}. {text(source.reference)} {address}\n".encode()


def text(value: str) -> str:
    """Return a text on one line that is shown as it is."""
    flat = " ".join(CONTROL.sub(" ", value).split())
    escaped = MARKUP.sub(r"\\\1", flat)
    return LINE_START.sub(lambda found: _at_start(found[0]), escaped)


def _at_start(mark: str) -> str:
    """Return what would begin a list so that it does not."""
    return f"\\{mark}" if mark in "+-" else f"&#{ord(mark[0])};{mark[1:]}"


def _head(briefing: Briefing) -> str:
    about, words = briefing.about, briefing.words
    lines = [
        f"# {text(about.title)}\n",
        f"**{text(words['asked'])}\\:** {text(about.query or words['everything'])}  ",
        f"**{text(words['held'])}**, {text(about.date)}  ",
        f"{_link(about.address, about.address)}  ",
        f"{text(words['cite'])}\\: {text(about.cite_as)}\n\n",
    ]
    return "\n".join(lines)


def _entry(entry: Entry, briefing: Briefing, level: str) -> str:
    blocks = [
        f"{level} {text(entry.title)}",
        f"{text(entry.kind)} {_link(entry.code, entry.address)}",
        text(entry.statement),
    ]
    if entry.note:
        blocks.append(f"**{text(briefing.words['note'])}\\:** {text(entry.note)}")
    blocks += [_quotation(one, briefing) for one in entry.quotations]
    blocks += [text(paragraph) for paragraph in entry.discussion]
    if entry.details:
        blocks.append(
            "\n".join(f"- {text(name)}\\: {text(value)}" for name, value in entry.details)
        )
    return "\n\n".join(blocks) + "\n\n"


def _quotation(one: Quotation, briefing: Briefing) -> str:
    quoted = briefing.words["quotation"].replace("{0}", one.words)
    remark = f" {text(one.remark)}" if one.remark else ""
    return f"> {text(quoted)} {_link(one.cited, one.address)} \\[{one.number}\\]{remark}"


def _link(shown: str, address: str) -> str:
    return f"[{text(shown)}](<{iri(address)}>)"

"""From a document to the passages of a report."""

from __future__ import annotations

from lessons.evidence import PassageText

from .document import BlockKind, Document

HEADING = 200  # characters of it in a section path


def passages(document: Document) -> list[PassageText]:
    """Return the passages of ``document`` in reading order, each with the headings above it.

    A heading is no passage but in the section path, unless nothing but headings follows to its end:
    a document of headings alone is still read.
    """
    path: list[tuple[int, str]] = []
    found = []
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            path = [one for one in path if one[0] < block.level]
            path.append((block.level, block.text[:HEADING]))
        else:
            section = tuple(text for _level, text in path)
            found.append(PassageText(block.text, section, block.page, block.page_label))
    return found or [PassageText(one.text, (), one.page, one.page_label) for one in document.blocks]

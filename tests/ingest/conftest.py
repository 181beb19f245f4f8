"""Files that are made here, as the programs of the world make them."""

from collections.abc import Callable
from pathlib import Path

import pytest
import typst

from lessons.ingest.document import Block, BlockKind, Document
from lessons.ingest.reading import read_here

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared" / "data"
Read = Callable[..., Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads bytes or text as a document of the given name, unsandboxed."""

    def reading(content: bytes | str, name: str) -> Document:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_here(path, name)

    return reading


@pytest.fixture
def typeset(tmp_path: Path) -> Callable[[str], Document]:
    """Return a function that sets Typst's markup as PDF and reads that."""

    def setting(markup: str) -> Document:
        source, path = tmp_path / "report.typ", tmp_path / "report.pdf"
        source.write_text(markup, "utf-8")
        typst.compile(str(source), output=str(path))
        return read_here(path, "report.pdf")

    return setting


def shown(document: Document) -> list[str]:
    """Return the blocks as "kind text", a heading's level for its kind."""
    return [f"{one.level or one.kind} {one.text}" for one in document.blocks]


def texts(document: Document, kind: BlockKind = BlockKind.PARAGRAPH) -> list[str]:
    """Return the texts of one kind."""
    return [one.text for one in document.blocks if one.kind is kind]


def block(document: Document, beginning: str) -> Block:
    """Return the only block that begins so."""
    (found,) = [one for one in document.blocks if one.text.startswith(beginning)]
    return found

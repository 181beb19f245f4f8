"""Uploads to test with, and a reader that needs no library: a blank line parts passages."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from lessons import evidence
from lessons.ingest import reading, sections, uploads
from lessons.ingest.document import Block, Document, Metadata
from lessons.models import Upload
from lessons.sandbox import Message, Refused

TEXT = "The force was cut.\n\nNobody asked why.\n\nIt was late."


def read(path: Any, name: str, heed: Any = None) -> Document:
    if heed:
        heed(1, 2)
    text = Path(path).read_text("utf-8")
    if text.startswith("broken"):
        raise Refused("This file is damaged: line 1.")
    blocks = tuple(Block(one, page=1) for one in text.split("\n\n") if one.strip())
    about = Metadata(
        title="What was late" if text == TEXT else "", issued="1996-03", language="en-GB"
    )
    return Document(blocks, about, page_count=1, warnings=[Message("Page 2 holds no text.")])


def passages(document: Document) -> list[evidence.PassageText]:
    return [evidence.PassageText(one.text, ("Chapter",), one.page) for one in document.blocks]


@pytest.fixture
def folder_of_files(tmp_path: Path, settings: Any) -> Path:
    """Keep files in a folder of the test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    settings.PICTURES_DIR = tmp_path / "pictures"
    return tmp_path / "files"


@pytest.fixture
def files(folder_of_files: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with files read as this module does."""
    monkeypatch.setattr(reading, "read", read)
    monkeypatch.setattr(sections, "passages", passages)
    return folder_of_files


def make_upload(text: str = TEXT, *, by: Any = None, name: str = "late.txt", **more: Any) -> Upload:
    """Hand a file in; it is read at once."""
    uploads.receive(ContentFile(text.encode(), name), name, by=by, **more)
    return Upload.objects.latest("pk")

"""Every awkward document ends in the right text or a refusal: docs/formats.md says in which."""

import re

import pytest

from lessons.ingest.reading import read
from lessons.sandbox import Refused
from tests.test_docs import rows_of

from .conftest import SHARED

FILES = SHARED / "awkward-files"
FOLDERS = ("pdf", "docx", "html", "txt", "rtf", "zip")
PROMISED = {row[0].strip("`"): row[1] for row in rows_of("formats.md", "document")}
pytestmark = pytest.mark.skipif(not FILES.exists(), reason="the awkward files are not here")


def test_every_document_is_in_the_table() -> None:
    there = {f"{folder}/{path.name}" for folder in FOLDERS for path in (FILES / folder).iterdir()}
    assert there <= set(PROMISED)


@pytest.mark.parametrize("name", PROMISED)
def test_what_comes_of_a_document_is_what_the_table_says(name: str) -> None:
    promised = PROMISED[name]
    if promised.startswith("refused: "):
        with pytest.raises(Refused) as refusal:
            read(FILES / name)
        assert promised == f"refused: {refusal.value}"
        return
    blocks = [one.text for one in read(FILES / name).blocks]
    count = re.match(r"(\d+) blocks?: ", promised)
    assert count, promised
    assert len(blocks) == int(count[1])
    quotations = re.findall(r"“(.+?)”", promised)
    assert quotations
    for quoted in quotations:
        assert any(quoted.replace("&#124;", "|") in one for one in blocks), quoted

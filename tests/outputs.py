"""What goes out, read back: which records a file, feed or answer holds, whatever its format."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile, is_zipfile

import openpyxl
import pypdfium2

CODE = re.compile(r"/records/([LFAR]-[1-9][0-9]*)/")
# Bibliographies: how they name the sources that the records cite.
KEYS = {"bib": re.compile(r"^@\w+\{([^,]+),$", re.M), "ris": re.compile(r"^ID  - (\S+)", re.M)}
PRINTED = re.compile(r"\b[LFAR]-[1-9][0-9]*\b")
# Made in a tenth of a second or more each: tried with fewer queries.
SLOW = {"docx", "pdf", "xlsx"}


def text_in(body: bytes) -> str:
    """Return all the text of a body, also of one that is packed."""
    if is_zipfile(io.BytesIO(body)):
        with ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace")
                             for name in packed.namelist())  # fmt: skip
    if body.startswith(b"%PDF"):
        document = pypdfium2.PdfDocument(body)
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    return body.decode("utf-8", "replace")


def _csv(body: bytes) -> list[str]:
    return [row["code"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))]


def _json(body: bytes) -> list[str]:
    told = json.loads(body)
    return [row["code"] for row in (told["records"] if isinstance(told, dict) else told)]


def _jsonl(body: bytes) -> list[str]:
    rows = [json.loads(line) for line in body.decode().splitlines()]
    return [row["code"] for row in rows if "code" in row]


def _xlsx(body: bytes) -> list[str]:
    for sheet in openpyxl.load_workbook(io.BytesIO(body), read_only=True):
        rows = sheet.iter_rows(values_only=True)
        heads = [str(head).lower() for head in next(rows, ())]
        if "code" in heads:
            return [row[heads.index("code")] for row in rows if row[0]]
    raise AssertionError("no sheet has codes")


READERS: dict[str, Callable[[bytes], list[str]]] = {
    "csv": _csv, "json": _json, "jsonl": _jsonl, "xlsx": _xlsx,
}  # fmt: skip


def agrees(suffix: str, body: bytes, codes: list[str], sources: set[str]) -> bool:
    """Whether a file holds exactly these records, in their order where its format has one.

    A format whose rows cannot be told from what they link to must at least name them all; a
    bibliography holds exactly ``sources``, by the names in their addresses.
    """
    if suffix in READERS:
        return READERS[suffix](body) == codes
    text = text_in(body)
    if suffix in KEYS:
        return set(KEYS[suffix].findall(text.replace("\r\n", "\n"))) == sources
    named = PRINTED if suffix == "pdf" else CODE  # addresses are no text of a page
    return set(codes) <= set(named.findall(text))


def body_of(response: Any) -> bytes:
    """Return the body of an answer, also of one that is sent in pieces."""
    return b"".join(response) if response.streaming else response.content

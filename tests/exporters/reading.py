"""Exported files read back: which records, and which sources, are in them."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import bibtexparser
import docx
import openpyxl
import pypdfium2
import rispy

CODE = r"[LFAR]-\d+"


def of_csv(body: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def of_json(body: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(body)["records"]
    return found


def of_jsonl(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.decode().splitlines()]


def of_xlsx(body: bytes, sheet: int | str = 0) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(io.BytesIO(body))
    named = book.worksheets[sheet] if isinstance(sheet, int) else book[sheet]
    header, *rows = named.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


TABLES: dict[str, Callable[[bytes], list[dict[str, Any]]]] = {
    "csv": of_csv, "xlsx": of_xlsx, "json": of_json, "jsonl": of_jsonl,
}  # fmt: skip


def text_of_pdf(body: bytes) -> str:
    document = pypdfium2.PdfDocument(body)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def text_of_docx(body: bytes) -> str:
    return "\n".join(one.text for one in docx.Document(io.BytesIO(body)).paragraphs)


def text_of(body: bytes, suffix: str) -> str:
    """Return all that a file says, as far as words can be looked for in it."""
    if suffix == "pdf":
        return text_of_pdf(body)
    if suffix == "docx":
        return text_of_docx(body)
    if suffix == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(body))
        return str([list(sheet.iter_rows(values_only=True)) for sheet in book])
    return body.decode()


def codes(body: bytes, suffix: str) -> list[str]:
    """Return the codes of the records in a file, in its order."""
    if suffix in TABLES:
        return [row["code"] for row in TABLES[suffix](body)]
    if suffix == "jsonld":
        nodes = json.loads(body)["@graph"]
        return [node["identifier"] for node in nodes if "identifier" in node]
    pattern = {
        "md": rf"^\w+ \[({CODE})\]",
        "ttl": rf'^    schema:identifier "({CODE})"',
        "docx": rf"^[A-Z]+  ({CODE})$",
        "pdf": rf"^[A-Z]+ +({CODE})\s*$",
    }[suffix]
    return re.findall(pattern, text_of(body, suffix).replace("\r", ""), re.MULTILINE)


def sources(body: bytes, suffix: str) -> list[str]:
    """Return the names of the sources in a bibliography."""
    if suffix == "ris":
        return [one["id"] for one in rispy.loads(body.decode())]
    return [one.key for one in bibtexparser.parse_string(body.decode()).entries]

"""BibTeX, read back with bibtexparser."""

import re
from dataclasses import replace
from typing import Any

import bibtexparser
import pytest
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors

from lessons.exporters import to_bibtex
from tests.exporters import whole
from tests.exporters.sources import EMPTY, FULL, HOSTILE, SOURCES


def read(*sources: Any) -> list[dict[str, Any]]:
    text = whole(to_bibtex.write(sources)).decode()
    library = bibtexparser.parse_string(text, append_middleware=[SeparateCoAuthors()])
    assert not library.failed_blocks
    assert not library.comments
    return [
        {"type": one.entry_type, "key": one.key, **{f.key: f.value for f in one.fields}}
        for one in library.entries
    ]


def test_a_source_with_everything():
    (found,) = read(FULL)
    assert found == {
        "type": "techreport", "key": "un-1999-1257",
        "author": ["Carlsson, Ingvar", "Han, Sung-Joo", "{United Nations Secretariat}"],
        "title": "{Actions of the UN in Rwanda}", "subtitle": "{Inquiry}",
        "institution": "United Nations", "number": "S/1999/1257", "year": "1999", "month": "dec",
        "date": "1999-12-16", "isbn": "92-1-000000-1", "doi": "10.1000/xyz_1", "language": "en",
        "url": "https://docs.example/S/1999/1257?a=1&b=2", "note": "For Secretary-General. Annex.",
    }  # fmt: skip


def test_a_source_with_nothing_has_its_address():
    (found,) = read(EMPTY)
    assert found == {
        "type": "techreport", "key": "bare", "title": "{Bare}", "language": "en",
        "url": "https://x.example/reports/bare/",
    }  # fmt: skip


@pytest.mark.parametrize(("date", "fields"), [("1994", {"year": "1994"}),
                         ("1994-04", {"year": "1994", "month": "apr"})])  # fmt: skip
def test_a_date_is_as_precise_as_it_is_known(date, fields):
    (found,) = read(replace(FULL, date=date))
    assert {name: found[name] for name in ("year", "month", "date") if name in found} == fields


def test_what_tex_reads_as_its_own_is_read_back_as_it_was():
    (found,) = read(HOSTILE)
    text = whole(to_bibtex.write([HOSTILE])).decode()
    decoded = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    title = decoded.entries[0].fields_dict["title"].value
    assert " ".join(title.replace("ˆ", "^").split()) == " ".join(HOSTILE.title.split())
    assert found["author"] == ["O'Hara, Bob \\{x\\}", "{Peace and Security Council}", "{AND, And}"]
    assert (found["year"], found["month"]) == ("1994", "apr")
    assert found["doi"] == "10.1/%7Ba%7Db"
    assert found["url"] == "https://x.example/a_b%20c?q=%7Bz%7D"
    assert found["note"].endswith("a b")
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", text)


def test_each_source_is_one_entry():
    assert [one["key"] for one in read(*SOURCES)] == ["bare", "un-1999-1257", "hostile"]
    assert whole(to_bibtex.write([])) == b""

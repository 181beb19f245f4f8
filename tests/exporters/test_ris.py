"""RIS, read back with rispy."""

from dataclasses import replace
from typing import Any

import pytest
import rispy

from lessons.exporters import to_ris
from tests.exporters import whole
from tests.exporters.sources import EMPTY, FULL, HOSTILE, SOURCES


def read(*sources: Any) -> list[dict[str, Any]]:
    return rispy.loads(whole(to_ris.write(sources)).decode())


def test_a_source_with_everything():
    (found,) = read(FULL)
    assert found["type_of_reference"] == "RPRT"
    assert found["authors"] == list(FULL.authors)
    assert found["title"] == "Actions of the UN in Rwanda: Inquiry"
    assert (found["year"], found["date"]) == ("1999", "1999/12/16")
    assert found["publisher"] == "United Nations"
    assert found["doi"] == FULL.doi
    assert found["urls"] == [FULL.url]
    assert found["issn"] == FULL.isbn
    assert found["id"] == FULL.key
    assert found["notes"] == ["Annex."]


def test_a_source_with_nothing_has_its_address():
    assert read(EMPTY) == [
        {"type_of_reference": "RPRT", "title": "Bare", "language": "en", "id": "bare",
         "urls": ["https://x.example/reports/bare/"]}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("date", "found"), [("", (None, None)), ("1994", ("1994", None)),
                        ("1994-04", ("1994", "1994/04/"))]
)  # fmt: skip
def test_a_date_is_as_precise_as_it_is_known(date, found):
    (one,) = read(replace(FULL, date=date))
    assert (one.get("year"), one.get("date")) == found


def test_no_value_begins_another_field_or_reference():
    (found,) = read(HOSTILE)
    assert found["title"] == " ".join(f"{HOSTILE.title}: {HOSTILE.subtitle}".split())
    assert found["publisher"] == "P, Q & R"
    assert found["notes"] == ["a b"]
    assert found["authors"] == list(HOSTILE.authors)


@pytest.mark.parametrize("end", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_line_end_however_rare_ends_a_value(end):
    (found,) = read(replace(FULL, note=f"one{end}TY  - BOOK"))
    assert found["notes"] == ["one TY - BOOK"]


def test_each_source_is_one_reference():
    assert [one["id"] for one in read(*SOURCES)] == ["bare", "un-1999-1257", "hostile"]
    assert whole(to_ris.write([])) == b""

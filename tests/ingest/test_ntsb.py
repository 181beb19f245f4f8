"""Accident reports as PDF, as an authority prints them: forms, findings, boilerplate."""

from functools import cache

import pytest

from lessons.evidence import PassageText
from lessons.ingest.document import Document
from lessons.ingest.reading import read_here
from lessons.ingest.sections import passages

from .conftest import SHARED

FILES = SHARED / "ntsb-pdf"
NAMES = ("20080102X00002", "20080109X00035", "20080116X00061", "20080117X00064")
CAUSE = "The National Transportation Safety Board determines the probable cause(s) of this accident"
SENTENCES = {
    "20080102X00002": (
        "The French investigators reported that the airplane collided with the ground in "
        '"bad weather conditions."',
    ),
    "20080109X00035": (
        "On his third landing of the day, the pilot of an amateur built Vans RV-8 touched down, in "
        "a tail low attitude, near the displaced runway threshold.",
        "The airplane continued the left turn, in an approximate 30-degree bank, and began to "
        "descend toward a low wetland adjacent to the runway.",
        "1. (C) DIRECTIONAL CONTROL - NOT MAINTAINED - PILOT IN COMMAND",
    ),
    "20080116X00061": ("2. TERRAIN CONDITION - HIGH VEGETATION",),
    "20080117X00064": (
        "The flight crew did not report any pre-impact mechanical malfunctions with the airplane.",
    ),
}
pytestmark = pytest.mark.skipif(not FILES.exists(), reason="the accident reports are not here")


@cache
def report(name: str) -> Document:
    return read_here(FILES / f"{name}.pdf", f"{name}.pdf")


def under(name: str, heading: str) -> list[PassageText]:
    return [one for one in passages(report(name)) if heading in one.section_path]


@pytest.mark.parametrize("name", NAMES)
def test_sentences_are_found_as_they_are_printed(name: str) -> None:
    text = "\n".join(one.text for one in report(name).blocks)
    for sentence in SENTENCES[name]:
        assert sentence in text


@pytest.mark.parametrize("name", NAMES)
def test_headers_are_gone_and_pages_are_those_printed(name: str) -> None:
    document = report(name)
    assert not [one.text for one in document.blocks if one.text.startswith("Page ")]
    assert {one.page for one in document.blocks} == set(range(1, (document.page_count or 0) + 1))
    assert {one.page_label for one in document.blocks} == {""}  # the same as the number in the file


@pytest.mark.parametrize("name", ["20080109X00035", "20080116X00061"])
def test_findings_and_probable_cause_are_sections(name: str) -> None:
    assert any(CAUSE in one.text for one in under(name, "Probable Cause and Findings"))
    assert any("DIRECTIONAL CONTROL" in one.text for one in under(name, "Findings"))
    assert any("landing" in one.text or "taking off" in one.text for one in under(name, "Analysis"))


@pytest.mark.parametrize("name", NAMES)
def test_forms_are_read_row_by_row(name: str) -> None:
    (row,) = [one.text for one in report(name).blocks if one.text.startswith("Location: ")]
    assert row.count(" | ") == 3
    assert "Accident Number: | " in row
    sections = {one.section_path[-1] for one in passages(report(name)) if one.section_path}
    assert {"Pilot Information", "Wreckage and Impact Information"} <= sections

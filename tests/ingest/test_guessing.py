"""What is guessed of a document, for a person to confirm."""

import pytest

from lessons.ingest.document import Block, BlockKind, Metadata
from lessons.ingest.guessing import completed, day, isbn, language, names


def guessed(*texts: str, **said: str) -> Metadata:
    return completed(Metadata(**said), [Block(text) for text in texts])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "title",
    ["Microsoft Word - final2.doc", "untitled", "report.pdf", "10811.exe", "  ", "Document1"],
)
def test_titles_that_say_nothing_are_dropped_for_the_highest_heading(title: str) -> None:
    blocks = [
        Block("Preface", BlockKind.HEADING, 2),
        Block("Lessons of", BlockKind.HEADING, 1),
        Block("a mission", BlockKind.HEADING, 1),
        Block("Text."),
        Block("Other", BlockKind.HEADING, 1),
    ]
    assert completed(Metadata(title=title), blocks).title == "Lessons of a mission"


def test_a_title_that_says_something_stays() -> None:
    assert guessed("x", title="The Word of Microsoft").title == "The Word of Microsoft"


@pytest.mark.parametrize(
    ("said", "people"),
    [
        (["Ann Other, Jo Bloggs"], ["Ann Other", "Jo Bloggs"]),
        (["Short, Tom"], ["Short, Tom"]),
        (["Ann Other; Jo Bloggs", "Al"], ["Ann Other", "Jo Bloggs", "Al"]),
        (["Ann Other and Jo Bloggs"], ["Ann Other", "Jo Bloggs"]),
        (["User", "", "python-docx"], []),
    ],
)
def test_people_are_told_apart(said: list[str], people: list[str]) -> None:
    assert names(said) == people


def test_identifiers_are_found_on_the_first_pages() -> None:
    said = guessed(
        "United Nations A/55/305–S/2000/809",
        "ISBN 978-92-1-100000-8, or ISBN: 0-306-40615-2",
        "https://doi.org/10.1000/xyz123.",
    )
    assert (said.symbol, said.isbn, said.doi) == ("A/55/305", "0-306-40615-2", "10.1000/xyz123")


def test_a_footnote_s_symbol_is_another_document_s() -> None:
    blocks = [Block("See S/1999/1257.", BlockKind.FOOTNOTE), Block("Text.")]
    assert completed(Metadata(), blocks).symbol == ""


@pytest.mark.parametrize(
    ("text", "issued"),
    [
        ("17 August 2000", "2000-08-17"),
        ("New York, August 17, 2000", "2000-08-17"),
        ("1er août 2000", "2000-08-01"),
        ("March 1994", "1994-03"),
        ("Mission of 1994", ""),
        ("On 17 August 2000 " + "a long sentence tells of what happened " * 3, ""),
    ],
)
def test_the_date_printed_on_the_front_is_taken(text: str, issued: str) -> None:
    assert guessed(text).issued == issued


@pytest.mark.parametrize(
    ("text", "iso"),
    [("2001", "2001"), ("2001-05", "2001-05"), ("2001-05-17T10:00:00Z", "2001-05-17"),
     ("2001/05/17", "2001-05-17"), ("17/05/2001", ""), ("20010", ""), ("", "")],
)  # fmt: skip
def test_dates_are_as_precise_as_they_are_said(text: str, iso: str) -> None:
    assert day(text) == iso


def test_an_isbn_s_check_digit_must_be_right() -> None:
    assert isbn("978-0-306-40615-7") == "978-0-306-40615-7"
    assert isbn("978-0-306-40615-8") == ""


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("the lessons of the mission and the failures that were found in it " * 5, "en"),
        ("les leçons de la mission et les échecs qui sont dans le rapport " * 5, "fr"),
        ("the lessons", ""),
    ],
)
def test_the_language_is_that_of_the_small_words(text: str, tag: str) -> None:
    assert language([text]) == tag

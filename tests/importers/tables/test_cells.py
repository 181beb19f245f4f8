"""What cells say: text, years, dates, names."""

import pytest

from lessons.importers.tables import cells
from lessons.importers.tables.cells import CellError


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("a<br>b", "a\nb"),
        ("<b>x</b> &amp; y&nbsp;z", "x & y z"),
        ("<style>p{}</style><script>alert(1)</script>left", "left"),
        ("<ol><li>a<li>b</ol>", "• a\n• b"),
        ("<p>never closed", "never closed"),
    ],
)
def test_html_becomes_its_words(cell: str, words: str) -> None:
    assert cells.has_markup(cell)
    assert cells.without_markup(cell) == words


@pytest.mark.parametrize("text", ["a < b and c > d", "R&D", "x <y> z", "AT&T; more", "1 <2"])
def test_a_text_with_signs_is_no_html(text: str) -> None:
    assert not cells.has_markup(text)


@pytest.mark.parametrize(
    ("cell", "order", "found"),
    [
        ("1994", "", ("1994-01-01", "year")),
        ("1994-03", "", ("1994-03-01", "month")),
        ("1994-03-09T10:00", "", ("1994-03-09", "day")),
        ("31/12/2004 00:00", "", ("2004-12-31", "day")),
        ("12/31/2004", "", ("2004-12-31", "day")),
        ("3.4.2005", "dmy", ("2005-04-03", "day")),
        ("3/4/2005", "mdy", ("2005-03-04", "day")),
        ("04/04/2005", "", ("2005-04-04", "day")),
    ],
)
def test_dates_are_read(cell: str, order: str, found: tuple[str, str]) -> None:
    assert cells.date(cell, order) == found


@pytest.mark.parametrize("cell", ["", "soon", "3/4/2005", "2004-02-30", "99/99/2004", "20041231"])
def test_what_is_no_date_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        cells.date(cell, "")


@pytest.mark.parametrize(
    ("cell", "found"), [("1994", 1994), ("1994.0", 1994), ("2004-12-31", 2004)]
)
def test_years_are_read(cell: str, found: int) -> None:
    assert cells.year(cell, "") == found


@pytest.mark.parametrize("cell", ["94", "9999", "0000", "MCMXCIV"])
def test_what_is_no_year_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        cells.year(cell, "")


@pytest.mark.parametrize("cell", ["good_practice", "Good practice", "bonne pratique"])
def test_a_choice_goes_by_value_and_label_in_both_languages(cell: str) -> None:
    assert cells.choice("polarity", cell) == "good_practice"


def test_names_are_the_same_whatever_their_accents_and_case() -> None:
    assert cells.folded("Côte d’Ivoire") == cells.folded("COTE D'IVOIRE")
    assert cells.parts("a; b ;a;;\nc", ";") == ["a", "b", "c"]


def test_what_cannot_be_kept_or_seen_is_taken_out() -> None:
    assert cells.tidy(" a\x00b\r\nc\xa0 d \n\n\n\ne") == "ab\nc d\n\ne"

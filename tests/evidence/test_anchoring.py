"""Anchors: a quotation becomes a place in a passage, or is refused in words."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lessons.evidence import Anchor, anchor
from lessons.folding import Folded
from tests.evidence import refusal


def test_a_quotation_is_found_with_the_words_around_it():
    text = "one two three four five six seven eight nine ten eleven twelve"
    found = anchor(text, "six seven")
    assert found == Anchor(
        exact="six seven",
        prefix=text[: text.index("six")],
        suffix=" eight nine ten eleven twelve",
        start=24,
        end=33,
    )


def test_no_more_than_32_characters_of_context_are_kept():
    found = anchor(f"{'a' * 50} here {'b' * 50}", "here")
    assert (found.prefix, found.suffix) == (f"{'a' * 31} ", f" {'b' * 31}")


@pytest.mark.parametrize(
    ("text", "quotation"),
    [
        ("It was\nnot seen.", "was not seen"),
        ("It was not seen.", "was\r\n  not\tseen"),
        ("It was\u00a0not seen.", "was not seen"),
        ("It was not seen.", "  was not seen  "),
        ("the mission's force", "mission’s force"),
        ("the mission’s force", "mission's force"),
        ("the ‘safe’ areas", "'safe' areas"),
        ("the “safe” areas", '"safe" areas'),
        ('the "safe" areas', "“safe” areas"),
        ("in 1990–1994 there", "1990-1994"),
        ("in 1990-1994 there", "1990–1994"),
        ("a peace‑keeping force", "peace-keeping"),
        ("a peace‐keeping force", "peace–keeping"),
    ],
)
def test_line_breaks_quotation_marks_and_dashes_may_differ(text, quotation):
    found = anchor(text, quotation)
    assert text[found.start : found.end] == found.exact
    assert len(found.exact.split()) == len(quotation.split())


def test_a_hyphen_copied_from_a_typeset_page_is_a_hyphen():
    for hyphen in ("\u2010", "\u2011"):
        assert anchor("a peace-keeping force", f"peace{hyphen}keeping").exact == "peace-keeping"


@pytest.mark.parametrize("quotation", ["", "   ", "\n\t", "\u00a0"])
def test_a_quotation_without_a_word_is_refused(quotation):
    assert refusal(anchor, "Some text.", quotation).code == "empty"


@pytest.mark.parametrize(
    "quotation", ["Was seen", "was  seen!", "is seen", ".*", "w.s", "(was)", "[was]"]
)
def test_what_does_not_stand_there_is_refused_in_words(quotation):
    error = refusal(anchor, "It was seen.", quotation)
    assert error.code == "not_found"
    assert quotation in error.messages[0]


@pytest.mark.parametrize(
    ("text", "quotation", "count"),
    [
        ("a force, a force", "a force", 2),
        ("so, so, so", "so", 3),
        ("the “end”, the 'end', the \"end\"", '"end"', 2),
        ("was\nseen, was seen", "was seen", 2),
    ],
)
def test_what_stands_there_twice_is_ambiguous(text, quotation, count):
    error = refusal(anchor, text, quotation)
    assert error.code == "ambiguous"
    assert f"{count} times" in error.messages[0]


def test_occurrences_that_overlap_are_ambiguous_too():
    assert refusal(anchor, "never again never again never", "never again never").code == "ambiguous"


WORDS = st.text(
    st.one_of(
        st.sampled_from("ab.'’\"“”-–()[]*\\"),
        st.sampled_from("é\u0301\u200d\U0001f600\U0001f3fd𝔘ßİ\ufe0f"),
        st.characters(exclude_categories=("Cs", "Zs", "Zl", "Zp", "Cc")),
    ),
    min_size=1,
    max_size=6,
)
SPACES = st.sampled_from([" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u2003", " \n "])


@st.composite
def passages(draw: st.DrawFn) -> str:
    words = draw(st.lists(WORDS, min_size=1, max_size=10))
    return "".join(word + draw(SPACES) for word in words)


@given(st.data(), passages())
def test_any_words_that_are_selected_are_found_where_they_stand(data, text):
    start = data.draw(st.integers(0, len(text) - 1))
    span = text[start : data.draw(st.integers(start + 1, len(text)))]
    ink = Folded(span).ink
    assume(ink)
    try:
        found = anchor(text, span, start=start)
    except ValidationError as error:
        # A character cut in two, at one end or the other.
        assert error.code in {"not_found", "not_there"}  # noqa: PT017
        return
    assert text[found.start : found.end] == found.exact
    assert start <= found.start < found.end <= start + len(span)
    assert Folded(found.exact).ink == ink
    assert f"{found.prefix}{found.exact}{found.suffix}" in text


@given(passages(), passages())
@example("a  b", "a b")
@example("it’s", "it's")
def test_whatever_is_found_reads_as_what_was_quoted(text, quotation):
    try:
        found = anchor(text, quotation)
    except ValidationError as error:
        assert error.code in {"not_found", "ambiguous", "empty"}  # noqa: PT017
    else:
        assert text[found.start : found.end] == found.exact
        assert Folded(found.exact).ink == Folded(quotation).ink


def test_words_as_they_stand_are_preferred_to_stray_spaces_and_parts_of_words():
    assert anchor("gov ernment, government", "government").start == 13
    assert anchor("gov ernment, government", "gov ernment").start == 0
    assert anchor("a party of art", "art").start == 11


@pytest.mark.parametrize(("start", "exact"), [(0, "was\nseen"), (9, "was seen"), (10, "was seen")])
def test_where_a_selection_begins_says_which_of_several_is_meant(start, exact):
    found = anchor("was\nseen, was seen", "was seen", start=start)
    assert found.exact == exact


@pytest.mark.parametrize("start", [1, 11, 99, -1])
def test_a_selection_that_does_not_begin_with_the_words_is_refused(start):
    assert refusal(anchor, "was\nseen, was seen", "was seen", start=start).code == "not_there"


def test_a_selection_within_words_is_taken_as_it_is():
    assert anchor("a party of art", "art", start=3).start == 3

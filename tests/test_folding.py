"""Folding: what counts as the same words, and where they stand."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lessons.folding import Folded, Texts, occurrences
from tests.evidence.oracle import in_word, same, stands_at

# A page's way and a quotation's way to write the same; each must find the other.
ALIKE = {
    "a soft hyphen": ("hu\u00admanitarian aid", "humanitarian aid"),
    "a zero-width space": ("hu\u200bmanitarian aid", "humanitarian aid"),
    "a word joiner and a byte order mark": ("\ufeffhumani\u2060tarian aid", "humanitarian aid"),
    "a ligature": ("the ﬁrst oﬃce", "the first office"),
    "œ and æ": ("une manœuvre, Cæsar", "une manoeuvre, Caesar"),
    "compatible characters": ("№ ５, m² and ½…", "No 5, m2 and 1/2..."),
    "accents apart": ("re\u0301fugie\u0301s", "réfugiés"),
    "accents in another order": ("a\u0323\u0307", "a\u0307\u0323"),
    "a line break": ("was\nnot seen", "was not seen"),
    "a line end of another system": ("was\r\n  not\tseen", "was not seen"),
    "a hyphen at the end of a line": ("hu-\nmanitarian", "humanitarian"),
    "a hyphen at the end of a line that is a space now": ("hu- manitarian", "humanitarian"),
    "a hyphen at the end of a line that belongs there": ("peace-\nkeeping", "peace-keeping"),
    "a soft hyphen that belongs there": ("peace\u00adkeeping", "peace-keeping"),
    "what PDF readers give for a hyphen": (
        "hu\ufffe\nmanitarian hu\x02\nman",
        "humanitarian human",
    ),
    "a no-break space": ("in\u00a01994", "in 1994"),
    "a thin and a narrow no-break space": ("10\u2009000\u202fkm", "10 000 km"),
    "runs of spaces": ("was   not  seen", "was not seen"),
    "stray spaces in words": ("the gov ernment fe ll", "the government fell"),
    "spaces that are not there": ("thegovernment fell", "the government fell"),
    "apostrophes": ("the mission’s", "the mission's"),
    "quotation marks": ("the “safe” ‘area’", "the \"safe\" 'area'"),
    "guillemets": ("les « zones sûres »", 'les "zones sûres"'),
    "dashes": ("1990–1994 — a war", "1990-1994 - a war"),
    "a dash typed as two": ("a war—lost", "a war--lost"),
    "minus": ("−5 °C", "-5 °C"),
}


@pytest.mark.parametrize("name", ALIKE)
@pytest.mark.parametrize("turned", [False, True], ids=["as read", "the reverse"])
def test_what_reads_the_same_is_found_as_the_text_has_it(name: str, turned: bool) -> None:
    text, quotation = reversed(ALIKE[name]) if turned else ALIKE[name]
    whole = f"Before this. {text} And after."
    (found,) = occurrences(whole, quotation)
    assert whole[found.start : found.end] == text.lstrip("\ufeff")


DIFFERENT = {
    "case": ("the Government", "the government"),
    "a letter": ("was told", "was tolt"),
    "an accent": ("pêche", "peche"),
    "a hyphen within a line": ("re-sign", "resign"),
    "a dash between words": ("was – not", "was not"),
    "a minus sign": ("at 5 °C", "at -5 °C"),
    "a hyphen between numbers at a line's end": ("1990-\n1994", "19901994"),
    "half a ligature": ("oﬃce", "ice"),
    "half a letter": ("e\u0301te\u0301", "e"),
    "half a fraction": ("½", "2"),
    "words that are parts of others, run together": ("was Isabel", "is a"),
    "a full stop": ("seen. Nobody", "seen Nobody"),
    "a pattern": ("It was seen.", "w.s"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_reads_differently_is_not_found(name: str) -> None:
    text, quotation = DIFFERENT[name]
    assert occurrences(text, quotation) == []


@pytest.mark.parametrize("empty", ["", "  ", "\u00ad", "—", "\n-\n"])
def test_without_a_letter_nothing_is_found(empty: str) -> None:
    assert occurrences("A text - with a dash.", empty) == []
    assert occurrences(empty, "word") == []


def test_a_word_is_told_from_a_part_of_one() -> None:
    found = occurrences("a party of art", "art")
    assert [(one.opens, one.closes) for one in found] == [(False, False), (True, True)]


def test_stray_spaces_are_told_from_words_as_they_stand() -> None:
    found = occurrences("the gov ernment, a government", "government")
    assert [one.spaced for one in found] == [False, True]


def test_a_dash_at_either_end_belongs_to_the_quotation() -> None:
    text = "he left — alone — and"
    (found,) = occurrences(text, "– alone –")
    assert text[found.start : found.end] == "— alone —"


def test_in_several_texts_what_stands_across_two_is_seen_but_not_whole() -> None:
    texts = Texts(["It was not", "seen.", "", "It was not seen."])
    places = list(texts.find(Folded("not seen")))
    assert [(place.number, place.found is None) for place in places] == [(0, True), (3, False)]
    (dashed,) = Texts(["re-sign"]).find(Folded("resign"))
    assert dashed.found is None
    assert texts.around(places[1].at, 7, 5) == ("Itwas", ".")
    assert texts.once("Itwasnotseen.It")
    assert not texts.once("Itwas")
    assert not texts.once("nowhere")


PIECES = st.sampled_from(
    ["a", "b", "ab", "A", "fi", "ﬁ", "é", "e\u0301", "\u0301", "œ", "oe", " ", "  ", "\n", "\u00a0",
     "-", "-\n", "- ", "\u00ad", "\u00ad\n", "\u200b", "–", "'", "’", ".", "1"]
)  # fmt: skip


@settings(deadline=None)  # the oracle is slow
@given(st.lists(PIECES, max_size=14).map("".join), st.data())
def test_the_slow_and_obvious_way_finds_the_same_places(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    own = text[start : data.draw(st.integers(start, len(text)))]
    quotation = data.draw(st.one_of(st.just(own), st.lists(PIECES, max_size=4).map("".join)))
    found = {(one.start, one.end): one for one in occurrences(text, quotation)}
    expected = {
        (start, end)
        for start, end in stands_at(text, quotation)
        if same(text[start:end], quotation, with_spaces=True)
        or not (in_word(text, start) or in_word(text, end))
    }
    words = quotation.strip(" \n\u00a0\u00ad\u200b")
    assume(Folded(words).ink and words[0] not in "-–" and words[-1] not in "-–")
    assert set(found) == expected


@given(st.text(max_size=60))
def test_each_letter_of_the_ink_stands_in_the_text(text: str) -> None:
    folded = Folded(text)
    assert len(folded.ink) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    for start, end in zip(folded.starts, folded.ends, strict=True):
        assert 0 <= start < end <= len(text)


@given(st.text(min_size=1, max_size=60), st.data())
def test_a_text_finds_itself(text: str, data: st.DataObject) -> None:
    folded = Folded(text)
    if folded.ink:
        places = [(one.start, one.end) for one in occurrences(f"{text}", text)]
        assert len(places) == 1

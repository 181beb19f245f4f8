"""How a search is read."""

import unicodedata

import pytest

from lessons.search.words import MAX_PHRASES, MAX_WORDS, Piece, Words, read


def said(words: Words) -> list[list[str]]:
    """Return the groups of ``words``, phrases in quotation marks."""
    return [[f'"{p.text}"' if p.phrase else p.text for p in group] for group in words.groups]


def excluded(words: Words) -> list[str]:
    return [piece.text for piece in words.excluded]


READ = {
    "early warning": [["early"], ["warning"]],
    '"early warning" Rwanda': [['"early warning"'], ["Rwanda"]],
    "“early warning”": [['"early warning"']],
    "« alerte précoce » mission": [['"alerte précoce"'], ["mission"]],
    "„frühe Warnung“": [['"frühe Warnung"']],
    "‘early warning’ ignored": [['"early warning"'], ["ignored"]],
    "l'ONU d’Afrique": [["ONU"], ["Afrique"]],
    "qu'intervenir": [["intervenir"]],
    "Rwanda's Project’s": [["Rwanda"], ["Project"]],
    "Côte d'Ivoire": [["Côte"], ["Ivoire"]],
    "on-the-ground O'Brien": [["on-the-ground"], ["O'Brien"]],
    "U.N. U.S.A.": [["UN"], ["USA"]],
    "genocide.": [["genocide"]],
    "Technology/Management (GSE); heat,cold": [
        ["Technology"], ["Management"], ["GSE"], ["heat"], ["cold"],
    ],
    "1,000 10:30 3.5": [["1,000"], ["10:30"], ["3.5"]],
    "1994-1995": [["1994-1995"]],
    "UN or NATO": [["UN", "NATO"]],
    "ONU ou OTAN ou UA": [["ONU", "OTAN", "UA"]],
    "alarm | alert": [["alarm", "alert"]],
    '"early warning" OR alarm': [['"early warning"', "alarm"]],
    "or alarm": [["alarm"]],
    "alarm or": [["alarm"]],
    "alarm or or alert": [["alarm", "alert"]],
    "alarm or -alert mission": [["alarm"], ["mission"]],
    "où": [["où"]],
    "alarm alarm": [["alarm"]],
    "what have we learned about early warning?": [["learned"], ["early"], ["warning"]],
    "qu'est-ce que nous avons appris sur l'alerte ?": [["appris"], ["alerte"]],
    "we don't intervene": [["intervene"]],
    "the WHO in Rwanda": [["WHO"], ["Rwanda"]],
    "the US": [["US"]],
    '"the will to act" and': [['"the will to act"']],
    "to be or not to be": [["to"], ["be", "not"], ["be"]],
    "L-12": [["L-12"]],
    '"': [],
    '""': [],
    "- -- ! & ( :*": [],
    "inter\u00advention zero\u200bwidth": [["intervention"], ["zerowidth"]],
}  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_a_search_is_read_as_people_mean_it(text):
    assert said(read(text)) == READ[text]


def test_a_minus_before_a_word_or_phrase_excludes_it():
    words = read('alarm -media -"New York" - list on-off')
    assert said(words) == [["alarm"], ["list"], ["on-off"]]
    assert excluded(words) == ["media", "New York"]


def test_a_search_may_only_exclude():
    words = read("-media")
    assert words
    assert (words.groups, excluded(words)) == ((), ["media"])


def test_what_is_excluded_is_so_even_if_every_text_holds_it():
    assert excluded(read("alarm -the")) == ["the"]


def test_letters_typed_apart_from_their_accents_are_put_together():
    assert said(read(unicodedata.normalize("NFD", "déni élargi"))) == [["déni"], ["élargi"]]


def test_only_the_last_word_may_be_unfinished():
    assert read("early warn").groups[-1] == (Piece("warn", typing=True),)
    assert read("early warn").groups[0] == (Piece("early"),)
    for finished in ("warning.", "alarm OTAN", "e"):
        assert not read(finished).groups[-1][0].typing, finished


def test_a_phrase_whose_end_is_not_typed_yet_may_be_unfinished():
    assert read('"early warn').groups == ((Piece("early warn", phrase=True, typing=True),),)


def test_a_pasted_page_is_searched_by_its_first_words():
    page = " ".join(f"word{number}" for number in range(5 * MAX_WORDS))
    assert len(read(page).groups) == MAX_WORDS
    assert len(read(page.replace("word", "-word")).excluded) == MAX_WORDS


def test_phrases_beyond_a_dozen_are_read_as_their_words():
    phrases = [f"alarm{number} heeded{number}" for number in range(MAX_PHRASES + 1)]
    text = " ".join(f'"{phrase}"' for phrase in phrases)
    groups = said(read(text))
    assert groups[:MAX_PHRASES] == [[f'"{phrase}"'] for phrase in phrases[:-1]]
    assert groups[MAX_PHRASES:] == [[word] for word in phrases[-1].split()]


def test_phrases_beyond_a_dozen_do_not_exclude_their_words():
    text = " ".join(f'-"alarm heeded{number}"' for number in range(MAX_PHRASES + 5))
    assert excluded(read(f"{text} -war")) == [
        *(f"alarm heeded{number}" for number in range(MAX_PHRASES)), "war",
    ]  # fmt: skip

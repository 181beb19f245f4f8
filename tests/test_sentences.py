"""Sentences: where they end, and where a full stop ends none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.sentences import sentences


def cut(text: str) -> list[str]:
    return [one.text for one in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("The U.N. force was cut.", ["The U.N. force was cut."]),
        ("Gen. Dallaire asked. “No,” he read.", ["Gen. Dallaire asked.", "“No,” he read."]),
        ("It failed (see p. 12). Nobody acted.", ["It failed (see p. 12).", "Nobody acted."]),
        ("“It was late.” The rest is known.", ["“It was late.”", "The rest is known."]),
        ("In 1994, e.g. in Kigali, it rained.", ["In 1994, e.g. in Kigali, it rained."]),
        ("Élus en mai. À Kigali, rien.", ["Élus en mai.", "À Kigali, rien."]),
        ("A heading\n\nand what follows", ["A heading", "and what follows"]),
        (
            "He read art. 3 of it. It is the state of the art. They left.",
            ["He read art. 3 of it.", "It is the state of the art.", "They left."],
        ),
        (
            "The U.S. Army spent 2.5 million. Nobody knew.",
            ["The U.S. Army spent 2.5 million.", "Nobody knew."],
        ),
        ("3. The mission left. It failed.", ["3. The mission left.", "It failed."]),
        (
            "« Trop tard. » Nul n’a agi, dit M. Dupont.",
            ["« Trop tard. »", "Nul n’a agi, dit M. Dupont."],
        ),
        ("Il partit. « Non », dit-il.", ["Il partit.", "« Non », dit-il."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_passage_is_cut_where_its_sentences_end(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(st.text(alphabet="aA. \n!?”\U0001f600é0", max_size=60))
def test_sentences_stand_where_they_say_and_leave_out_nothing_but_spaces(text: str) -> None:
    found = sentences(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.text and one.text == one.text.strip() for one in found)
    assert "".join("".join(one.text for one in found).split()) == "".join(text.split())

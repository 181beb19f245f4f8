"""How two wordings differ, word by word."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.wording import differences

TEXT = st.text(alphabet="ab. \n’é", max_size=30)


def told(old: str, new: str) -> str:
    marks = {"same": "{}", "added": "+{}+", "removed": "-{}-"}
    return "".join(marks[piece.change].format(piece.text) for piece in differences(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("The force was cut.", "The force was cut.", "The force was cut."),
        ("The force was cut.", "The force was not cut.", "The force was +not +cut."),
        ("The force was cut, instead.", "The force was cut.", "The force was cut-, instead-."),
        ("It came late.", "It came never.", "It came -late-+never+."),
        ("", "New.", "+New.+"),
        ("Gone.", "", "-Gone.-"),
        ("", "", ""),
        ("Alerte donnée", "Alerte reçue", "Alerte -donnée-+reçue+"),
    ],
)
def test_whole_words_are_marked(old: str, new: str, expected: str) -> None:
    assert told(old, new) == expected


@given(TEXT, TEXT)
def test_both_texts_can_be_read_from_the_pieces(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.change != "added") == old
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == new
    changes = [piece.change for piece in pieces]
    assert all(one != other for one, other in pairwise(changes))

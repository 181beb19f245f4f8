"""How one wording became another."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.wording import Piece, abridged, differences

WORDS = st.lists(st.sampled_from(["the", "force", " ", "\n", ",", "été", "d’ici", "1994"])).map(
    "".join
)


@given(WORDS, WORDS)
def test_the_pieces_join_to_either_wording(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.change != "added") == old
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == new
    assert all(piece.text for piece in pieces)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_compared(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.change != "added") == old
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == new


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("Same.", "Same.", [("Same.", "same")]),
        ("", "", []),
        ("", "New", [("New", "added")]),
        ("Old", "", [("Old", "removed")]),
        (
            "A clear mandate must come first.",
            "A clear, funded mandate comes first.",
            [
                ("A clear", "same"),
                (", funded", "added"),
                (" mandate ", "same"),
                ("must come", "removed"),
                ("comes", "added"),
                (" first.", "same"),
            ],
        ),
        (
            "l’été dernier",
            "l’hiver dernier",
            [("l’été", "removed"), ("l’hiver", "added"), (" dernier", "same")],
        ),
    ],
)
def test_what_changed_is_told_by_whole_words(old, new, pieces):
    assert differences(old, new) == [Piece(*piece) for piece in pieces]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            " ".join(f"w{n}" for n in range(1_700)),
            " ".join(f"w{n * 7 % 1_700}" for n in range(1700)),
        ),
        ("so it goes " * 1_000, "it goes so " * 1_000),
        ("x " * 500_000, "y " * 500_000),
        ("a" * 1_000_000, "b" * 1_000_000),
    ],
    ids=["10 kB reordered", "10 kB repeating", "a megabyte", "one endless word"],
)
def test_long_texts_are_compared_in_bounded_time(old: str, new: str) -> None:
    start = time.process_time()
    pieces = differences(old, new)
    assert time.process_time() - start < 2
    assert "".join(piece.text for piece in pieces if piece.change != "added") == old


def test_long_stretches_that_stayed_are_cut_beside_what_changed():
    same = " ".join(f"word{number}" for number in range(100))
    pieces = [Piece(same, "same"), Piece("old", "removed"), Piece(same, "same")]
    first, change, last = abridged(pieces, 20)
    assert (first.text, change, last.text) == (
        " … word98 word99",
        pieces[1],
        "word0 word1 word2 … ",
    )
    assert abridged(pieces[:1]) == pieces[:1]


@given(WORDS, WORDS)
def test_abridging_keeps_every_change(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert [p for p in abridged(pieces, 5) if p.change != "same"] == [
        p for p in pieces if p.change != "same"
    ]

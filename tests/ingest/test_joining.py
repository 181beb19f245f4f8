"""Words that line ends have split are joined as the document writes them elsewhere."""

import pytest

from lessons.ingest.joining import joined, words_of


@pytest.mark.parametrize(
    ("lines", "elsewhere", "text"),
    [
        (["accom-", "plish"], "", "accomplish"),
        (["accom\u2010", "plish"], "", "accomplish"),
        (["accom\u00ad", "plish"], "", "accomplish"),
        (["well-", "known"], "a well-known thing", "well-known"),
        (["well-", "known"], "a wellknown thing", "wellknown"),
        (["early-", "warning"], "early warning comes with early warning", "early-warning"),
        (["Anglo-", "French"], "", "Anglo-French"),
        (["2010-", "2012"], "", "2010-2012"),
        (["one", "two"], "", "one two"),
        (["one -", "two"], "", "one - two"),
        (["state-of-", "the-art"], "a state-of-the-art thing", "state-of-the-art"),
        (["l’établis-", "sement"], "", "l’établissement"),
        (["", "one", ""], "", "one"),
    ],
)
def test_lines_become_running_text(lines: list[str], elsewhere: str, text: str) -> None:
    assert joined(lines, words_of([elsewhere, *lines])) == text


def test_halves_of_words_are_no_words_of_the_document() -> None:
    assert words_of(["it is insuffi-", "cient but enough"]) == {
        "it": 1, "is": 1, "but": 1, "enough": 1,
    }  # fmt: skip

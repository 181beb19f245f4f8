"""Cue phrases: what they match, what they do not, and that they stay quick."""

import time

import pytest

from lessons.suggesting.phrases import BadPhraseError, PhraseIndex, read_phrase, starts, words_of


def found(phrase: str, text: str) -> list[str]:
    words = words_of(text)
    hits = PhraseIndex([(read_phrase(phrase), None)]).hits(words, starts(text, words))
    return [text[words[hit.first].start : words[hit.stop - 1].end] for hit in hits]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("fail*", "Nobody failed; the failures were others'.", ["failed", "failures"]),
        ("lack of", "A Lack of troops, and a lack, of course.", ["Lack of", "lack, of"]),
        ("lack of", "The black official", []),
        ("did … not", "They did, as we know, not act", ["did, as we know, not"]),
        ("did … not", "They did a, b, c, d, e, f not act", []),
        ("call* on … to", "It calls on all to act", ["calls on all to"]),
        ("^ensure", "Ensure that all can ensure it.", ["Ensure"]),
        ("^ensure", "When in doubt, ensure that it holds.", ["ensure"]),
        ("^ensure", "Ask first; ensure it then.", ["ensure"]),
        ("^ensure", "They came, and they ensure it.", []),
        ("n'ont pas", "Les États n’ont pas réagi.", ["n’ont pas"]),
        ("echec", "Un ÉCHEC complet", ["ÉCHEC"]),
        ("à l'œuvre", "Ils sont à l’oeuvre", ["à l’oeuvre"]),
        ("ill-prepared", "An ill prepared force", ["ill prepared"]),
    ],
)
def test_a_phrase_matches_words_as_people_write_them(
    phrase: str, text: str, expected: list[str]
) -> None:
    assert found(phrase, text) == expected


@pytest.mark.parametrize(
    "phrase",
    ["", "…", "… not", "did …", "did … … not", "*", "a (b|c)", "a^b", "[a-z]", "fail **",
     " ".join(["word"] * 13), "a … b … c … d … e"],
)  # fmt: skip
def test_what_is_no_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(BadPhraseError):
        read_phrase(phrase)


def test_the_worst_phrase_takes_no_time_to_speak_of() -> None:
    text = "a " * 2_000
    begun = time.perf_counter()
    assert not found("a* … a* … a* … b", text)
    assert time.perf_counter() - begun < 5
